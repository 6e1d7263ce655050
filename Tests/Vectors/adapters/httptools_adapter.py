#!/usr/bin/env python3
"""The adapter for llhttp, through httptools: a server that reads a request, byte by byte."""

import httptools

from adapter import Incomplete, base64_text, serve

HEAD = b"POST / HTTP/1.1\r\nHost: example\r\nTransfer-Encoding: chunked\r\n\r\n"


class Message:
    def __init__(self):
        self.body = b""
        self.trailers = []
        self.is_in_body = False
        self.is_complete = False

    def on_headers_complete(self):
        self.is_in_body = True

    def on_header(self, name, value):
        if self.is_in_body:
            self.trailers.append([name.decode("latin-1"), value.decode("latin-1")])

    def on_body(self, data):
        self.body += data

    def on_message_complete(self):
        self.is_complete = True


def decode(format, data):
    message = Message()
    parser = httptools.HttpRequestParser(message)
    parser.feed_data(HEAD)
    for position in range(len(data)):
        parser.feed_data(data[position : position + 1])
        if message.is_complete:
            return {"body": base64_text(message.body), "trailers": message.trailers, "consumed": position + 1}
    raise Incomplete


serve("httptools", httptools.__version__, ["chunked"], decode)
