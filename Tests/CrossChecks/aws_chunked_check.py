#!/usr/bin/env python3
"""Checks uploads in S3's aws-chunked coding, without the library: recomputes their signatures and checksums, and stores them.

    aws_chunked_check.py signatures   parses each body, and recomputes the signatures of chunks and trailers and the checksum
    aws_chunked_check.py moto         sends each body to moto's S3, and compares the object with the data

Reads a JSON array of uploads from standard input: {"wire", "data" (base64), "headers": [[name, value]], "signing": null or
{"algorithm", "accessKeyID", "secretAccessKey", "timestamp", "region", "service", "seedSignature"}}. Prints a JSON array: for
each upload null, or what is wrong.
"""

import base64
import hashlib
import hmac
import http.client
import json
import sys
import zlib

# moto does not verify the header, but denies GET without it.
AUTHORIZATION = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260203/us-east-1/s3/aws4_request"}
EMPTY = hashlib.sha256(b"").hexdigest()


def reflected_crc(data, polynomial, bits):
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)
    register = ones = (1 << bits) - 1
    for byte in data:
        register = (register >> 8) ^ table[(register ^ byte) & 0xFF]
    return (register ^ ones).to_bytes(bits // 8, "big")


CHECKSUMS = {
    "x-amz-checksum-crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "x-amz-checksum-crc32c": lambda data: reflected_crc(data, 0x82F63B78, 32),
    "x-amz-checksum-crc64nvme": lambda data: reflected_crc(data, 0x9A6C9329AC4BC9B5, 64),
}


class SigV4:
    """Recomputes each signature: it must have exactly the bytes of this one."""

    algorithm = "AWS4-HMAC-SHA256"

    def __init__(self, signing):
        date = signing["timestamp"][:8]
        scope = [date, signing["region"], signing["service"], "aws4_request"]
        key = b"AWS4" + signing["secretAccessKey"].encode()
        for part in scope:
            key = hmac.digest(key, part.encode(), "sha256")
        self.key = key
        self.lines = [signing["timestamp"], "/".join(scope)]
        self.previous = signing["seedSignature"]

    def check(self, kind, signature, *digests):
        lines = [f"{self.algorithm}-{kind}", *self.lines, self.previous, *digests]
        self.require(signature, "\n".join(lines).encode())
        self.previous = signature.rstrip("*")

    def require(self, signature, text):
        expected = hmac.new(self.key, text, "sha256").hexdigest()
        require(signature == expected, f"found the signature {signature}, expected {expected}")


class SigV4A(SigV4):
    """Verifies each signature, because ECDSA has many for one text."""

    algorithm = "AWS4-ECDSA-P256-SHA256"
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

    def __init__(self, signing):
        from cryptography.hazmat.primitives.asymmetric import ec

        super().__init__(signing)
        scope = [signing["timestamp"][:8], signing["service"], "aws4_request"]
        self.lines = [signing["timestamp"], "/".join(scope)]
        secret = b"AWS4A" + signing["secretAccessKey"].encode()
        for counter in range(1, 255):
            context = signing["accessKeyID"].encode() + bytes([counter])
            text = b"\0\0\0\1" + self.algorithm.encode() + b"\0" + context + b"\0\0\1\0"
            number = int.from_bytes(hmac.digest(secret, text, "sha256"), "big")
            if number <= self.order - 2:
                self.key = ec.derive_private_key(number + 1, ec.SECP256R1()).public_key()
                return

    def require(self, signature, text):
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        require(len(signature) == 144, f"found a signature of {len(signature)} characters, expected 144")
        self.key.verify(bytes.fromhex(signature.rstrip("*")), text, ec.ECDSA(hashes.SHA256()))


def require(condition, text):
    if not condition:
        raise ValueError(text)


def parse(wire):
    """Returns the chunks with their signatures, also the last one, and the trailers."""
    chunks, position = [], 0
    while not chunks or chunks[-1][0]:
        end = wire.index(b"\r\n", position)
        size, _, signature = wire[position:end].partition(b";chunk-signature=")
        start = end + 2
        position = start + int(size, 16)
        chunks.append((wire[start:position], signature.decode() or None))
        if chunks[-1][0]:
            require(wire[position : position + 2] == b"\r\n", f"no CRLF after the data that ends at byte {position}")
            position += 2
    require(wire.endswith(b"\r\n"), "no final CRLF")
    lines = wire[position:-2].split(b"\r\n")
    require(lines.pop() == b"", "the last trailer has no CRLF")
    return chunks, [line.decode().split(":", 1) for line in lines]


def check(upload):
    wire, data = (base64.b64decode(upload[key]) for key in ("wire", "data"))
    headers = dict(upload["headers"])
    require(int(headers["content-length"]) == len(wire), "another length than announced")
    require(int(headers["x-amz-decoded-content-length"]) == len(data), "another decoded length than announced")
    chunks, trailers = parse(wire)
    require(b"".join(content for content, _ in chunks) == data, "other data")
    require(all(len(content) >= 8192 for content, _ in chunks[:-2]), "a small chunk before the last one")
    fields = [field for field in trailers if field[0] != "x-amz-trailer-signature"]
    require([name for name, _ in fields] == headers.get("x-amz-trailer", "").split(",")[: len(fields)], "other trailers")
    for name, value in fields:
        expected = base64.b64encode(CHECKSUMS[name](data)).decode()
        require(value == expected, f"found {name}:{value}, expected {expected}")
    signing = upload["signing"]
    if signing is None:
        return require(all(signature is None for _, signature in chunks) and fields == trailers, "a signature")
    signer = {"SigV4": SigV4, "SigV4A": SigV4A}[signing["algorithm"]](signing)
    for content, signature in chunks:
        signer.check("PAYLOAD", signature, EMPTY, hashlib.sha256(content).hexdigest())
    if fields:
        canonical = "".join(f"{name}:{value}\n" for name, value in fields).encode()
        require(trailers[:-1] == fields, "the signature is not the last trailer")
        signer.check("TRAILER", trailers[-1][1], hashlib.sha256(canonical).hexdigest())


def store(upload, port, number):
    wire, data = (base64.b64decode(upload[key]) for key in ("wire", "data"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("PUT", f"/bucket/object-{number}")
    for name, value in [*upload["headers"], *AUTHORIZATION.items()]:
        connection.putheader(name, value)
    connection.endheaders(wire)
    response = connection.getresponse()
    body = response.read()
    require(response.status == 200, f"PUT: status {response.status} {body[:300]}")
    connection.request("GET", f"/bucket/object-{number}", headers=AUTHORIZATION)
    response = connection.getresponse()
    stored = response.read()
    connection.close()
    require(response.status == 200, f"GET: status {response.status} {stored[:300]}")
    require(stored == data, f"stored {len(stored)} bytes, expected the {len(data)} bytes of the data")


def outcome(function, *arguments):
    try:
        function(*arguments)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def main():
    uploads = json.load(sys.stdin)
    if sys.argv[1] == "signatures":
        return [outcome(check, upload) for upload in uploads]
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        port = server.get_host_and_port()[1]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("PUT", "/bucket", headers=AUTHORIZATION)
        require(connection.getresponse().status == 200, "moto does not create a bucket")
        connection.close()
        return [outcome(store, upload, port, number) for number, upload in enumerate(uploads)]
    finally:
        server.stop()


if __name__ == "__main__":
    print(json.dumps(main()))
