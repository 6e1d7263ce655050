#!/usr/bin/env python3
"""Uploads objects with the S3 clients of PyPI to Examples/S3Server, and checks what it stored.

    s3_clients.py PROGRAM

Each client sends every size with every checksum algorithm that it offers: over HTTP, where botocore sends checksums in headers,
and over TLS, where it sends aws-chunked bodies with trailers. The object is then read with a plain HTTP request and by the
client itself. Its bytes, and the checksum that the server returns, must be those that Python computes. Requests with wrong
lengths and checksums must get S3's errors. The table lists the number of uploads by client and algorithm.
"""

import base64
import collections
import hashlib
import http.client
import io
import os
import pathlib
import random
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import zlib

import awscrt
import boto3
import boto3.s3.transfer
import botocore
import botocore.config
import minio
import pyarrow.fs
import urllib3
from awscrt import auth, checksums, s3
from awscrt import http as crt_http
from awscrt import io as crt_io

PART_SIZE = 5 << 20
SIZES = [0, 5, 8_191, 8_192, 8_193, 6_000_000]
MULTIPART = 11_000_000
DATA = random.Random(1).randbytes(MULTIPART)

DIGESTS = {
    "CRC32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "CRC32C": lambda data: checksums.crc32c(data).to_bytes(4, "big"),
    "CRC64NVME": lambda data: checksums.crc64nvme(data).to_bytes(8, "big"),
    "SHA1": lambda data: hashlib.sha1(data).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest(),
    "SHA512": lambda data: hashlib.sha512(data).digest(),
    "XXHASH64": lambda data: xxhash("xxhash64", data),
    "XXHASH3": lambda data: xxhash("xxhash3_64", data),
    "XXHASH128": lambda data: xxhash("xxhash3_128", data),
}


def xxhash(name, data):
    hasher = getattr(checksums.XXHash, f"new_{name}")()
    hasher.update(data)
    return hasher.finalize()


def text(digest):
    return base64.b64encode(digest).decode()


def composite(algorithm, data, part_size):
    """The checksum of the parts' checksums."""
    parts = [data[start : start + part_size] for start in range(0, len(data), part_size)]
    digest = DIGESTS[algorithm]
    return f"{text(digest(b''.join(map(digest, parts))))}-{len(parts)}"


class Server:
    """S3Server, and a proxy in front of it that terminates TLS."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, "0"], stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", self.process.stdout.readline()).group(1))
        # The log must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.certificate = str(folder / "certificate.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem",
             "-out", self.certificate],
            check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, folder / "key.pem")
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.tls_port = listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(listener, context), daemon=True).start()

    def accept(self, listener, context):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=self.forward, args=(client, context), daemon=True).start()

    def forward(self, client, context):
        try:
            with context.wrap_socket(client, server_side=True) as client, \
                    socket.create_connection(("127.0.0.1", self.port)) as server:
                back = threading.Thread(target=self.copy, args=(server, client), daemon=True)
                back.start()
                self.copy(client, server)
                back.join()
        except OSError:
            pass  # A client that disconnects.

    @staticmethod
    def copy(source, target):
        try:
            while data := source.recv(65_536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def endpoint(self, tls):
        return f"https://127.0.0.1:{self.tls_port}" if tls else f"http://127.0.0.1:{self.port}"

    def request(self, method, path, body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response, data

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class Check:
    """Compares objects, and counts those that are right."""

    def __init__(self, server):
        self.server = server
        self.counts = collections.Counter()
        self.failures = []

    def object(self, client, algorithm, path, data, expected, read):
        """Reads an object twice, and compares it with the data and the checksums by header."""
        response, stored = self.server.request("GET", path)
        found = {name: response.getheader(name) for name in expected}
        if response.status != 200 or stored != data:
            self.failures.append(f"{client} {algorithm} {path}: {len(stored)} other bytes, status {response.status}")
        elif found != expected:
            self.failures.append(f"{client} {algorithm} {path}: found {found}, expected {expected}")
        elif read() != data:
            self.failures.append(f"{client} {algorithm} {path}: the client read other bytes")
        else:
            self.counts[client, algorithm] += 1


def boto3_uploads(server, check, tls):
    name = f"boto3, {'TLS: aws-chunked' if tls else 'HTTP: header'}"
    client = boto3.client(
        "s3", endpoint_url=server.endpoint(tls), region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b",
        verify=server.certificate,
        config=botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}))
    transfer = boto3.s3.transfer.TransferConfig(multipart_threshold=8 << 20, multipart_chunksize=PART_SIZE)
    for algorithm in ["default", *DIGESTS]:
        effective = "CRC32" if algorithm == "default" else algorithm
        header = f"x-amz-checksum-{effective.lower()}"
        arguments = {} if algorithm == "default" else {"ChecksumAlgorithm": algorithm}
        for size in SIZES + [MULTIPART]:
            data, key = DATA[:size], f"boto3-{tls}-{algorithm}-{size}"
            expected = {header: text(DIGESTS[effective](data))}
            if size < MULTIPART:
                client.put_object(Bucket="bucket", Key=key, Body=data, **arguments)
            else:
                client.upload_fileobj(io.BytesIO(data), "bucket", key, ExtraArgs=arguments, Config=transfer)
                # The server does not compute xxHash, so it has no checksum of the parts' checksums.
                whole = effective == "CRC64NVME"
                expected = {header: None if "XXHASH" in effective else expected[header] if whole
                            else composite(effective, data, PART_SIZE)}
            check.object(name, algorithm, f"/bucket/{key}", data, expected,
                         lambda: client.get_object(Bucket="bucket", Key=key)["Body"].read())


def awscrt_uploads(server, check):
    group = crt_io.EventLoopGroup(1)
    bootstrap = crt_io.ClientBootstrap(group, crt_io.DefaultHostResolver(group))
    signing = s3.create_default_s3_signing_config(
        region="us-east-1", credential_provider=auth.AwsCredentialsProvider.new_static("a", "b"))
    client = s3.S3Client(
        bootstrap=bootstrap, region="us-east-1", signing_config=signing, tls_mode=s3.S3RequestTlsMode.DISABLED,
        part_size=PART_SIZE)
    host = ("host", f"127.0.0.1:{server.port}")

    def send(method, path, kind, config, data=None):
        received = bytearray()
        headers = [host] if data is None else [host, ("content-length", str(len(data)))]
        request = client.make_request(
            request=crt_http.HttpRequest(
                method, path, crt_http.HttpHeaders(headers), None if data is None else io.BytesIO(data)),
            type=kind, checksum_config=config, on_body=lambda chunk, **_: received.extend(chunk))
        request.finished_future.result(60)
        return bytes(received)

    for location in s3.S3ChecksumLocation:
        name = f"awscrt, HTTP: {'aws-chunked' if location == s3.S3ChecksumLocation.TRAILER else 'header'}"
        for algorithm in s3.S3ChecksumAlgorithm:
            header = f"x-amz-checksum-{algorithm.name.lower()}"
            for size in SIZES + [MULTIPART]:
                data, path = DATA[:size], f"/bucket/awscrt-{location.name}-{algorithm.name}-{size}"
                send("PUT", path, s3.S3RequestType.PUT_OBJECT, s3.S3ChecksumConfig(algorithm, location), data)
                expected = {header: text(DIGESTS[algorithm.name](data))}
                if size > PART_SIZE:
                    whole = algorithm.name == "CRC64NVME"
                    expected = {header: None if "XXHASH" in algorithm.name else expected[header] if whole
                                else composite(algorithm.name, data, PART_SIZE)}
                check.object(name, algorithm.name, path, data, expected,
                             lambda: send("GET", path, s3.S3RequestType.GET_OBJECT,
                                          s3.S3ChecksumConfig(validate_response=True)))


def minio_uploads(server, check, tls):
    """It has no checksum algorithms: over HTTP it sends the SHA-256 for the signature, over TLS Content-MD5."""
    name = f"minio, {'TLS: Content-MD5' if tls else 'HTTP: x-amz-content-sha256'}"
    client = minio.Minio(
        f"127.0.0.1:{server.tls_port if tls else server.port}", access_key="a", secret_key="b", secure=tls,
        region="us-east-1", http_client=urllib3.PoolManager(ca_certs=server.certificate, retries=False))
    for size in SIZES + [MULTIPART]:
        data, key = DATA[:size], f"minio-{tls}-{size}"
        client.put_object(
            bucket_name="bucket", object_name=key, data=io.BytesIO(data), length=size,
            part_size=PART_SIZE if size == MULTIPART else 0)
        check.object(name, "none", f"/bucket/{key}", data, {"x-amz-checksum-crc64nvme": text(DIGESTS["CRC64NVME"](data))},
                     lambda: client.get_object(bucket_name="bucket", object_name=key).read())


def pyarrow_uploads(server, check, tls):
    """It always uploads in parts, with the SDK's default algorithm."""
    name = f"pyarrow, {'TLS' if tls else 'HTTP'}: aws-chunked"
    files = pyarrow.fs.S3FileSystem(
        access_key="a", secret_key="b", scheme="https" if tls else "http", region="us-east-1",
        endpoint_override=f"127.0.0.1:{server.tls_port if tls else server.port}", tls_ca_file_path=server.certificate)
    for size in SIZES + [MULTIPART]:
        data, path = DATA[:size], f"bucket/pyarrow-{tls}-{size}"
        with files.open_output_stream(path) as stream:
            stream.write(data)

        def read():
            with files.open_input_stream(path) as stream:
                return stream.read()

        check.object(name, "CRC64NVME", f"/{path}", data,
                     {"x-amz-checksum-crc64nvme": text(DIGESTS["CRC64NVME"](data))}, read)


def errors(server, check):
    """Requests that S3 rejects, and the codes that it answers with."""
    crc = text(DIGESTS["CRC32"](b"hello"))
    chunked = {"Content-Encoding": "aws-chunked", "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
               "x-amz-decoded-content-length": "5", "x-amz-trailer": "x-amz-checksum-crc32"}
    body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n"
    for code, content, headers in [
        (None, body % crc.encode(), chunked),
        (None, b"hello", {"x-amz-checksum-crc32": crc}),
        ("BadDigest", body % b"AAAAAA==", chunked),
        ("InvalidRequest", body % b"hello", chunked),
        ("IncompleteBody", body % crc.encode(), chunked | {"x-amz-decoded-content-length": "6"}),
        ("IncompleteBody", b"5\r\nhello\r\n", chunked),
        ("MalformedTrailerError", b"5\r\nhello\r\n0\r\n\r\n", chunked),
        ("InvalidChunkSizeError", b"2\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:%s\r\n\r\n" % crc.encode(), chunked),
        ("MalformedTrailerError", b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32c:AAAAAA==\r\n\r\n", chunked),
        ("MalformedTrailerError", b"5\r\nhello\r\n0\r\nno field\r\n\r\n", chunked),
        ("IncompleteBody", b"5\r\nhello\r\n0\r\n0\r\n\r\n", chunked),
        ("IncompleteBody", body % crc.encode() + b"hello", chunked),
        ("BadDigest", b"hallo", {"x-amz-checksum-crc32": crc}),
        ("BadDigest", b"hallo", {"Content-MD5": text(hashlib.md5(b"hello").digest())}),
        ("BadDigest", b"hallo", {"x-amz-content-sha256": hashlib.sha256(b"hello").hexdigest()}),
        ("InvalidRequest", b"hello", {"x-amz-checksum-crc32": "hello"}),
    ]:
        server.request("DELETE", "/bucket/errors")
        response, answer = server.request("PUT", "/bucket/errors", content, headers)
        found = re.search(rb"<Code>(\w+)</Code>", answer)
        stored = server.request("GET", "/bucket/errors")[0].status
        if (found.group(1).decode() if found else None, stored) != (code, 404 if code else 200):
            check.failures.append(f"{content} {headers}: found {answer} and {stored}, expected {code}")
        else:
            check.counts["plain requests", code or "accepted"] += 1
    # The answer to the last request of a multipart upload contains this value.
    for value, code in [("FULL_OBJECT", None), ("COMPOSITE", None), ("<Owner>", "InvalidRequest")]:
        _, answer = server.request("POST", "/bucket/errors?uploads", b"", {"x-amz-checksum-type": value})
        found = re.search(rb"<Code>(\w+)</Code>", answer)
        if (found.group(1).decode() if found else None) != code:
            check.failures.append(f"x-amz-checksum-type: {value}: found {answer}, expected {code}")
        else:
            check.counts["plain requests", code or "accepted"] += 1


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(sys.argv[1], pathlib.Path(folder))
        check = Check(server)
        try:
            for tls in (False, True):
                boto3_uploads(server, check, tls)
                minio_uploads(server, check, tls)
                pyarrow_uploads(server, check, tls)
            awscrt_uploads(server, check)
            errors(server, check)
        finally:
            server.stop()
    print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}, awscrt {awscrt.__version__}, "
          f"minio {minio.__version__}, pyarrow {pyarrow.__version__}")
    print(f"sizes: {', '.join(map(str, SIZES))} bytes, and {MULTIPART} in parts of {PART_SIZE}\n")
    print("| client | algorithm | verified |\n|---|---|---|")
    for (client, algorithm), count in check.counts.items():
        print(f"| {client} | {algorithm} | {count} |")
    for failure in check.failures:
        print(failure, file=sys.stderr)
    return 1 if check.failures else 0


os._exit(main()) if __name__ == "__main__" else None
