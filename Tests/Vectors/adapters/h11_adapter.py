#!/usr/bin/env python3
"""The adapter for h11's chunked bodies: a server that reads a request."""

import h11

from adapter import Incomplete, base64_text, serve

HEAD = b"POST / HTTP/1.1\r\nHost: example\r\nTransfer-Encoding: chunked\r\n\r\n"


def decode(format, data):
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(HEAD + data)
    body = b""
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            raise Incomplete
        if isinstance(event, h11.Data):
            body += event.data
        if isinstance(event, h11.EndOfMessage):
            trailers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in event.headers]
            rest, _ = connection.trailing_data
            return {"body": base64_text(body), "trailers": trailers, "consumed": len(data) - len(rest)}


serve("h11", h11.__version__, ["chunked"], decode)
