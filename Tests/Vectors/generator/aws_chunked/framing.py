"""Violations of the chunked grammar, which is that of RFC 9112 here too."""

from .outcomes import SIGNED, SIGNED_TRAILER, UNSIGNED, UNSIGNED_TRAILER, body, broken, vector
from .wire import CRLF, END, MINIMUM, joined, last, patterned

FULL = patterned(MINIMUM)
TAIL = b"hello\r\n0\r\n\r\n"

# What comes instead of the first size line, and what it is.
UNSIGNED_LINES = {
    "size": (b"+5\r\n", "a plus sign before a size"),
    "size-too-large": (b"8000000000000000\r\n", "a size of 2^63"),
    "lf": (b"5\n", "a size line that ends with a LF"),
    "extension": (b"5;\r\n", "a semicolon and nothing: extensions are ignored, but not their grammar"),
}

SIGNED_LINES = {
    "size": (b"5g;chunk-signature=" + b"0" * 64 + CRLF, "a letter after the digits of a size"),
    "signature-empty": (b"5;chunk-signature=\r\n", "an equals sign and nothing"),
}

# What comes instead of the line of the checksum, and what it is.
TRAILER_LINES = {
    "colon": (b"x-amz-checksum-crc32\r\n", "a line without a colon"),
    "lf-lf-crlf": (b"x-amz-checksum-crc32:NhCmhg==\n\n\r\n", "two LF before the CRLF, where one is accepted"),
    "lf-inside": (b"x-amz-checksum-crc32:NhCm\nhg==\r\n", "a LF inside of the value"),
    "space-inside": (b"x-amz checksum-crc32:NhCmhg==\r\n", "a space inside of the name"),
}


def framing_vectors():
    for receiver, mode, lines in ((UNSIGNED, "unsigned", UNSIGNED_LINES), (SIGNED, "signed", SIGNED_LINES)):
        for name, (line, about) in lines.items():
            case = broken("framing", rest=line + TAIL)
            yield vector(f"framing-{mode}-{name}", about, receiver, case)
        good = body(receiver, FULL, b"hello")
        size, data, _ = good.chunks[0]
        case = broken("framing", size, data, rest=b"\n" + joined(good.chunks[1]))
        yield vector(f"framing-{mode}-data-ending", "a LF after the data of the first chunk", receiver, case)
        case = broken("framing", *good.chunks[0], rest=b"x" + joined(good.chunks[1]))
        yield vector(f"framing-{mode}-second-size", "an x before the second size", receiver, case)
    good = body(SIGNED, b"hello")
    case = broken("framing", *good.data_chunks, rest=good.last.wire[:-2] + b"\n" + END.wire)
    yield vector("framing-signed-last-lf", "the last chunk's line ends with a LF", SIGNED, case)
    case = broken("framing", *good.data_chunks, good.last, rest=b"\rX")
    yield vector("framing-signed-end", "a CR and an X instead of the final CRLF", SIGNED, case)
    case = broken("framing", *good.data_chunks, good.last, rest=b"\n")
    yield vector("framing-signed-end-lf", "a LF instead of the final CRLF, which may only be missing", SIGNED, case)
    good = body(UNSIGNED_TRAILER, b"hello")
    for name, (line, about) in TRAILER_LINES.items():
        case = broken("framing", *good.data_chunks, good.last, rest=line + CRLF)
        yield vector(f"framing-unsigned-trailer-{name}", about, UNSIGNED_TRAILER, case)
    good = body(SIGNED_TRAILER, b"hello")
    line = good.fields[1].wire.replace(b":", b"")
    case = broken("framing", *good.data_chunks, good.last, good.fields[0], rest=line + CRLF)
    about = "no colon in the line of the trailers' signature"
    yield vector("framing-signed-trailer-signature", about, SIGNED_TRAILER, case)


def repeated_last_chunk_vectors():
    good = body(UNSIGNED_TRAILER, b"hello")
    case = broken("lastChunkRepeated", *good.data_chunks, good.last, rest=joined((last(), *good.fields, END)))
    yield vector("repeated-unsigned-last-chunk", "two last chunks, then the trailer", UNSIGNED_TRAILER, case)
    case = broken("lastChunkRepeated", *good.data_chunks, good.last, rest=b"000\r\n" + joined((*good.fields, END)))
    yield vector("repeated-unsigned-last-chunk-zeros", "a last chunk, and one of three zeros", UNSIGNED_TRAILER, case)
    good = body(SIGNED, b"hello")
    case = broken("lastChunkRepeated", *good.data_chunks, good.last, rest=joined((good.last, END)))
    yield vector("repeated-signed-last-chunk", "the signed last chunk twice", SIGNED, case)
