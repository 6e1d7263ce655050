"""Lengths: chunks that are too small, and bodies that are not as long as announced.

Data beyond the announced length is always in a chunk of its own here, the first byte of which is one too many. So what
is delivered does not depend on how the input is divided.
"""

from .outcomes import (
    S3,
    SIGNED,
    UNSIGNED,
    body,
    broken,
    complete,
    incomplete,
    vector,
)
from .wire import END, MINIMUM, chunk, data, joined, last, patterned, size_line

MODES = {"unsigned": UNSIGNED, "signed": SIGNED}
FULL = patterned(MINIMUM)
ALMOST = patterned(MINIMUM - 1, 100)
WRONG = b"0" * 64


def small_chunk_vectors():
    for mode, receiver in MODES.items():
        good = body(receiver, b"hello", b"world")
        case = broken("chunkTooSmall", *good.chunks[0], rest=joined(good.pieces[3:]))
        yield vector(f"too-small-{mode}-first", "5 bytes, then 5 more", receiver, case)
        good = body(receiver, FULL, ALMOST, b"!")
        case = broken("chunkTooSmall", *good.chunks[0], *good.chunks[1], rest=joined(good.pieces[6:]))
        yield vector(f"too-small-{mode}-second", "8,192 bytes, 8,191 bytes, then 1 more", receiver, case)
        good = body(receiver, b"hello", b"world")
        size, data, _ = good.chunks[1]
        case = incomplete(*good.chunks[0], size)
        about = "5 bytes and another size line: only data would make the first chunk too small"
        yield vector(f"too-small-{mode}-cut-before-data", about, receiver, case)
        case = broken("chunkTooSmall", *good.chunks[0], rest=size.wire + data.wire[:1])
        yield vector(f"too-small-{mode}-cut-after-byte", "5 bytes, then 1 of 5 more", receiver, case)
    case = broken("signatureMismatch", *chunk(b"hello", WRONG)[:2], rest=joined(body(SIGNED, b"world").pieces))
    yield vector("too-small-signed-wrongly", "5 bytes with a wrong signature, then 5 more", SIGNED, case)


def longer_vectors():
    for mode, receiver in MODES.items():
        good = body(receiver, b"hello")
        case = broken("decodedLengthMismatch", rest=joined(good.pieces))
        yield vector(f"longer-{mode}-than-0", "5 bytes where none are announced", receiver.announced(0), case)
        good = body(receiver, FULL, b"hello")
        case = broken("decodedLengthMismatch", *good.chunks[0], rest=joined(good.pieces[3:]))
        about = "8,197 bytes where 8,192 are announced; what is too much is in the second chunk"
        yield vector(f"longer-{mode}-second-chunk", about, receiver.announced(MINIMUM), case)
    good = body(UNSIGNED, b"hello")
    case = incomplete(good.chunks[0][0])
    about = "a size of 5 where nothing is announced: only data would be too much"
    yield vector("longer-unsigned-cut-before-data", about, UNSIGNED.announced(0), case)
    first = S3.chain(FULL)[0]
    case = broken("decodedLengthMismatch", *chunk(FULL, first), rest=joined(chunk(b"hello", WRONG)))
    about = "a second chunk that is too much and has a wrong signature"
    yield vector("longer-signed-wrongly", about, SIGNED.announced(MINIMUM), case)


def shorter_vectors():
    for mode, receiver in MODES.items():
        good = body(receiver, b"hello")
        case = broken("decodedLengthMismatch", *good.pieces)
        yield vector(f"shorter-{mode}", "5 bytes where 6 are announced", receiver.announced(6), case)
    case = broken("decodedLengthMismatch", *body(UNSIGNED).pieces)
    yield vector("shorter-unsigned-empty", "no data where 1 byte is announced", UNSIGNED.announced(1), case)
    case = broken("decodedLengthMismatch", *body(UNSIGNED, FULL).pieces)
    about = "8,192 bytes where 8,193 are announced"
    yield vector("shorter-unsigned-by-a-chunk", about, UNSIGNED.announced(MINIMUM + 1), case)
    case = broken("decodedLengthMismatch", *body(UNSIGNED, b"hello").pieces[:-1])
    about = "5 bytes where 6 are announced, and no final CRLF"
    yield vector("shorter-unsigned-without-crlf", about, UNSIGNED.announced(6), case)
    case = incomplete(*body(UNSIGNED, b"hello").data_chunks)
    about = "5 bytes where 6 are announced, and no last chunk"
    yield vector("shorter-unsigned-cut", about, UNSIGNED.announced(6), case)
    case = complete(*chunk(FULL), *chunk(b"!"), last(), END)
    about = "8,193 bytes where as many are announced"
    yield vector("length-exact", about, UNSIGNED.announced(MINIMUM + 1), case, MINIMUM)


# Announced lengths that 32 bits do not have, and what they are there.
WIDE = {
    "2-to-the-32": (1 << 32, 0, "0 in 32 bits"),
    "2-to-the-32-and-5": ((1 << 32) + 5, 5, "5 in 32 bits"),
    "2-to-the-31": (1 << 31, 5, "negative in 32 bits"),
    "uint32-max": ((1 << 32) - 1, 5, "-1 in 32 bits"),
    "int64-max": ((1 << 63) - 1, 5, "the largest number of 64 bits with a sign"),
    "uint64-max": ((1 << 64) - 1, 5, "the largest number of 64 bits"),
}

# Sizes of chunks, with the first bytes of their data.
WIDE_SIZES = {
    "2-to-the-32": (b"100000000", b"\r\n", "0 in 32 bits"),
    "2-to-the-32-and-5": (b"100000005", b"hello\r\n0\r\n\r\n", "5 in 32 bits"),
    "minus-12": (b"fffffff4", b"x", "-12 in 32 bits"),
    "2-to-the-31": (b"80000000", b"x", "negative in 32 bits"),
    "int64-max": (b"7fffffffffffffff", b"hello", "the largest size"),
}


def wide_vectors():
    for name, (length, count, about) in WIDE.items():
        good = body(UNSIGNED, *([FULL[:count]] if count else []))
        case = broken("decodedLengthMismatch", *good.pieces)
        about = f"{count} bytes where {length:,} are announced: {about}"
        yield vector(f"shorter-wide-{name}", about, UNSIGNED.announced(length), case)
        case = incomplete(*good.data_chunks)
        about += "; cut before the last chunk"
        yield vector(f"shorter-wide-{name}-cut", about, UNSIGNED.announced(length), case)
    for name, (digits, start, about) in WIDE_SIZES.items():
        size = int(digits, 16)
        case = incomplete(size_line(digits), data(start))
        about = f"a size of {size:,}: {about}"
        yield vector(f"size-wide-{name}", about, UNSIGNED.announced(size), case)
        first = chunk(FULL)
        case = incomplete(*first, size_line(digits), data(start))
        about = f"after a chunk, {about}"
        yield vector(f"size-wide-{name}-second-chunk", about, UNSIGNED.announced(MINIMUM + size), case)
