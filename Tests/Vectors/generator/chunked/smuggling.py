"""The catalogue of smuggling: bodies in which two lenient decoders see different messages, and a strict one an error.

A name says what the first decoder and what the second takes an ambiguous line ending for. TERM: the end of the line or
of the data. EXT: part of an extension. SPILL: part of what is skipped up to the next CRLF. TRAIL: part of a trailer
field. ZERO, ONE, TWO: that many bytes, whatever they are, after the data. One of the two finds the end of the body
where the other still reads data, and takes what follows for a request.
"""

from .catalogue import (
    ANY_TWO_BYTES_AFTER_DATA,
    FRAMING_IN_TRAILER,
    LF_AFTER_SIZE,
    LF_IN_EXTENSION,
    LF_IN_TRAILER,
    QUOTED_STRINGS,
)
from .outcomes import HELLO, broken, vector
from .wire import CRLF, LAST, chunk, data, size_line

END = b"0\r\n\r\n"
REQUEST = b"GET /hidden HTTP/1.1\r\nHost: b\r\n\r\n"

# An ambiguous line ending: what of it is still fine, what no longer is, and what it is.
LINE_ENDINGS = {
    "lf": (b"", b"\n", "a LF"),
    "lf-lf": (b"", b"\n\n", "two LFs"),
    "cr": (b"\r", b"", "a CR"),
    "cr-cr": (b"\r", b"\r", "two CRs"),
    "cr-x": (b"\r", b"X", "a CR and a letter"),
}

DATA_ENDINGS = {
    **LINE_ENDINGS,
    "nothing": (b"", b"", "nothing at all"),
    "xx": (b"", b"XX", "two letters"),
    "x-lf": (b"", b"X\n", "a letter and a LF"),
}


def chunk_of_two_digits(content):
    """The size and the rest of a chunk and of the body; the size is just as long as the data of another chunk."""
    if not 0x10 <= len(content) <= 0xFF:
        raise ValueError("two digits have to do")
    return b"%02x" % len(content), CRLF + content + CRLF + END


def long_chunk():
    """Who reads the first line reads one long chunk; who skips it finds the end of the body inside."""
    return b"".join(chunk_of_two_digits(b"4\r\nkeep\r\n" + END + REQUEST))


def short_chunk():
    """Who reads the first line reads a chunk of four bytes, and then the end; who skips it reads one long chunk."""
    digits, rest = chunk_of_two_digits(CRLF + END + REQUEST)
    return b"%02x" % len(digits + CRLF) + CRLF + digits + rest


def upper(kind):
    return kind.replace("-", ".").upper()


def extension_vectors():
    """To one decoder `xx` is the first data; to the other it is extension, and the first data is the next size."""
    kinds = {"term-ext": long_chunk(), "ext-term": short_chunk()}
    for kind, following in kinds.items():
        for name, (fine, rest, about) in LINE_ENDINGS.items():
            case = broken("lineEndingInvalid", fine=b"2;a" + fine, rest=rest + b"xx\r\n" + following)
            cve = LF_IN_EXTENSION if name == "lf" else ()
            yield vector(f"smuggling-{kind}-{name}", f"{upper(kind)} by {about}", case, cve=cve)
        case = broken("lineEndingInvalid", fine=b"2", rest=b"\nxx\r\n" + following)
        about = f"{upper(kind)} by a LF, without a semicolon"
        yield vector(f"smuggling-{kind}-lf-after-size", about, case, cve=LF_AFTER_SIZE)
        case = broken("lineEndingInvalid", fine=b"2\r", rest=b"xx\r\n" + following)
        yield vector(f"smuggling-{kind}-cr-after-size", f"{upper(kind)} by a CR, without a semicolon", case)
        case = broken("chunkExtensionInvalid", fine=b'2;a="', rest=b'\r\nxx\r\n' + following)
        about = f"{upper(kind)} by a CRLF after a quote that does not end"
        yield vector(f"smuggling-{kind}-quoted-crlf", about, case, cve=QUOTED_STRINGS)
        case = broken("chunkExtensionInvalid", fine=b'2;a="', rest=b'\nxx"\r\n' + following)
        about = f"{upper(kind)} by a LF in a quoted string"
        yield vector(f"smuggling-{kind}-quoted-lf", about, case, cve=QUOTED_STRINGS)


def data_vectors():
    for kind, following in {"term-spill": long_chunk(), "spill-term": short_chunk()}.items():
        for name, (fine, rest, about) in DATA_ENDINGS.items():
            case = broken("chunkDataNotTerminated", *HELLO, fine=fine, rest=rest + following)
            cve = ANY_TWO_BYTES_AFTER_DATA if name in ("xx", "x-lf") else ()
            yield vector(f"smuggling-{kind}-{name}", f"{upper(kind)} by {about}", case, cve=cve)


def length_vectors():
    """How many bytes a decoder skips after the data decides which digits are left of the next size."""
    ten = b"0123456789"
    hidden = ten + CRLF + END + REQUEST
    hidden += b" " * ((len(ten) - len(hidden)) % 16)
    digits, rest = chunk_of_two_digits(hidden)  # of which the second alone is the size of `ten`
    two = (size_line(b"2"), data(b"ab"))
    for name, (fine, bad) in {"lf": (b"", b"\n"), "cr": (b"\r", b""), "x": (b"", b"X")}.items():
        case = broken("chunkDataNotTerminated", *two, fine=fine, rest=bad + digits + rest)
        about = f"ONE.TWO: a size of {digits.decode()} or of {digits[1:].decode()}"
        yield vector(f"smuggling-one-two-{name}", about, case)
        sixteen = b"10" + CRLF + CRLF + b"0123456789abcd" + CRLF + END
        case = broken("chunkDataNotTerminated", *two, fine=fine, rest=bad + sixteen)
        yield vector(f"smuggling-two-one-{name}", "TWO.ONE: a size of 0 or of 10", case)
    about = f"a size of {digits.decode()} or of {digits[1:].decode()}"
    case = broken("chunkDataNotTerminated", *two, rest=b"0" + digits + rest)
    yield vector("smuggling-zero-two", f"ZERO.TWO: {about}", case, cve=ANY_TWO_BYTES_AFTER_DATA)
    yield vector("smuggling-zero-one", f"ZERO.ONE: {about}", broken("chunkDataNotTerminated", *two, rest=digits + rest))
    whole = CRLF + REQUEST.ljust(254)
    case = broken("chunkDataNotTerminated", *two, rest=b"100" + CRLF + whole + CRLF + END)
    yield vector("smuggling-two-zero", "TWO.ZERO: a size of 0 or of 100", case, cve=ANY_TWO_BYTES_AFTER_DATA)


def trailer_vectors():
    before = (*chunk(b"ab"), LAST)
    for name, (fine, rest, about) in LINE_ENDINGS.items():
        case = broken("lineEndingInvalid", *before, fine=fine, rest=rest + b"hidden: yes" + CRLF + CRLF)
        yield vector(f"smuggling-term-trail-{name}", f"TERM.TRAIL by {about} after the last chunk", case)
        cve = LF_IN_TRAILER if name in ("lf", "lf-lf") else ()
        case = broken("lineEndingInvalid", *before, fine=b"foo: bar" + fine, rest=rest + REQUEST)
        yield vector(f"smuggling-trail-term-{name}", f"TRAIL.TERM by {about} after a trailer", case, cve=cve)
        rest += b"Content-Length: 5" + CRLF + CRLF + b"hello"
        case = broken("lineEndingInvalid", *before, fine=b"foo: bar" + fine, rest=rest)
        about = f"Content-Length, hidden in a value by {about}"
        yield vector(f"smuggling-trailer-injection-{name}", about, case, cve=cve)
    case = broken("trailerForbidden", *before, fine=b"Transfer-Encoding", rest=b": chunked" + CRLF + CRLF + END)
    about = "a trailer that makes another decoder look for a second body"
    yield vector("smuggling-trailer-transfer-encoding", about, case, cve=FRAMING_IN_TRAILER)
    case = broken("trailerForbidden", *before, fine=b"Content-Length", rest=b": 5" + CRLF + CRLF + b"hello")
    about = "a trailer that makes another decoder take what follows for the body"
    yield vector("smuggling-trailer-content-length", about, case, cve=FRAMING_IN_TRAILER)
