"""The one leniency: whitespace between the size and the CRLF, which some old servers send."""

from .outcomes import GOOD, HELLO, TAIL, broken, complete, incomplete, vector
from .wire import CRLF, DATA_END, END, LAST, Piece, chunk, data, extension, field

OVERHEAD = 16_384


def padded_size(digits, spaces=b" "):
    """A size line that only the lenient rules accept."""
    return Piece(digits + spaces + CRLF, chunks=1)


def padded_last(spaces=b" "):
    return Piece(b"0" + spaces + CRLF)


def refused(fine, rest=TAIL, before=()):
    """What the default rules make of it: the CR is wrong, for only a semicolon may follow the whitespace."""
    return broken("chunkExtensionInvalid", *before, fine=fine, rest=rest)


WHITESPACE = {
    "space": (b" ", "a space"),
    "tab": (b"\t", "a tab"),
    "spaces-and-tabs": (b"   \t ", "spaces and tabs"),
    "100-spaces": (b" " * 100, "100 spaces"),
}


def lenient_vectors():
    hello = (data(b"hello"), DATA_END)
    for name, (spaces, about) in WHITESPACE.items():
        case = complete(padded_size(b"5", spaces), *hello, LAST, END)
        yield vector(f"lenient-{name}", f"after a size: {about}", refused(b"5" + spaces), case)
        case = complete(*HELLO, DATA_END, padded_last(spaces), END)
        strict = refused(b"0" + spaces, CRLF + CRLF, (*HELLO, DATA_END))
        yield vector(f"lenient-{name}-last-chunk", f"after the size of the last chunk: {about}", strict, case)
    throughout = (padded_size(b"3"), data(b"one"), DATA_END, padded_size(b"003", b"\t"), data(b"two"), DATA_END)
    case = complete(*throughout, padded_last(), field(b"A", b"b"), END, leftover=b"GET")
    rest = b"\r\none\r\n003\t\r\ntwo\r\n0 \r\nA: b\r\n\r\nGET"
    yield vector("lenient-throughout", "whitespace after every size", refused(b"3 ", rest), case)
    case = complete(*chunk(b"one", extension(b"a")), padded_size(b"5"), *hello, LAST, END)
    strict = refused(b"5 ", before=chunk(b"one", extension(b"a")))
    yield vector("lenient-second-chunk", "a space after the second size; the first has an extension", strict, case)
    case = complete(padded_size(b"0000000A", b"  "), data(b"0123456789"), DATA_END, LAST, END)
    rest = b"\r\n0123456789\r\n0\r\n\r\n"
    yield vector("lenient-fixed-width", "two spaces after a size of eight digits", refused(b"0000000A  ", rest), case)
    yield from lenient_error_vectors()
    yield from still_refused_vectors()


def lenient_error_vectors():
    """Both rules refuse these, but not for the same reason, or not yet."""
    yield vector("lenient-cut-after-cr", "a space and a CR", refused(b"5 ", b"\r"), incomplete(start=b"5 \r"))
    case = broken("lineEndingInvalid", fine=b"5 \r", rest=b"hello")
    yield vector("lenient-cr-without-lf", "a space and a CR without LF", refused(b"5 ", b"\rhello"), case)
    case = broken("chunkDataNotTerminated", padded_size(b"5"), data(b"hello"), rest=b"!" + CRLF)
    strict = refused(b"5 ", b"\r\nhello!\r\n")
    yield vector("lenient-data-too-long", "a space, and more data than the size says", strict, case)
    case = incomplete(padded_size(b"5"), data(b"hel"))
    yield vector("lenient-data-cut", "a space, and less data than the size says", refused(b"5 ", b"\r\nhel"), case)
    case = complete(padded_size(b"5", b" " * OVERHEAD), data(b"hello"), DATA_END, LAST, END)
    yield vector("lenient-budget-exact", "16384 spaces after a size", refused(b"5" + b" " * OVERHEAD), case)


# Refused by both rules at the same byte.
STILL_REFUSED = {
    "before-size": ("chunkSizeInvalid", b"", b" 5", "a space before a size"),
    "inside-size": ("chunkExtensionInvalid", b"1 ", b"0", "a space inside a size"),
    "lf": ("lineEndingInvalid", b"5 ", b"\n5", "a space and a LF without CR"),
    "word": ("chunkExtensionInvalid", b"5 ", b"ext", "a space and a word"),
    "nothing-after-semicolon": ("chunkExtensionInvalid", b"5 ; ", b"", "a space and a semicolon"),
    "after-name": ("chunkExtensionInvalid", b"5;a ", b"", "a space after the name of an extension"),
    "after-token": ("chunkExtensionInvalid", b"5;a=b ", b"", "a space after a token"),
    "after-quoted": ("chunkExtensionInvalid", b'5;a="b" ', b"", "a space after a quoted string"),
    "vertical-tab": ("chunkSizeInvalid", b"5", b"\x0b", "a vertical tab after a size"),
    "vertical-tab-after-space": ("chunkExtensionInvalid", b"5 ", b"\x0b", "a space and a vertical tab after a size"),
    "no-break-space": ("chunkSizeInvalid", b"5", b"\xa0", "a no-break space after a size"),
    "too-large": ("chunkSizeTooLarge", b"8" + b"0" * 14, b"0 ", "a space after a size that is too large"),
}


def still_refused_vectors():
    for name, (code, fine, rest, about) in STILL_REFUSED.items():
        case = broken(code, *GOOD, fine=fine, rest=rest + TAIL)
        yield vector(f"lenient-not-{name}", f"refused by both rules: {about}", case)
    case = broken("chunkDataNotTerminated", *GOOD, *HELLO, rest=b" \r\n0\r\n\r\n")
    yield vector("lenient-not-after-data", "refused by both rules: a space after the data", case)
    case = broken("trailerNameInvalid", *HELLO, DATA_END, LAST, rest=b" \r\n")
    yield vector("lenient-not-in-empty-line", "refused by both rules: a space in the empty line", case)
