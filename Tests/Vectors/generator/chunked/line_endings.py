"""Line endings that are not CRLF: in size lines, after data, and at the end."""

from .catalogue import ANY_TWO_BYTES_AFTER_DATA, CR_CR, LF_AFTER_SIZE, LF_IN_EXTENSION
from .outcomes import GOOD, HELLO, broken, vector
from .wire import CRLF, DATA_END, LAST, chunk, extension, field, quoted

AFTER = b"hello\r\n0\r\n\r\n"

# What of a size line comes before the wrong line ending.
SIZE_LINES = {
    "size": (b"5", "a size"),
    "space": (b"5 ", "whitespace after a size"),
    "semicolon": (b"5;", "a semicolon"),
    "semicolon-and-space": (b"5; ", "a semicolon and whitespace"),
    "name": (b"5;a", "the name of an extension"),
    "name-and-space": (b"5;a ", "the name of an extension and whitespace"),
    "equals": (b"5;a=", "an equals sign"),
    "equals-and-space": (b"5;a= ", "an equals sign and whitespace"),
    "token": (b"5;a=b", "a token"),
    "quoted": (b'5;a="b"', "a quoted string"),
}

WHOLE_LINES = ("size", "name", "token", "quoted")  # may end after these

# What follows a CR instead of a LF.
NOT_LF = {
    "cr": (b"\r" + AFTER, "another CR"),
    "crlf": (b"\r\n" + AFTER, "a CRLF"),
    "digit": (b"5\r\n" + AFTER, "a digit"),
    "space": (b" \n" + AFTER, "a space and a LF"),
    "semicolon": (b";a\r\n" + AFTER, "a semicolon"),
    "nul": (b"\0" + AFTER, "a NUL"),
    "vertical-tab": (b"\x0b" + AFTER, "a vertical tab"),
    "high-bit": (b"\x8a" + AFTER, "a LF but for the highest bit"),
}


def size_line_vectors():
    for name, (fine, about) in SIZE_LINES.items():
        case = broken("lineEndingInvalid", fine=fine, rest=b"\n" + AFTER)
        cve = LF_AFTER_SIZE if name == "size" else LF_IN_EXTENSION
        yield vector(f"line-ending-lf-after-{name}", f"a LF without CR after {about}", case, cve=cve)
    for name in WHOLE_LINES:
        fine, about = SIZE_LINES[name]
        case = broken("lineEndingInvalid", fine=fine + b"\r", rest=AFTER)
        yield vector(f"line-ending-cr-after-{name}", f"a CR without LF after {about}", case)
    for name, (rest, about) in NOT_LF.items():
        case = broken("lineEndingInvalid", fine=b"5\r", rest=rest)
        cve = CR_CR if name in ("cr", "crlf") else ()
        yield vector(f"line-ending-cr-{name}-after-size", f"after a size, a CR and {about}", case, cve=cve)
    case = broken("lineEndingInvalid", fine=b"5", rest=b"\n\r" + AFTER)
    yield vector("line-ending-lf-cr-after-size", "LF and CR in the wrong order after a size", case, cve=LF_AFTER_SIZE)
    case = broken("lineEndingInvalid", fine=b"1", rest=b"\nA\n1;abc\nB\n0\n\n")
    yield vector("line-ending-lf-throughout", "a body whose lines all end with LF", case, cve=LF_AFTER_SIZE)
    case = broken("lineEndingInvalid", fine=b"1\r", rest=b"A\r1;abc\rB\r0\r\r")
    yield vector("line-ending-cr-throughout", "a body whose lines all end with CR", case)


def last_chunk_vectors():
    case = broken("lineEndingInvalid", *GOOD, fine=b"0", rest=b"\n\r\n")
    yield vector("line-ending-lf-after-last-chunk", "a LF without CR after the last size", case, cve=LF_AFTER_SIZE)
    case = broken("lineEndingInvalid", *GOOD, fine=b"0\r", rest=b"\r\n\r\n")
    yield vector("line-ending-cr-crlf-after-last-chunk", "CR and CRLF after the last size", case, cve=CR_CR)
    case = broken("lineEndingInvalid", *GOOD, fine=b"0;a=b\r", rest=b"A: b\r\n\r\n")
    yield vector("line-ending-cr-after-last-extension", "a CR without LF after the last extension", case)
    case = broken("lineEndingInvalid", *chunk(b"one", extension(b"a")), fine=b"3;b", rest=b"\ntwo\r\n0\r\n\r\n")
    yield vector("line-ending-lf-second-chunk", "a LF without CR in the second line", case, cve=LF_IN_EXTENSION)


# What follows data instead of CRLF: what is fine of it, the rest, and what that is.
DATA_ENDINGS = {
    "nothing": (b"", b"0\r\n\r\n", "the next size"),
    "lf": (b"", b"\n0\r\n\r\n", "a LF"),
    "lf-cr": (b"", b"\n\r0\r\n\r\n", "LF and CR in the wrong order"),
    "lf-lf": (b"", b"\n\n0\r\n\r\n", "two LFs"),
    "two-letters": (b"", b"__0\r\n\r\n", "two other bytes"),
    "two-digits": (b"", b"000\r\n\r\n", "two digits more of the next size"),
    "letter-and-lf": (b"", b"_\n0\r\n\r\n", "a letter and a LF"),
    "letter-and-crlf": (b"", b"!\r\n0\r\n\r\n", "a byte more than the size says"),
    "letters-and-crlf": (b"", b" and more\r\n0\r\n\r\n", "several bytes more than the size says"),
    "space-and-crlf": (b"", b" \r\n0\r\n\r\n", "a space and a CRLF"),
    "semicolon": (b"", b";a\r\n0\r\n\r\n", "an extension"),
    "nul": (b"", b"\0\r\n0\r\n\r\n", "a NUL and a CRLF"),
    "nuls": (b"", b"\0\0\r\n0\r\n\r\n", "two NULs"),
    "high-bit": (b"", b"\x8d\n0\r\n\r\n", "a CR but for the highest bit"),
    "cr": (b"\r", b"0\r\n\r\n", "a CR without LF"),
    "cr-letter": (b"\r", b"_0\r\n\r\n", "a CR and a letter"),
    "cr-cr": (b"\r", b"\r0\r\n\r\n", "two CRs"),
    "cr-crlf": (b"\r", b"\r\n0\r\n\r\n", "CR and CRLF"),
    "cr-nul": (b"\r", b"\x000\r\n\r\n", "a CR and a NUL"),
    "cr-high-bit": (b"\r", b"\x8a0\r\n\r\n", "a CR, and a LF but for the highest bit"),
}


def data_vectors():
    for name, (fine, rest, about) in DATA_ENDINGS.items():
        case = broken("chunkDataNotTerminated", *HELLO, fine=fine, rest=rest)
        two_bytes_then_the_end = len(fine + rest) == 2 + len(b"0\r\n\r\n")
        cve = ANY_TWO_BYTES_AFTER_DATA if two_bytes_then_the_end else ()
        yield vector(f"data-ending-{name}", f"after the data: {about}", case, cve=cve)
    size, content, _ = chunk(b"three", quoted(b"a", b"b"))
    case = broken("chunkDataNotTerminated", *GOOD, size, content, rest=b"\n0\r\n\r\n")
    yield vector("data-ending-lf-third-chunk", "after the data of the third chunk: a LF", case)
    case = broken("chunkDataNotTerminated", *GOOD, size, content, fine=b"\r", rest=b"_0\r\n\r\n")
    about = "after the data of the third chunk: a CR and a letter"
    yield vector("data-ending-cr-letter-third-chunk", about, case, cve=ANY_TWO_BYTES_AFTER_DATA)


def end_vectors():
    for name, before in {"last-chunk": (*GOOD, LAST), "trailers": (*GOOD, LAST, field(b"A", b"b"))}.items():
        case = broken("lineEndingInvalid", *before, rest=b"\n")
        about = f"after the {name.replace('-', ' ')}: a LF instead of the empty line"
        yield vector(f"end-lf-after-{name}", about, case)
        case = broken("lineEndingInvalid", *before, fine=b"\r", rest=b"\r\n")
        yield vector(f"end-cr-cr-after-{name}", f"after the {name.replace('-', ' ')}: two CRs and a LF", case)
        case = broken("lineEndingInvalid", *before, fine=b"\r", rest=b"GET / HTTP/1.1\r\n")
        yield vector(f"end-cr-after-{name}", f"after the {name.replace('-', ' ')}: a CR without LF", case)
    case = broken("lineEndingInvalid", LAST, rest=b"\n\n")
    yield vector("end-lf-lf", "two LFs right after the only line", case)
    case = broken("chunkSizeInvalid", *HELLO, DATA_END, rest=CRLF)
    yield vector("end-without-last-chunk", "an empty line instead of the last chunk", case)
