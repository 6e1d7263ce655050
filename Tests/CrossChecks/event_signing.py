#!/usr/bin/env python3
"""Signs and verifies streams of events with SigV4, for comparison with `eventstream sign` and `verify`.

    event_signing.py (plain | transcribe) sign REGION SERVICE SEED DATE STEP < messages > signed messages
    event_signing.py (plain | transcribe) verify REGION SERVICE SEED < signed messages > messages

`plain` is the algorithm, written out; `transcribe` is the signer of amazon-transcribe, AWS's SDK for streaming transcription.
SEED is hexadecimal, DATE and STEP are milliseconds. The secret key is AWS_SECRET_ACCESS_KEY. A wrong signature, a wrong order
of the headers and a missing end are errors, with exit status 1.
"""

import datetime
import hashlib
import hmac
import os
import struct
import sys
import zlib

SECRET = os.environ["AWS_SECRET_ACCESS_KEY"]


class Plain:
    """The algorithm, without any library for event streams."""

    def __init__(self, region, service):
        self.region, self.service = region, service

    def signature(self, milliseconds, payload, previous):
        time = datetime.datetime.fromtimestamp(milliseconds // 1000, datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        scope = [time[:8], self.region, self.service, "aws4_request"]
        date = b"\x05:date\x08" + struct.pack(">q", milliseconds)
        lines = ["AWS4-HMAC-SHA256-PAYLOAD", time, "/".join(scope), previous.hex()]
        lines += [hashlib.sha256(part).hexdigest() for part in (date, payload)]
        key = ("AWS4" + SECRET).encode()
        for part in scope:
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, "\n".join(lines).encode(), "sha256")

    def wrapped(self, milliseconds, payload, previous):
        signature = self.signature(milliseconds, payload, previous)
        headers = b"\x05:date\x08" + struct.pack(">q", milliseconds) + b"\x10:chunk-signature\x06\x00\x20" + signature
        prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
        message = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
        return signature, message + struct.pack(">I", zlib.crc32(message))

    def unwrapped(self, message):
        total, length = struct.unpack(">II", message[:8])
        assert total == len(message) and zlib.crc32(message[:-4]) == struct.unpack(">I", message[-4:])[0], "not a message"
        assert message[12:19] == b"\x05:date\x08" and message[27:47] == b"\x10:chunk-signature\x06\x00\x20", "other headers"
        assert length == 67, "more headers"
        return struct.unpack(">q", message[19:27])[0], message[47:79], message[79:-4]


class Transcribe:
    """The signer, the serializer and the parser of amazon-transcribe."""

    def __init__(self, region, service):
        from amazon_transcribe.auth import Credentials
        from amazon_transcribe.eventstream import EventSigner, EventStreamBuffer, EventStreamMessageSerializer

        self.signer = EventSigner(service, region, utc_now=lambda: self.now)
        self.credentials = Credentials("AKIDEXAMPLE", SECRET)
        self.serializer, self.buffer = EventStreamMessageSerializer(), EventStreamBuffer

    def headers(self, milliseconds, payload, previous):
        self.now = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
        return self.signer.sign(payload, previous, self.credentials)

    def signature(self, milliseconds, payload, previous):
        return self.headers(milliseconds, payload, previous)[":chunk-signature"]

    def wrapped(self, milliseconds, payload, previous):
        headers = self.headers(milliseconds, payload, previous)
        return headers[":chunk-signature"], self.serializer.serialize(headers, payload)

    def unwrapped(self, message):
        buffer = self.buffer()
        buffer.add_data(message)
        event = next(iter(buffer))
        assert len(event.headers) == 2, "more headers"
        return event.headers[":date"], event.headers[":chunk-signature"], event.payload


def messages(data):
    position = 0
    while position < len(data):
        length = struct.unpack(">I", data[position : position + 4])[0]
        yield data[position : position + length]
        position += length


def sign(peer, data, previous, milliseconds, step):
    for payload in (*messages(data), b""):
        previous, message = peer.wrapped(milliseconds, payload, previous)
        sys.stdout.buffer.write(message)
        milliseconds += step


def verify(peer, data, previous):
    payload = None
    for message in messages(data):
        assert payload != b"", "a message follows the end"
        milliseconds, signature, payload = peer.unwrapped(message)
        assert signature == peer.signature(milliseconds, payload, previous), "wrong signature"
        previous = signature
        sys.stdout.buffer.write(payload)
    assert payload == b"", "the end is missing"


def main():
    peer, command, region, service, seed, *dates = sys.argv[1:]
    peer = {"plain": Plain, "transcribe": Transcribe}[peer](region, service)
    data = sys.stdin.buffer.read()
    if command == "sign":
        sign(peer, data, bytes.fromhex(seed), *map(int, dates))
    else:
        verify(peer, data, bytes.fromhex(seed))


if __name__ == "__main__":
    main()
