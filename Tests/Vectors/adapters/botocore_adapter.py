#!/usr/bin/env python3
"""The adapter for botocore's decoder of event streams."""

import botocore
from botocore.eventstream import EventStreamBuffer

from adapter import Unread, base64_text, serve


def plain(name, value):
    if isinstance(value, bytes):
        return {"name": name, "bytes": base64_text(value)}
    return {"name": name, "value": value}


def decode(format, data):
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    messages = []
    for event in buffer:
        headers = [plain(name, value) for name, value in event.headers.items()]
        messages.append({"headers": headers, "payloadBase64": base64_text(event.payload)})
    if buffer._data:
        raise Unread
    return {"messages": messages}


serve("botocore", botocore.__version__, ["eventstream"], decode)
