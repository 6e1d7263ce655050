#!/usr/bin/env python3
"""Serves TLS on loopback, checks the signature of each request with botocore's code, and answers in one of several ways.

    signing_server.py HOW CERTIFICATE KEY [FILE]

HOW  stream: chunked, the bytes of FILE        paused: the first message, then the rest when a line comes on standard input
     gzip: as stream, compressed               cut: the first message, then the end of the connection without the last chunk
     h2, h2-paused, h2-reset: HTTP/2; the last one resets the stream after the first message
     json, xml, text, events, echo: status 403 with an error in this form; echo repeats the header fields
     redirect: status 307 to another URL       silent: no answer, until a line comes
     stall: the first message, and then nothing, until a line comes
     empty: status 204

The secret key is "SECRET" for any access key. Prints its port, then one JSON line for each request.
"""

import gzip
import http.server
import json
import socket
import ssl
import struct
import sys

import botocore.auth
import botocore.handlers
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

EVENT_STREAM = "application/vnd.amazon.eventstream"


def check(method, target, headers, body):
    """What was asked, and whether botocore computes the same signature."""
    fields = {name.lower(): value for name, value in headers}
    asked = {"method": method, "target": target, "body": body.decode("latin-1"), "headers": fields, "verified": False}
    if not fields.get("authorization", "").startswith("AWS4-"):
        return asked
    algorithm, _, parameters = fields["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in parameters.split(","))
    key, _, region, service, _ = parts["Credential"].split("/")
    signed = parts["SignedHeaders"].split(";")
    request = AWSRequest(method, "https://" + fields["host"] + target, data=body)
    for name, value in headers:
        if name.lower() in signed:
            request.headers[name] = value
    request.context["timestamp"] = fields["x-amz-date"]
    request.context["client_config"] = type("Config", (), {"s3": {"payload_signing_enabled": True}})()
    is_s3 = service in botocore.handlers.S3_SIGNING_NAMES
    signer = (botocore.auth.S3SigV4Auth if is_s3 else botocore.auth.SigV4Auth)(Credentials(key, "SECRET"), service, region)
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    # botocore signs these fields, and so must we.
    complete = {"host", "x-amz-date"} <= set(signed) and ("x-amz-security-token" in signed) == ("x-amz-security-token" in fields)
    asked |= {"key": key, "region": region, "service": service}
    asked["verified"] = algorithm == "AWS4-HMAC-SHA256" and signature == parts["Signature"] and complete
    return asked


def report(asked):
    print(json.dumps(asked), flush=True)


def pieces(content):
    """The first message, and the rest."""
    length = struct.unpack(">I", content[:4])[0] if len(content) >= 4 else 0
    return [content[:length], content[length:]]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        report(check(self.command, self.path, self.headers.items(), body))
        self.close_connection = True
        content = open(sys.argv[4], "rb").read() if len(sys.argv) > 4 else b""
        how = sys.argv[1]
        if how == "silent":
            sys.stdin.readline()
        elif how == "json":
            self.answer(400, {"Content-Type": "application/x-amz-json-1.1"}, content)
        elif how == "xml":
            self.answer(403, {"Content-Type": "application/xml"}, content)
        elif how == "text":
            self.answer(503, {"Content-Type": "text/plain"}, content)
        elif how == "events":
            self.answer(500, {"Content-Type": EVENT_STREAM}, content)
        elif how == "echo":
            message = "wrong signature for " + " ".join(f"{name}:{value}" for name, value in self.headers.items())
            fields = {"x-amzn-errortype": "InvalidSignatureException:http://internal.amazon.com/"}
            self.answer(403, fields, json.dumps({"message": message + " SECRET"}).encode())
        elif how == "redirect":
            self.answer(307, {"Location": "https://127.0.0.1:1/other?X-Amz-Signature=0"}, b"")
        elif how == "empty":
            self.answer(204, {}, None)
        else:
            self.stream(how, content)

    do_GET = do_POST = do_PUT = do_DELETE = answer_any

    def answer(self, status, fields, body):
        self.send_response(status)
        if body is not None:
            fields = fields | {"Content-Length": str(len(body))}
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body or b"")

    def stream(self, how, content):
        self.send_response(200)
        self.send_header("Content-Type", EVENT_STREAM)
        self.send_header("Transfer-Encoding", "chunked")
        if how == "gzip":
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        for index, piece in enumerate([content] if how == "gzip" else pieces(content)):
            if piece:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
                self.wfile.flush()
            if index == 0 and how in ["paused", "stall"]:
                sys.stdin.readline()
            if index == 0 and how in ["cut", "stall"]:
                return
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *arguments):
        pass


def serve_http2(connection, how, content):
    import h2.config
    import h2.connection
    import h2.events

    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    state.initiate_connection()
    connection.sendall(state.data_to_send())
    headers, body = [], b""
    while True:
        data = connection.recv(65536)
        if not data:
            return
        for event in state.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                headers = event.headers
            elif isinstance(event, h2.events.DataReceived):
                body += event.data
                state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                pseudo = {name: value for name, value in headers if name.startswith(":")}
                fields = [("host", pseudo[":authority"])] + [field for field in headers if not field[0].startswith(":")]
                report(check(pseudo[":method"], pseudo[":path"], fields, body) | {"version": "HTTP/2"})
                answer_http2(connection, state, event.stream_id, how, pieces(content))
        connection.sendall(state.data_to_send())


def answer_http2(connection, state, stream, how, parts):
    state.send_headers(stream, [(":status", "200"), ("content-type", EVENT_STREAM)])
    state.send_data(stream, parts[0])
    connection.sendall(state.data_to_send())
    if how == "h2-paused":
        sys.stdin.readline()
    if how == "h2-reset":
        state.reset_stream(stream, 2)
    else:
        state.send_data(stream, parts[1], end_stream=True)


def main():
    how, certificate, key = sys.argv[1:4]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    # Two protocols, so that a client which does not know HTTP/2 would use the other one.
    context.set_alpn_protocols(["h2", "http/1.1"] if how.startswith("h2") else ["http/1.1"])
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(60)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, address = listener.accept()
        connection.settimeout(60)
        try:
            connection = context.wrap_socket(connection, server_side=True)
            if connection.selected_alpn_protocol() == "h2":
                serve_http2(connection, how, open(sys.argv[4], "rb").read())
            else:
                Handler(connection, address, None)
            if how != "cut":
                connection.unwrap()
        except OSError:
            pass
        connection.close()


if __name__ == "__main__":
    try:
        main()
    except TimeoutError:
        pass
