"""Answers one POST on loopback with the bytes of a file, in pieces; prints its port, then what it was asked.

usage: invoke_server.py HOW FILE [CODING]

HOW   chunked, length, close: how the end of the body is found
      paused: chunked; sends the second half when a line comes on standard input
      cut: chunked, without the last chunk; prints "closed" when the connection is closed
      flood: chunked, the file 400 times and then a line on standard input; prints "sent" before it waits
      stuck: chunked, the file again and again; prints how many bytes were sent when the client has read nothing for two seconds
      status, refusal, type: other answers than an event stream
      garbage: the file without HTTP around it, and waits
      silent, partial, reset: closes the connection before the head has ended
CODING  gzip, deflate, bare (DEFLATE without zlib's header), members (two gzip members); others are only declared
"""

import gzip
import http.server
import json
import socket
import struct
import sys
import zlib


def encode(pieces, coding):
    """The pieces, each of which can be decoded when it has arrived."""
    if coding == "members":
        return [gzip.compress(piece) for piece in pieces]
    bits = {"gzip": 31, "deflate": 15, "bare": -15}.get(coding)
    if bits is None:
        return pieces
    encoder = zlib.compressobj(wbits=bits)
    encoded = [encoder.compress(piece) + encoder.flush(zlib.Z_SYNC_FLUSH) for piece in pieces]
    return encoded[:-1] + [encoded[-1] + encoder.flush()]


def chunk(piece):
    return b"%x\r\n%s\r\n" % (len(piece), piece)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        how, file = sys.argv[1:3]
        coding = sys.argv[3] if len(sys.argv) > 3 else None
        event = self.rfile.read(int(self.headers["Content-Length"]))
        print(json.dumps({"path": self.path, "event": event.decode(), "log": self.headers["X-Amz-Log-Type"]}), flush=True)
        content = open(file, "rb").read()
        self.close_connection = True
        if how == "silent":
            return
        if how == "partial":
            return self.send(b"HTTP/1.1 200 OK\r\nContent-Type: appl")
        if how == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return self.connection.close()
        if how == "garbage":
            self.send(content)
            # Until the client leaves, which it may do before it has read everything.
            self.connection.settimeout(30)
            try:
                return self.rfile.read(1)
            except OSError:
                return
        if how in ["refusal", "type"]:
            status = 503 if how == "refusal" else 200
            return self.answer(status, "text/html", {"Content-Length": str(len(content))}, [content])
        if how == "status":
            return self.answer(404, "application/json", {"Content-Length": str(len(content))}, [content])

        stream = "application/vnd.amazon.eventstream"
        half = len(content) // 2
        pieces = [piece for piece in encode([content[:half], content[half:]], coding) if piece]
        fields = {"Content-Encoding": {"bare": "deflate", "members": "gzip"}.get(coding, coding)} if coding else {}
        if how == "length":
            return self.answer(200, stream, fields | {"Content-Length": str(sum(map(len, pieces)))}, pieces)
        if how == "close":
            return self.answer(200, stream, fields | {"Connection": "close"}, pieces)
        self.answer(200, stream, fields | {"Transfer-Encoding": "chunked"}, [])
        if how == "flood":
            for _ in range(400):
                self.send(b"".join(map(chunk, pieces)))
            print("sent", flush=True)
            sys.stdin.readline()
        elif how == "stuck":
            return self.send_until_stuck(chunk(content))
        else:
            for piece in pieces:
                self.send(chunk(piece))
                if how == "paused" and piece is pieces[0]:
                    sys.stdin.readline()
        if how == "cut":
            self.connection.close()
            return print("closed", flush=True)
        self.send(b"0\r\n\r\n")

    def send(self, piece):
        self.wfile.write(piece)
        self.wfile.flush()

    def send_until_stuck(self, piece):
        sent = 0
        self.connection.settimeout(2)
        try:
            while sent < 1 << 28:
                sent += self.connection.send(piece)
        except TimeoutError:
            pass
        print(sent, flush=True)
        self.connection.settimeout(None)

    def answer(self, status, content_type, fields, pieces):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            self.send(piece)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
server.timeout = 30
print(server.server_port, flush=True)
server.handle_request()
