"""What a receiver has to make of some bytes: built from the pieces that deliver and from what follows them."""

import base64
import json
from dataclasses import dataclass, replace

from .signing import Signing
from .wire import CHECKSUM, END, TRAILER_SIGNATURE, Piece, chunk, crc32, delivered, field, joined, last


@dataclass(frozen=True)
class Receiver:
    """What it knows of a body in advance. With a signing, the body has to be signed."""

    signing: Signing | None = None
    trailer: bytes | None = None
    length: int | None = None

    def announced(self, length):
        return replace(self, length=length)


S3 = Signing("not a key but long enough for one", "20260203T040506Z", "eu-central-1", "s3", b"0123456789abcdef" * 4)
UNSIGNED = Receiver()
UNSIGNED_TRAILER = Receiver(trailer=CHECKSUM)
SIGNED = Receiver(S3)
SIGNED_TRAILER = Receiver(S3, CHECKSUM)
RECEIVERS = {
    "unsigned": UNSIGNED,
    "unsigned-trailer": UNSIGNED_TRAILER,
    "signed": SIGNED,
    "signed-trailer": SIGNED_TRAILER,
}


@dataclass(frozen=True)
class Body:
    """What a receiver expects: the pieces of every chunk with data, the last chunk's line, and the trailers."""

    chunks: tuple[tuple[Piece, ...], ...]
    last: Piece
    fields: tuple[Piece, ...]

    @property
    def data_chunks(self):
        return tuple(piece for each in self.chunks for piece in each)

    @property
    def pieces(self):
        return (*self.data_chunks, self.last, *self.fields, END)


def body(receiver, *contents):
    """The good body with that data in its chunks."""
    signatures = receiver.signing.chain(*contents) if receiver.signing else [None] * (len(contents) + 1)
    chunks = tuple(chunk(content, signature) for content, signature in zip(contents, signatures))
    fields = trailer_fields(receiver, signatures[-1], b"".join(contents))
    return Body(chunks, last(signatures[-1]), fields)


def trailer_fields(receiver, signature, content):
    """The trailers after a last chunk with that signature, and chunks with that data."""
    if receiver.trailer is None:
        return ()
    value = crc32(content)
    fields = [field(receiver.trailer, value)]
    if receiver.signing:
        fields.append(field(TRAILER_SIGNATURE, receiver.signing.trailers(signature, (receiver.trailer, value))))
    return tuple(fields)


def encoded(receiver, content, chunk_size):
    """The body as an encoder writes it: every chunk but the last one as long as it may be."""
    parts = [content[start : start + chunk_size] for start in range(0, len(content), chunk_size)]
    return body(receiver, *parts).pieces


@dataclass(frozen=True)
class Case:
    """An input and its outcome."""

    wire: bytes
    status: str
    body: bytes
    code: str | None = None


def complete(*pieces, leftover=b""):
    """A whole body, and then the first bytes of what follows it."""
    return Case(joined(pieces) + leftover, "complete", delivered(pieces))


def incomplete(*pieces, start=b""):
    """A body that stops after these pieces and the start of another one."""
    return Case(joined(pieces) + start, "incomplete", delivered(pieces))


def broken(code, *pieces, rest=b""):
    """A body that delivers what these pieces do, and nothing of the rest."""
    return Case(joined(pieces) + rest, "error", delivered(pieces), code)


@dataclass(frozen=True)
class Vector:
    name: str
    about: str
    receiver: Receiver
    case: Case
    chunk_size: int | None = None

    @property
    def files(self):
        self.check()
        signing = self.receiver.signing
        description = {
            "about": self.about,
            "mode": "signed" if signing else "unsigned",
            "trailer": text(self.receiver.trailer),
            "decodedLength": self.receiver.length,
            "signing": signing and {
                "secretAccessKey": signing.secret_access_key,
                "timestamp": signing.timestamp,
                "region": signing.region,
                "service": signing.service,
                "seedSignature": text(signing.seed_signature),
            },
            "canonical": self.chunk_size is not None,
            **({"chunkSize": self.chunk_size} if self.chunk_size else {}),
            "outcome": {
                "status": self.case.status,
                "body": text(base64.b64encode(self.case.body)),
                "error": {"code": self.case.code} if self.case.code else None,
            },
        }
        json_text = json.dumps(description, indent=2) + "\n"
        return {f"{self.name}.bin": self.case.wire, f"{self.name}.json": json_text.encode("ascii")}

    def check(self):
        """An encoder writes the bytes if, and only if, the vector says so."""
        sizes = (self.chunk_size,) if self.chunk_size else (8192, 65536)
        written = any(joined(encoded(self.receiver, self.case.body, size)) == self.case.wire for size in sizes)
        if self.case.status == "complete" and written != (self.chunk_size is not None):
            raise ValueError(f"{self.name}: what an encoder writes is canonical, and nothing else")
        if self.case.status == "complete" and self.receiver.length not in (None, len(self.case.body)):
            raise ValueError(f"{self.name}: the body is not as long as announced")
        if self.case.status != "complete" and self.chunk_size:
            raise ValueError(f"{self.name}: only a complete body is canonical")


def text(value):
    return None if value is None else value.decode("ascii")


def vector(name, about, receiver, case, chunk_size=None):
    return Vector(name, about, receiver, case, chunk_size)
