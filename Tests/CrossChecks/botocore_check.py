#!/usr/bin/env python3
"""Reads streams with botocore's decoder and prints what came of each, for comparison with the eventstream command.

    botocore_check.py FILE...

prints one JSON object a file: {"file": ..., "messages": [...], "error": null or the exception's name}. A message is
{"headers": {name: value}, "payload": base64}; the values of byte arrays and UUIDs are base64 too.
"""

import base64
import json
import sys

from botocore.eventstream import EventStreamBuffer


def plain(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def decode(data):
    messages, error = [], None
    try:
        buffer = EventStreamBuffer()
        buffer.add_data(data)
        for event in buffer:
            headers = {name: plain(value) for name, value in event.headers.items()}
            messages.append({"headers": headers, "payload": plain(event.payload)})
        if buffer._data:
            error = "incomplete"  # botocore itself ends silently
    except Exception as exception:  # whatever it is, the comparison wants its name
        error = type(exception).__name__
    return messages, error


def main():
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            messages, error = decode(file.read())
        print(json.dumps({"file": path, "messages": messages, "error": error}))


if __name__ == "__main__":
    main()
