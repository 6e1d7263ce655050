#!/usr/bin/env python3
"""The adapter for amazon-transcribe's decoder of event streams."""

from importlib.metadata import version

from amazon_transcribe.eventstream import EventStreamBuffer

from adapter import Unread, base64_text, serve


def plain(name, value):
    if isinstance(value, bytes):
        return {"name": name, "bytes": base64_text(value)}
    return {"name": name, "value": value}


def decode(format, data):
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    messages = []
    for message in buffer:
        headers = [plain(name, value) for name, value in message.headers.items()]
        messages.append({"headers": headers, "payloadBase64": base64_text(message.payload)})
    if buffer._data:
        raise Unread
    return {"messages": messages}


serve("amazon-transcribe", version("amazon-transcribe"), ["eventstream"], decode)
