"""Bodies that stop too early: a rich one, at every byte, and the smallest ones."""

from .outcomes import Case, incomplete, outcome, vector
from .wire import CRLF, END, Extension, chunk, extension, field, first_bytes, joined, last_line, quoted

RICH = (
    *chunk(b"hey\r", Extension(b" ; a\t= b", b"a", b"b"), quoted(b"c", b'd"', b'd\\"'), digits=b"04"),
    *chunk(b"\n!", extension(b"e")),
    last_line(b"00", Extension(b' ;f="g"', b"f", b"g")),
    field(b"Trailer", b"value", b"Trailer: \tvalue "),
    field(b"B", b"", b"B:"),
    END,
)

# The bytes of RICH again, with what each run of them is.
RUNS = (
    (b"04", "the first size"),
    (b" ", "the whitespace before a semicolon"),
    (b"; ", "the semicolon and the whitespace after it"),
    (b"a", "the name of the first extension"),
    (b"\t= ", "the equals sign and the whitespace around it"),
    (b"b", "the token"),
    (b";c", "the second extension's name"),
    (b'="', "the equals sign and the first quote"),
    (b"d", "the quoted string"),
    (b"\\\"", "the escaped quote"),
    (b'"', "the last quote"),
    (CRLF, "the CRLF of the first size line"),
    (b"hey\r", "the first chunk's data"),
    (CRLF, "the CRLF of the first chunk's data"),
    (b"2", "the second size"),
    (b";e", "the second chunk's extension"),
    (CRLF, "the CRLF of the second size line"),
    (b"\n!", "the second chunk's data"),
    (CRLF, "the CRLF of the second chunk's data"),
    (b"00", "the size of the last chunk"),
    (b' ;f="g"', "the last chunk's extension"),
    (CRLF, "the CRLF of the last chunk"),
    (b"Trailer", "the first trailer's name"),
    (b":", "the first trailer's colon"),
    (b" \t", "the whitespace before the first trailer's value"),
    (b"value", "the first trailer's value"),
    (b" ", "the whitespace after the first trailer's value"),
    (CRLF, "the CRLF of the first trailer"),
    (b"B:", "the second trailer"),
    (CRLF, "the CRLF of the second trailer"),
    (CRLF, "the empty line"),
)


def places():
    """For every length but the whole: where that many bytes end."""
    for run, what in RUNS:
        for taken in range(len(run)):
            yield f"inside {what}" if taken else f"before {what}"


def cut_vectors():
    whole = joined(RICH)
    if b"".join(run for run, _ in RUNS) != whole:
        raise ValueError("the runs are not those of the body")
    for length, place in enumerate(places()):
        case = Case(whole[:length], outcome("incomplete", first_bytes(RICH, length), length))
        yield vector(f"cut-after-{length:02}-bytes", f"the input ends {place}", case)
    yield vector("cut-nowhere", "the whole of the body of the other cut-after vectors", whole_case(whole))
    yield from small_vectors()


def whole_case(whole):
    return Case(whole, outcome("complete", RICH, len(whole)))


def small_vectors():
    yield vector("cut-digits", "nothing but digits", incomplete(start=b"ab"))
    yield vector("cut-zeros", "four zeros: the last chunk or the start of a size", incomplete(start=b"0000"))
    yield vector("cut-digits-and-cr", "digits and a CR", incomplete(start=b"77a65\r"))
    yield vector("cut-last-chunk-only", "a last chunk without the empty line", incomplete(last_line()))
    yield vector("cut-last-chunk-and-cr", "a last chunk and a CR", incomplete(last_line(), start=b"\r"))
    case = incomplete(*chunk(b"hello"))
    yield vector("cut-without-last-chunk", "a whole chunk and nothing else", case)
    case = incomplete(last_line(), field(b"A", b"b"))
    yield vector("cut-without-empty-line", "a trailer without the empty line", case)
    case = incomplete(last_line(), start=b"A: b")
    yield vector("cut-trailer-without-crlf", "a trailer without its CRLF, which is not reported", case)
    case = incomplete(start=b"1;no-crlf")
    yield vector("cut-extension-without-crlf", "an extension without the CRLF of its line, which is not reported", case)
    size, data, _ = chunk(b"foo bar")
    case = Case(b"9" + size.wire[1:] + data.wire, outcome("incomplete", (size, data), 10))
    yield vector("cut-data", "less data than the size says", case)
