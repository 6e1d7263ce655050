#!/usr/bin/env python3
"""The adapter for aiohttp's parser in Python: a server that reads a request. It drops trailers."""

import asyncio

import aiohttp
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_parser import HttpRequestParserPy

from adapter import Incomplete, base64_text, serve

HEAD = b"POST / HTTP/1.1\r\nHost: example\r\nTransfer-Encoding: chunked\r\n\r\n"
loop = asyncio.new_event_loop()


def decode(format, data):
    protocol = BaseProtocol(loop)
    parser = HttpRequestParserPy(protocol, loop, 2**16)
    messages, _, _ = parser.feed_data(HEAD)
    _, payload = messages[0]
    # What follows a complete body may be an invalid request, which is not the body's error.
    try:
        parser.feed_data(data)
    except Exception:
        if not payload.is_eof() or payload.exception():
            raise
    if payload.exception():
        raise payload.exception()
    if not payload.is_eof():
        raise Incomplete
    return {"body": base64_text(b"".join(payload._buffer))}


serve("aiohttp", aiohttp.__version__, ["chunked"], decode)
