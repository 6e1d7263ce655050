"""The chunked bodies of Http11Probe's suites Smuggling, Compliance and Malformed Input.

Source: https://github.com/MDA2AV/Http11Probe. A case is named by the suite's own identifier. What is recorded is what
this grammar makes of the body; the headers around it are not part of it. Several cases have the same body, because they
are about the headers.
"""

from .leniency import padded_size
from .outcomes import TAIL, Suite, broken, complete, incomplete, vector
from .wire import CRLF, DATA_END, END, LAST, chunk, data, extension, field, size_line

BODY_END = b"0" + CRLF + CRLF
HELLO = chunk(b"hello")
BUDGET = 16_384


def cases(*names):
    return Suite("Http11Probe", names)


def probe_vectors():
    yield from compliance_vectors()
    yield from header_vectors()
    yield from size_vectors()
    yield from extension_vectors()
    yield from line_ending_vectors()
    yield from trailer_vectors()


def compliance_vectors():
    case = complete(*HELLO, LAST, END)
    yield vector("probe-one-chunk", "one chunk", case, suite=cases("COMP-CHUNKED-BODY"))
    case = complete(*HELLO, *chunk(b" world"), LAST, END)
    yield vector("probe-two-chunks", "two chunks", case, suite=cases("COMP-CHUNKED-MULTI"))
    case = complete(*chunk(b"helloworld", digits=b"A"), LAST, END)
    yield vector("probe-size-upper-case", "an upper-case digit", case, suite=cases("COMP-CHUNKED-HEX-UPPERCASE"))
    case = complete(*chunk(b"hello", extension(b"ext", b"value")), LAST, END)
    yield vector("probe-extension", "a chunk with an extension", case, suite=cases("COMP-CHUNKED-EXTENSION"))
    case = complete(*HELLO, LAST, field(b"X-Checksum", b"abc"), END)
    yield vector("probe-trailer", "a body with a trailer", case, suite=cases("COMP-CHUNKED-TRAILER-VALID"))
    case = incomplete(*HELLO)
    yield vector("probe-no-last-chunk", "a chunk, and the end of the input", case, suite=cases("COMP-CHUNKED-NO-FINAL"))
    case = complete(*chunk(b"hello-bananas", digits=b"D"), LAST, END)
    yield vector("probe-bananas", "a chunk of 13 bytes", case, suite=cases("SMUG-CL-TE-BOTH"))


def header_vectors():
    """Bodies of cases that are about Content-Length and Transfer-Encoding."""
    names = ("SMUG-CLTE-PIPELINE", "SMUG-TECL-PIPELINE", "SMUG-CLTE-CONN-CLOSE", "SMUG-TECL-CONN-CLOSE")
    names = ("COMP-CHUNKED-EMPTY", *names, "SMUG-TE-NOT-FINAL-CHUNKED")
    yield vector("probe-empty", "no chunk but the last", complete(LAST, END), suite=cases(*names))
    case = complete(LAST, END, leftover=b"X")
    suite = cases("SMUG-CLTE-DESYNC", "SMUG-TECL-DESYNC")
    yield vector("probe-byte-after-the-end", "an empty body, then a byte", case, suite=suite)
    variants = ("CL-PLUS", "CL-NON-NUMERIC", "TE-OBS-FOLD", "TE-TRAILING-SPACE", "TE-LEADING-COMMA", "TE-CASE-MISMATCH")
    names = ("SMUG-CLTE-SMUGGLED-GET", *(f"SMUG-CLTE-SMUGGLED-GET-{each}" for each in variants))
    names = (*names, "SMUG-TE-DUPLICATE-HEADERS-SMUGGLED-GET")
    head = b" / HTTP/1.1\r\nHost: localhost:8080\r\n"
    case = complete(LAST, END, leftover=b"GET" + head + CRLF)
    yield vector("probe-get-after-the-end", "an empty body, then a GET", case, suite=cases(*names))
    case = complete(LAST, END, leftover=b"HEAD" + head + CRLF)
    about = "an empty body, then a HEAD"
    yield vector("probe-head-after-the-end", about, case, suite=cases("SMUG-CLTE-SMUGGLED-HEAD"))
    case = complete(*chunk(b"GET" + head + b"Content-Length: 7\r\n\r\n"), LAST, END)
    yield vector("probe-get-in-a-chunk", "a chunk that holds a GET", case, suite=cases("SMUG-TECL-SMUGGLED-GET"))
    values = ("XCHUNKED", "TRAILING-SPACE", "SP-BEFORE-COLON", "DOUBLE-CHUNKED", "CASE-MISMATCH", "HTTP10", "EMPTY-VALUE")
    values = (*values, "LEADING-COMMA", "DUPLICATE-HEADERS", "VTAB", "FORMFEED", "NULL", "IDENTITY", "OBS-FOLD")
    values = (*values, "TRAILING-COMMA", "TAB-BEFORE-VALUE")
    names = tuple(f"SMUG-TE-{each}" for each in values)
    names = (*names, "SMUG-TRANSFER_ENCODING", "SMUG-CHUNKED-WITH-PARAMS", "SMUG-OPTIONS-TE-OBS-FOLD")
    case = broken("chunkSizeInvalid", rest=b"hello")
    yield vector("probe-not-chunked", "a body that Content-Length measures", case, suite=cases(*names))


# What is fine of the size, the rest, what it is, and the case.
SIZES = {
    "0x": (b"0", b"x5" + TAIL, "a prefix for hexadecimal digits", "SMUG-CHUNK-HEX-PREFIX"),
    "plus": (b"", b"+5" + TAIL, "a plus sign", "SMUG-CHUNK-SIZE-PLUS"),
    "leading-space": (b"", b" 5" + TAIL, "a space before the size", "SMUG-CHUNK-LEADING-SP"),
    "minus": (b"", b"-1" + TAIL, "a minus sign", "SMUG-CHUNK-NEGATIVE"),
    "plus-0": (b"", b"+0" + CRLF + CRLF + b"X", "a last chunk with a plus sign", "SMUG-CHUNK-INVALID-SIZE-DESYNC"),
    "underscore": (
        b"1",
        b"_0" + CRLF + b"hello world!!!!!" + CRLF + BODY_END,
        "an underscore between digits",
        "SMUG-CHUNK-UNDERSCORE",
    ),
}


def size_vectors():
    for name, (fine, rest, about, identifier) in SIZES.items():
        case = broken("chunkSizeInvalid", fine=fine, rest=rest)
        yield vector(f"probe-size-{name}", about, case, suite=cases(identifier))
    case = broken("chunkSizeTooLarge", fine=b"F" * 15, rest=b"F0" + TAIL)
    yield vector("probe-size-overflow", "a size of 17 digits", case, suite=cases("MAL-CHUNK-SIZE-OVERFLOW"))
    case = broken("chunkExtensionInvalid", fine=b"5 ", rest=TAIL)
    lenient = complete(padded_size(b"5"), data(b"hello"), DATA_END, LAST, END)
    suite = cases("SMUG-CHUNK-SIZE-TRAILING-OWS")
    yield vector("probe-size-trailing-space", "a space after the size", case, lenient, suite=suite)


def extension_vectors():
    case = broken("chunkExtensionInvalid", fine=b"5;", rest=TAIL)
    yield vector("probe-extension-nameless", "a semicolon and no name", case, suite=cases("SMUG-CHUNK-BARE-SEMICOLON"))
    case = broken("chunkExtensionInvalid", fine=b"5;bad", rest=b"[=x" + TAIL)
    yield vector("probe-extension-bracket", "a bracket in a name", case, suite=cases("SMUG-CHUNK-EXT-INVALID-TOKEN"))
    case = broken("chunkExtensionInvalid", fine=b"5;", rest=b"\0ext" + TAIL)
    yield vector("probe-extension-nul", "a NUL before a name", case, suite=cases("SMUG-CHUNK-EXT-CTRL"))
    start = b";ext="
    fine = b"5" + start + b"A" * (BUDGET - len(start))
    case = broken("extensionsTooLong", fine=fine, rest=b"A" * (100_000 - BUDGET + len(start)) + TAIL)
    about = "an extension with a value of 100,000 bytes"
    yield vector("probe-extension-long", about, case, suite=cases("MAL-CHUNK-EXTENSION-LONG"))


def line_ending_vectors():
    rest = b"hello" + CRLF + BODY_END
    for name, fine, bad, about, identifier in (
        ("lf-after-semicolon", b"5;", b"\n", "a LF after a semicolon", "SMUG-CHUNK-EXT-LF"),
        ("cr-in-extension", b"5;a\r", b"X\r\n", "a CR in an extension", "SMUG-CHUNK-EXT-CR"),
        ("cr-after-size", b"5\r", b"", "a CR after the size", "SMUG-CHUNK-BARE-CR-TERM"),
    ):
        case = broken("lineEndingInvalid", fine=fine, rest=bad + rest)
        yield vector(f"probe-line-{name}", about, case, suite=cases(identifier))
    for name, bad, about, identifier in (
        ("nothing", b"", "no CRLF after the data", "SMUG-CHUNK-MISSING-TRAILING-CRLF"),
        ("spill", b"!!" + CRLF, "two bytes more than the size says", "SMUG-CHUNK-SPILL"),
        ("lf", b"\n", "a LF after the data", "SMUG-CHUNK-LF-TERM"),
    ):
        case = broken("chunkDataNotTerminated", size_line(b"5"), data(b"hello"), rest=bad + BODY_END)
        yield vector(f"probe-data-{name}", about, case, suite=cases(identifier))
    case = broken("lineEndingInvalid", *HELLO, LAST, rest=b"\n")
    yield vector("probe-end-lf", "a LF instead of the empty line", case, suite=cases("SMUG-CHUNK-LF-TRAILER"))


def trailer_vectors():
    for name, rest in {b"Content-Length": b": 50", b"Transfer-Encoding": b": chunked"}.items():
        case = broken("trailerForbidden", *HELLO, LAST, fine=name, rest=rest + CRLF + CRLF)
        initials = "CL" if name == b"Content-Length" else "TE"
        about = f"a trailer {name.decode()}"
        yield vector(f"probe-trailer-{initials.lower()}", about, case, suite=cases(f"SMUG-TRAILER-{initials}"))
    for name, value, identifier in (
        (b"Host", b"evil.example.com", "HOST"),
        (b"Authorization", b"Bearer evil", "AUTH"),
        (b"Content-Type", b"text/evil", "CONTENT-TYPE"),
    ):
        case = complete(*HELLO, LAST, field(name, value), END)
        about = f"a trailer {name.decode()}, which the caller must not merge into the headers"
        yield vector(f"probe-trailer-{identifier.lower()}", about, case, suite=cases(f"SMUG-TRAILER-{identifier}"))
