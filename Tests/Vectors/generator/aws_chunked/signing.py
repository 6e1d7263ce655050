"""Signatures of chunks and of trailers (AWS Signature Version 4), each chained to the one before it."""

import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True)
class Signing:
    """What both sides know. A signature is its 64 hexadecimal digits; the seed is that of the request's headers."""

    secret_access_key: str
    timestamp: str
    region: str
    service: str
    seed_signature: bytes

    def chunk(self, previous, content):
        return self.signature(b"AWS4-HMAC-SHA256-PAYLOAD", previous, digest(b""), digest(content))

    def trailers(self, previous, *fields):
        """Over pairs of name and value; `previous` is the signature of the last chunk."""
        lines = b"".join(name.lower() + b":" + value.strip(b" \t") + b"\n" for name, value in fields)
        return self.signature(b"AWS4-HMAC-SHA256-TRAILER", previous, digest(lines))

    def signature(self, algorithm, previous, *digests):
        scope = [self.timestamp[:8], self.region, self.service, "aws4_request"]
        text = b"\n".join([algorithm, self.timestamp.encode(), "/".join(scope).encode(), previous, *digests])
        key = b"AWS4" + self.secret_access_key.encode()
        for part in scope:
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.new(key, text, "sha256").hexdigest().encode()

    def chain(self, *contents):
        """The signatures of chunks with that data, and of the last chunk, which has none."""
        signatures = [self.seed_signature]
        for content in (*contents, b""):
            signatures.append(self.chunk(signatures[-1], content))
        return signatures[1:]


def digest(content):
    return hashlib.sha256(content).hexdigest().encode()
