#!/usr/bin/env python3
"""Serves one file, on loopback, in one of two ways.

    loopback_server.py raw FILE       answers with the file's bytes as a chunked body, whatever they are
    loopback_server.py chunked FILE   sends the file's content in chunks, from Python's http.server, with a trailer

Prints the port it listens on. Ends when its standard input does, and after a minute.
"""

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Trailer", "X-Length")
        self.end_headers()
        if self.server.is_raw:
            self.wfile.write(self.server.content)
        else:
            self.write_chunks(self.server.content)

    def write_chunks(self, content):
        start, size = 0, 1
        while start < len(content):
            piece = content[start : start + size]
            self.wfile.write(b"%X;number=%d\r\n%b\r\n" % (len(piece), start, piece))
            start, size = start + size, size * 3 % 20011
        self.wfile.write(b"0\r\nX-Length: %d\r\n\r\n" % len(content))

    def log_message(self, *arguments):
        pass


def main():
    ended = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.is_raw = sys.argv[1] == "raw"
    with open(sys.argv[2], "rb") as file:
        server.content = file.read()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    threading.Thread(target=lambda: (sys.stdin.buffer.read(), ended.set()), daemon=True).start()
    print(server.server_port, flush=True)
    ended.wait(60)


if __name__ == "__main__":
    main()
