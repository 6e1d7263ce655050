"""Bodies that every receiver accepts: those that encoders write, and others."""

from dataclasses import replace

from .outcomes import (
    RECEIVERS,
    S3,
    SIGNED,
    SIGNED_TRAILER,
    UNSIGNED,
    UNSIGNED_TRAILER,
    Receiver,
    body,
    complete,
    encoded,
    vector,
)
from .wire import CHECKSUM, END, MINIMUM, TRAILER_SIGNATURE, chunk, crc32, field, joined, last, patterned

# For chunks of 8,192 bytes.
SIZES = {
    "unsigned": (0, 1, 8192),
    "unsigned-trailer": (0, 8193),
    "signed": (0, 1, 16384),
    "signed-trailer": (0, 1, 8191, 8192, 8193, 16384),
}

LOOKS_LIKE_A_CHUNK = b"\r\n0;chunk-signature=" + b"0" * 64 + b"\r\n\r\n"


def canonical_vectors():
    for name, sizes in SIZES.items():
        for size in sizes:
            yield canonical(f"body-{name}-{size}-bytes", RECEIVERS[name], patterned(size), MINIMUM)
    yield canonical("body-unsigned-trailer-66560-bytes", UNSIGNED_TRAILER, b"a" * 66560, 65536)
    yield canonical("body-signed-trailer-8200-byte-chunks", SIGNED_TRAILER, patterned(10000), 8200)
    express = Receiver(replace(S3, service="s3express", region="us-west-2"), CHECKSUM)
    yield canonical("body-signed-trailer-s3express", express, b"hello", MINIMUM)
    about = "data that looks like the end of a chunk and the last chunk"
    case = complete(*encoded(SIGNED, LOOKS_LIKE_A_CHUNK, MINIMUM))
    yield vector("body-signed-looks-like-a-chunk", about, SIGNED, case, MINIMUM)
    case = complete(*encoded(UNSIGNED_TRAILER, b"hello", MINIMUM))
    yield vector("body-length-unknown", "no length is announced", UNSIGNED_TRAILER, case, MINIMUM)


def canonical(name, receiver, content, chunk_size):
    about = f"{len(content):,} byte{'' if len(content) == 1 else 's'} in chunks of up to {chunk_size:,}"
    case = complete(*encoded(receiver, content, chunk_size))
    return vector(name, about, receiver.announced(len(content)), case, chunk_size)


def notation_vectors():
    ten = b"0123456789"
    about = "sizes in upper case"
    yield vector("size-upper-case", about, UNSIGNED, complete(*chunk(ten, digits=b"A"), last(), END))
    first, final = S3.chain(ten)
    about = "sizes in upper case with a leading zero, and a last chunk of three zeros"
    case = complete(*chunk(ten, first, b"0A"), last(final, b"000"), END)
    yield vector("size-signed-leading-zeros", about, SIGNED, case)
    parts = patterned(8193), patterned(8192, 9), patterned(10, 8)
    about = "chunks of 8,193, 8,192 and 10 bytes"
    yield vector("size-varying", about, UNSIGNED, complete(*body(UNSIGNED, *parts).pieces))
    signature = b";chunk-signature=short"
    case = complete(*chunk(ten, digits=b'a ; b = "c;d"'), last(digits=b"0" + signature), END)
    yield vector("extension-unsigned", "extensions, among them a signature: all are ignored", UNSIGNED, case)
    yield from spelling_vectors()


def spelling_vectors():
    """Trailers that are not spelled as encoders do."""
    value = crc32(b"hello")
    final = S3.chain(b"hello")[-1]
    signature = S3.trailers(final, (CHECKSUM, value))
    spellings = {
        "whitespace": (CHECKSUM, (b" ", b" \t"), "whitespace around a trailer's value"),
        "mixed-case": (b"X-Amz-Checksum-CRC32", (), "a trailer's name in mixed case"),
    }
    for name, (trailer, spaces, about) in spellings.items():
        line = field(trailer, value, *spaces)
        good = body(UNSIGNED, b"hello")
        case = complete(*good.data_chunks, good.last, line, END)
        yield vector(f"trailer-unsigned-{name}", about, UNSIGNED_TRAILER, case)
        good = body(SIGNED, b"hello")
        lines = line, field(TRAILER_SIGNATURE, signature, *spaces)
        about += ", signed without it" if spaces else ", signed in lower case"
        case = complete(*good.data_chunks, good.last, *lines, END)
        yield vector(f"trailer-signed-{name}", about, SIGNED_TRAILER, case)


def end_vectors():
    for name, receiver in RECEIVERS.items():
        about = "the final CRLF is missing: tolerated"
        case = complete(*body(receiver, b"hello").pieces[:-1])
        yield vector(f"end-{name}-without-crlf", about, receiver.announced(5), case)
    case = complete(*body(UNSIGNED).pieces[:-1])
    yield vector("end-unsigned-empty-without-crlf", "no data, and the final CRLF is missing", UNSIGNED, case)


def leftover_vectors():
    about = "a body, then the next request"
    case = complete(*body(UNSIGNED, b"hello").pieces, leftover=b"GET / HTTP/1.1\r\n")
    yield vector("leftover-unsigned", about, UNSIGNED.announced(5), case)
    about = "a body, then a CRLF and another body"
    case = complete(*body(SIGNED_TRAILER, b"hello").pieces, leftover=b"\r\n5\r\nworld\r\n0\r\n\r\n")
    yield vector("leftover-signed-trailer", about, SIGNED_TRAILER.announced(5), case)
    about = "a body without a trailer, then what would have been one"
    lines = joined(body(UNSIGNED_TRAILER, b"hello").fields)
    case = complete(*body(UNSIGNED, b"hello").pieces, leftover=lines)
    yield vector("leftover-looks-like-a-trailer", about, UNSIGNED, case)
