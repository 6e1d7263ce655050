"""Answers one POST on loopback with the bytes of a file, in pieces; prints its port, then what it was asked.

usage: invoke_server.py chunked|length|close|cut|status|garbage|refusal|type FILE

garbage sends the file and no HTTP around it, and waits; refusal and type answer with it as HTML.
"""

import http.server
import json
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        how, file = sys.argv[1:3]
        event = self.rfile.read(int(self.headers["Content-Length"]))
        print(json.dumps({"path": self.path, "event": event.decode(), "log": self.headers["X-Amz-Log-Type"]}), flush=True)
        content = open(file, "rb").read()
        if how == "garbage":
            self.wfile.write(content)
            self.wfile.flush()
            # Until the client leaves, which it may do before it has read everything.
            self.connection.settimeout(30)
            self.close_connection = True
            try:
                return self.rfile.read(1)
            except OSError:
                return None
        if how in ["refusal", "type"]:
            status = 503 if how == "refusal" else 200
            return self.answer(status, "text/html", {"Content-Length": str(len(content))}, [content])
        if how == "status":
            return self.answer(404, "application/json", {"Content-Length": str(len(content))}, [content])
        stream = "application/vnd.amazon.eventstream"
        half = len(content) // 2
        pieces = [content[:half], content[half:]]
        self.close_connection = True
        if how == "length":
            return self.answer(200, stream, {"Content-Length": str(len(content))}, pieces)
        if how == "close":
            return self.answer(200, stream, {"Connection": "close"}, pieces)
        chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces if piece]
        end = [b"0\r\n\r\n"] if how == "chunked" else []
        return self.answer(200, stream, {"Transfer-Encoding": "chunked"}, chunks + end)

    def answer(self, status, content_type, fields, pieces):
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(0.05)

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
server.timeout = 30
print(server.server_port, flush=True)
server.handle_request()
