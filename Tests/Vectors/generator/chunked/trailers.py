"""Trailers: fields of every shape, and lines that are none or that must not be there."""

from .catalogue import (
    EMPTY_FIELD_NAME,
    FOLDED_LINE,
    FRAMING_IN_TRAILER,
    LF_IN_TRAILER,
    SPACE_BEFORE_COLON,
    TRAILER_WITHOUT_COLON,
)
from .outcomes import GOOD, broken, complete, incomplete, vector, with_trailers
from .wire import CRLF, END, LAST, OBS_TEXT, TCHARS, chunk, field

VCHARS = bytes(range(0x21, 0x7F))
SOME = field(b"Some", b"header")
REST = b"\r\nC: d\r\n\r\n"  # another field and the end

VALID = {
    "one": ([SOME], "one field"),
    "two": ([field(b"Vary", b"*"), field(b"Server-Timing", b"db;dur=53")], "two fields"),
    "four-in-order": ([field(each, each) for each in (b"d", b"b", b"c", b"a")], "four fields, not sorted"),
    "duplicates": ([field(b"X-Trace", b"first"), SOME, field(b"X-Trace", b"second")], "a name that is there twice"),
    "duplicates-in-another-case": ([field(b"x-trace", b"1"), field(b"X-TRACE", b"2")], "names that differ in case"),
    "identical": ([field(b"A", b"b")] * 3, "the same field three times"),
    "empty-value": ([field(b"A", b"", b"A:")], "nothing after the colon"),
    "value-of-whitespace": ([field(b"A", b"", b"A: \t ")], "nothing but whitespace after the colon"),
    "no-whitespace": ([field(b"A", b"b", b"A:b")], "no whitespace after the colon"),
    "whitespace-around": ([field(b"A", b"b", b"A:  \t b\t \t")], "whitespace around the value: no part of it"),
    "tabs-around": ([field(b"A", b"b", b"A:\tb\t")], "tabs around the value"),
    "whitespace-inside": ([field(b"A", b"b  c\td")], "whitespace in the value, which is part of it"),
    "one-byte-name-and-value": ([field(b"a", b"b", b"a:b")], "a name and a value of one byte"),
    "every-name-character": ([field(TCHARS, b"v")], "a name of all that a name may have"),
    "every-value-character": ([field(b"A", VCHARS)], "a value of all that is visible in ASCII"),
    "obs-text": ([field(b"A", OBS_TEXT)], "a value of every byte over 7f"),
    "no-break-space-kept": ([field(b"A", b"\xa0b\xa0")], "no-break spaces in Latin-1 around a value: kept"),
    "next-line-kept": ([field(b"A", b"\x85b\x85")], "next-line characters in Latin-1 around a value: kept"),
    "utf-8": ([field(b"A", "Größe 🙂".encode())], "a value in UTF-8, in JSON as Latin-1"),
    "ideographic-space-kept": ([field(b"A", "\u3000b\u3000".encode())], "ideographic spaces in UTF-8: kept"),
    "colon-in-value": ([field(b"A", b"b:c"), field(b"B", b":"), field(b"C", b"::", b"C:::")], "colons in values"),
    "separators-in-value": ([field(b"A", b'"b";c={d}, (e) <f>@[g]\\')], "separators and quotes in a value"),
    "open-quote-in-value": ([field(b"A", b'"b'), SOME], "a quote that does not end: it means nothing here"),
    "date": ([field(b"Expires", b"Wed, 21 Oct 2015 07:28:00 GMT")], "a date"),
    "checksum": ([field(b"x-amz-checksum-crc32", b"DUoRhQ==", b"x-amz-checksum-crc32:DUoRhQ==")], "a checksum"),
    "digits-only": ([field(b"0", b"0")], "a name and a value that look like a last chunk"),
    "name-looks-like-a-size": ([field(b"ffffffffffffffffff", b"5")], "a name that would be too large a size"),
    "lambda-error": (
        [
            field(b"Lambda-Runtime-Function-Error-Type", b"Runtime.Unknown"),
            field(b"Lambda-Runtime-Function-Error-Body", b"eyJlcnJvck1lc3NhZ2UiOiJmYWlsZWQifQ=="),
        ],
        "what tells Lambda that a function failed after it began to answer",
    ),
    "set-cookie": ([field(b"Set-Cookie", b"a=b"), field(b"X-Forwarded-For", b"127.0.0.1")], "two more fields"),
    "host": ([field(b"Host", b"a"), field(b"Trailer", b"b"), field(b"TE", b"c")], "fields that belong into headers"),
    "almost-content-length": (
        [field(each, b"5") for each in (b"Content-Lengt", b"Content-Lengths", b"X-Content-Length", b"Content_Length")],
        "names that are almost Content-Length",
    ),
    "almost-transfer-encoding": (
        [field(each, b"chunked") for each in (b"Transfer-Encodin", b"Transfer-Encodings", b"Transfer.Encoding", b"TE")],
        "names that are almost Transfer-Encoding",
    ),
    "as-long-as-content-length": (
        [field(each, b"5") for each in (b"Content.Length", b"Con4ent-Length", b"content-lengtm", b"Dontent-Length")],
        "names as long as Content-Length that differ from it in one character",
    ),
    "content-length-in-value": ([field(b"A", b"Content-Length: 5")], "a value that looks like a field"),
    "names-and-values-of-many-lengths": ([field(b"n" * size, b"v" * size) for size in range(1, 35)], "1 to 34 bytes"),
    "value-of-1000-bytes": ([field(b"A", b"v" * 1000)], "a value of 1000 bytes"),
}


def valid_vectors():
    for name, (fields, about) in VALID.items():
        yield vector(f"trailer-{name}", f"trailers: {about}", with_trailers(*fields))
    yield vector("trailer-of-an-empty-body", "a trailer and no data", complete(LAST, SOME, END))
    case = complete(*chunk(b"hello"), LAST, SOME, field(b"A", b"b"), END, leftover=b"C: d\r\n\r\n")
    yield vector("trailer-then-a-field-after-the-end", "a line after the empty one is no trailer", case)


NAME, VALUE = "trailerNameInvalid", "trailerValueInvalid"

# What is fine of a trailer line, the rest of it, and what is wrong with that.
FAULTS = {
    "name-space": (NAME, b"GET", b" http://a/ HTTP/1.1", "a request line, whose name has a space"),
    "name-leading-space": (NAME, b"", b" A: b", "a space before the name of the first field"),
    "name-leading-tab": (NAME, b"", b"\tA: b", "a tab before the name of the first field"),
    "name-only-space": (NAME, b"", b" ", "a line of one space"),
    "name-at": (NAME, b"Fo", b"@: b", "an at sign in a name"),
    "name-quote": (NAME, b"", b'"A": b', "a quoted name"),
    "name-slash": (NAME, b"A", b"/B: c", "a slash in a name"),
    "name-parenthesis": (NAME, b"A", b"(B): c", "a comment in a name"),
    "name-brackets": (NAME, b"A", b"[0]: b", "brackets in a name"),
    "name-brace": (NAME, b"", b"{: b", "7b, one below the vertical bar"),
    "name-equals": (NAME, b"A", b"=b", "an equals sign instead of a colon"),
    "name-semicolon": (NAME, b"A", b";B: c", "a semicolon in a name"),
    "name-comma": (NAME, b"A", b",B: c", "a comma in a name"),
    "name-backslash": (NAME, b"A", b"\\: b", "a backslash in a name"),
    "name-nul": (NAME, b"A", b"\0: b", "a NUL in a name"),
    "name-nul-first": (NAME, b"", b"\0A: b", "a NUL before a name"),
    "name-delete": (NAME, b"A", b"\x7f: b", "DEL in a name"),
    "name-control": (NAME, b"A", b"\x01: b", "a control character in a name"),
    "name-vertical-tab": (NAME, b"A", b"\x0b: b", "a vertical tab before the colon"),
    "name-latin-1": (NAME, b"", b"\xe9: b", "a name that is not ASCII"),
    "name-latin-1-later": (NAME, b"A", b"\xe9: b", "a name with a letter that is not ASCII"),
    "name-utf-8": (NAME, b"A", "\u0301: b".encode(), "a combining accent in UTF-8 after the A"),
    "name-no-break-space": (NAME, b"A", b"\xa0: b", "a no-break space in Latin-1 before the colon"),
    "name-without-colon-cr-crlf": (NAME, b"bad", b"\r", "a line without a colon that ends with CR and CRLF"),
    "value-nul": (VALUE, b"A: b", b"\0c", "a NUL in a value"),
    "value-nul-first": (VALUE, b"A:", b"\0", "a NUL right after the colon"),
    "value-nul-after-whitespace": (VALUE, b"A: ", b"\0b", "a NUL after the whitespace before a value"),
    "value-nul-last": (VALUE, b"A: b ", b"\0", "a NUL after the whitespace behind a value"),
    "value-control-01": (VALUE, b"A: b", b"\x01c", "a control character in a value"),
    "value-control-1f": (VALUE, b"A: b", b"\x1fc", "the last control character in a value"),
    "value-backspace": (VALUE, b"A: b", b"\x08c", "a backspace in a value"),
    "value-vertical-tab": (VALUE, b"A: b", b"\x0bc", "a vertical tab in a value"),
    "value-form-feed": (VALUE, b"A:", b"\x0cb", "a form feed instead of whitespace"),
    "value-escape": (VALUE, b"A: ", b"\x1b[31m", "ESC in a value"),
    "value-delete": (VALUE, b"A: ", b"\x7f", "DEL as a value"),
}

# The same for lines of a class with a known vulnerability.
KNOWN = {
    "name-without-colon": (NAME, b"badline", b"", "a line without a colon", TRAILER_WITHOUT_COLON),
    "name-space-before-colon": (NAME, b"A", b" : b", "a space before the colon", SPACE_BEFORE_COLON),
    "name-tab-before-colon": (NAME, b"A", b"\t: b", "a tab before the colon", SPACE_BEFORE_COLON),
    "name-empty": (NAME, b"", b": b", "an empty name", EMPTY_FIELD_NAME),
    "name-empty-value-empty": (NAME, b"", b":", "nothing but a colon", EMPTY_FIELD_NAME),
}

FOLDED = {
    "space": (b" c", "a space"),
    "tab": (b"\tc", "a tab"),
    "tab-and-content-length": (b"\tContent-Length: 5", "a tab and what looks like a field"),
    "whitespace-only": (b" \t ", "whitespace and nothing else"),
}


def fault_vectors():
    for name, (code, fine, rest, about) in FAULTS.items():
        yield vector(f"trailer-fault-{name}", about, broken(code, *GOOD, LAST, fine=fine, rest=rest + REST))
    for name, (code, fine, rest, about, cve) in KNOWN.items():
        case = broken(code, *GOOD, LAST, fine=fine, rest=rest + REST)
        yield vector(f"trailer-fault-{name}", about, case, cve=cve)
        second = broken(code, *GOOD, LAST, SOME, fine=fine, rest=rest + REST)
        yield vector(f"trailer-fault-{name}-second", f"the second field: {about}", second, cve=cve)
    for name, (rest, about) in FOLDED.items():
        case = broken(NAME, *GOOD, LAST, SOME, rest=rest + REST)
        yield vector(f"trailer-folded-{name}", f"a line that begins with {about}", case, cve=FOLDED_LINE)
    case = broken(VALUE, *GOOD, LAST, SOME, SOME, fine=b"B: c", rest=b"\0" + REST)
    yield vector("trailer-fault-third", "only fields of whole lines are there", case)


# What of a trailer line comes before a LF without CR, or after the CR without LF.
LINES = {
    "name": (b"bad", "a name without a colon"),
    "colon": (b"A:", "the colon"),
    "space": (b"A: ", "the whitespace before a value"),
    "value": (b"A: b", "a value"),
    "space-after-value": (b"A: b ", "the whitespace behind a value"),
}


def line_ending_vectors():
    for name, (fine, about) in LINES.items():
        case = broken("lineEndingInvalid", *GOOD, LAST, fine=fine, rest=b"\nC: d\r\n\r\n")
        yield vector(f"trailer-lf-after-{name}", f"a LF without CR after {about}", case, cve=LF_IN_TRAILER)
        if name != "name":
            case = broken("lineEndingInvalid", *GOOD, LAST, fine=fine + b"\r", rest=b"C: d\r\n\r\n")
            yield vector(f"trailer-cr-after-{name}", f"a CR without LF after {about}", case)
    case = broken("lineEndingInvalid", *GOOD, LAST, fine=b"A: b\r", rest=b"\r\n\r\n")
    yield vector("trailer-cr-crlf-after-value", "CR and CRLF after a value", case)
    case = broken("lineEndingInvalid", *GOOD, LAST, fine=b"A: b\r", rest=b"\0\r\n\r\n")
    yield vector("trailer-cr-nul-after-value", "a CR and a NUL after a value", case)
    case = broken("lineEndingInvalid", *GOOD, LAST, fine=b"a: b", rest=b"\nc: d\n\n")
    yield vector("trailer-lf-throughout", "a trailer section whose lines all end with LF", case, cve=LF_IN_TRAILER)
    case = broken("lineEndingInvalid", *GOOD, LAST, SOME, fine=b"A: b", rest=b"\nC: d\r\n\r\n")
    yield vector("trailer-lf-second", "a LF without CR after the second field", case, cve=LF_IN_TRAILER)


FORBIDDEN = {
    "content-length": (b"Content-Length", b": 50"),
    "content-length-lower-case": (b"content-length", b": 50"),
    "content-length-upper-case": (b"CONTENT-LENGTH", b": 50"),
    "content-length-mixed-case": (b"cOnTeNt-lEnGtH", b": 50"),
    "content-length-empty": (b"Content-Length", b":"),
    "content-length-0": (b"Content-Length", b":0"),
    "content-length-of-what-was-there": (b"Content-Length", b": 10"),
    "content-length-of-nonsense": (b"Content-Length", b": \0"),
    "transfer-encoding": (b"Transfer-Encoding", b": chunked"),
    "transfer-encoding-lower-case": (b"transfer-encoding", b": chunked"),
    "transfer-encoding-upper-case": (b"TRANSFER-ENCODING", b": CHUNKED"),
    "transfer-encoding-mixed-case": (b"tRaNsFeR-eNcOdInG", b": chunked"),
    "transfer-encoding-identity": (b"Transfer-Encoding", b":identity"),
}


def forbidden_vectors():
    for name, (field_name, rest) in FORBIDDEN.items():
        case = broken("trailerForbidden", *GOOD, LAST, fine=field_name, rest=rest + REST)
        about = f"a field that must not be a trailer: {field_name.decode()}"
        yield vector(f"trailer-forbidden-{name}", about, case, cve=FRAMING_IN_TRAILER)
    case = broken("trailerForbidden", *GOOD, LAST, SOME, SOME, fine=b"Content-Length", rest=b": 5" + REST)
    yield vector("trailer-forbidden-third", "Content-Length after two other fields", case, cve=FRAMING_IN_TRAILER)
    case = incomplete(*GOOD, LAST, start=b"Content-Length")
    yield vector("trailer-forbidden-cut-before-colon", "Content-Length, which may still become another name", case)
    case = broken(NAME, *GOOD, LAST, fine=b"Content-Length", rest=b" : 5" + REST)
    yield vector("trailer-forbidden-space-before-colon", "Content-Length and a space", case, cve=SPACE_BEFORE_COLON)
    case = broken(NAME, *GOOD, LAST, fine=b"Transfer-Encoding", rest=CRLF + CRLF)
    about = "Transfer-Encoding without a colon"
    yield vector("trailer-forbidden-without-colon", about, case, cve=TRAILER_WITHOUT_COLON)
