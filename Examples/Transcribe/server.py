"""Serves Amazon Transcribe's protocol over HTTP/2 and TLS, on the loopback address: `python3 server.py [PORT]`.

Verifies the signature of the request and of each event with hashlib, and answers each event at once with a partial transcript, which says
how much audio has arrived, and the end with the final one. Any access key is accepted; the secret key is "test". Its certificate, which is
new each time, is in server.pem. Needs h2 (PyPI) and openssl.
"""

import datetime
import hashlib
import hmac
import json
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import zlib

import h2.config
import h2.connection
import h2.events

SECRET = "test"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def signature(lines, scope):
    """The signature of a string in a scope."""
    key = ("AWS4" + SECRET).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, "\n".join(lines).encode(), "sha256")


def seed(headers):
    """Verifies the signature of a request. Returns it, and the scope of the signatures."""
    fields = {**headers, "host": headers[":authority"]}
    parts = dict(part.strip().split("=", 1) for part in fields["authorization"].partition(" ")[2].split(","))
    scope = parts["Credential"].partition("/")[2]
    names = parts["SignedHeaders"].split(";")
    canonical = [headers[":method"], headers[":path"], "", *(f"{name}:{fields[name]}" for name in names), "",
                 parts["SignedHeaders"], fields["x-amz-content-sha256"]]
    lines = ["AWS4-HMAC-SHA256", fields["x-amz-date"], scope, sha256("\n".join(canonical).encode())]
    found = signature(lines, scope)
    assert found.hex() == parts["Signature"], "found a wrong signature of the request"
    assert {"host", "x-amz-date", "x-amz-content-sha256"} <= set(names), "found too few signed headers"
    assert fields["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-EVENTS"
    return found, scope


def verify(frame, previous, scope):
    """Verifies the signature of an event. Returns it, and the message inside."""
    assert frame[12:19] == b"\x05:date\x08" and frame[27:47] == b"\x10:chunk-signature\x06\0\x20", "found other headers"
    date, found, inner = frame[12:27], frame[47:79], frame[79:-4]
    seconds = struct.unpack(">q", date[7:])[0] // 1000
    time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    lines = ["AWS4-HMAC-SHA256-PAYLOAD", time, scope, previous.hex(), sha256(date), sha256(inner)]
    assert found == signature(lines, scope), "found a wrong signature of an event"
    return found, inner


def transcript(seconds, text, is_partial):
    """An event with a transcript."""
    result = {"Alternatives": [{"Transcript": text}], "EndTime": seconds, "IsPartial": is_partial, "ResultId": "1", "StartTime": 0.0}
    block = b"".join(
        struct.pack("!B", len(name)) + name + struct.pack("!BH", 7, len(value)) + value
        for name, value in [(b":event-type", b"TranscriptEvent"), (b":content-type", b"application/json"), (b":message-type", b"event")])
    body = json.dumps({"Transcript": {"Results": [result]}}).encode()
    head = struct.pack("!II", 16 + len(block) + len(body), len(block))
    head += struct.pack("!I", zlib.crc32(head))
    return head + block + body + struct.pack("!I", zlib.crc32(head + block + body))


def serve(connection):
    state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
    state.initiate_connection()
    connection.sendall(state.data_to_send())
    data, audio, events = b"", 0, 0
    while received := connection.recv(65536):
        for event in state.receive_data(received):
            if isinstance(event, h2.events.RequestReceived):
                previous, scope = seed(dict(event.headers))
                state.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/vnd.amazon.eventstream")])
            elif isinstance(event, h2.events.DataReceived):
                state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                data += event.data
                while len(data) >= 4 and len(data) >= (length := struct.unpack("!I", data[:4])[0]):
                    previous, inner = verify(data[:length], previous, scope)
                    data = data[length:]
                    if inner:
                        audio += len(inner) - struct.unpack("!I", inner[4:8])[0] - 16
                        events += 1
                        state.send_data(event.stream_id, transcript(audio / 32000, f"{events} events", True))
                    else:
                        text = f"{events} events, all signatures are right"
                        state.send_data(event.stream_id, transcript(audio / 32000, text, False), end_stream=True)
        connection.sendall(state.data_to_send())


def main():
    key = pathlib.Path(tempfile.mkdtemp()) / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-keyout", key, "-out",
         "server.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("server.pem", key)
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 9005))
    print(f"https://localhost:{listener.getsockname()[1]}", flush=True)
    while True:
        connection, _ = listener.accept()
        try:
            serve(context.wrap_socket(connection, server_side=True))
        except Exception as error:
            print(repr(error), flush=True)
        connection.close()


main()
