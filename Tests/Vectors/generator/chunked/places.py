"""Every error at the first place where it can be, and at later ones."""

from .outcomes import GOOD, TAIL, broken, vector
from .wire import CRLF, LAST, chunk, data, extension, field, last_line, quoted, size_line

# An error of a size line: what of the line is fine, the rest, and the rest when it is the line of the last chunk.
SIZE_LINE_ERRORS = {
    "chunk-size-invalid": ("chunkSizeInvalid", b"", b"?"),
    "chunk-size-invalid-second-byte": ("chunkSizeInvalid", b"0", b"?"),
    "chunk-size-too-large": ("chunkSizeTooLarge", b"0" + b"f" * 15, b"f"),
    "chunk-extension-invalid": ("chunkExtensionInvalid", b"0;", b";"),
    "line-ending-invalid": ("lineEndingInvalid", b"0", b"\n"),
}

TRAILER_ERRORS = {
    "trailer-name-invalid": ("trailerNameInvalid", b"", b"?"),
    "trailer-value-invalid": ("trailerValueInvalid", b"A:", b"\0"),
    "trailer-forbidden": ("trailerForbidden", b"Content-Length", b":"),
    "line-ending-invalid-in-trailer": ("lineEndingInvalid", b"A:", b"\n"),
}

RICH = (*chunk(b"one", extension(b"a", b"b")), *chunk(b"two", quoted(b"c", b"d")), *chunk(b"three"))
LAST_WITH_EXTENSION = last_line(b"00", extension(b"e"))
FIELDS = (field(b"A", b"b"), field(b"C", b"d"))


def place_vectors():
    for name, (code, fine, rest) in SIZE_LINE_ERRORS.items():
        places = {"first": ((), "the first line"), "third": (GOOD, "the third"), "rich": (RICH, "after extensions")}
        for place, (before, about) in places.items():
            case = broken(code, *before, fine=fine, rest=rest + TAIL)
            yield vector(f"place-{name}-{place}", f"{code} in a size line: {about}", case)
    for name, (code, fine, rest) in TRAILER_ERRORS.items():
        places = {
            "first": ((LAST,), "the first of an empty body"),
            "after-chunks": ((*RICH, LAST_WITH_EXTENSION), "the first, after chunks with extensions"),
            "third": ((*RICH, LAST_WITH_EXTENSION, *FIELDS), "the third, after chunks with extensions"),
        }
        for place, (before, about) in places.items():
            case = broken(code, *before, fine=fine, rest=rest + CRLF + CRLF)
            yield vector(f"place-{name}-{place}", f"{code} in a trailer line: {about}", case)
    for place, before in {"first": (), "third": GOOD, "rich": RICH}.items():
        pieces = (*before, size_line(b"1", extension(b"z")), data(b"!"))
        case = broken("chunkDataNotTerminated", *pieces, rest=b"!")
        about = f"chunkDataNotTerminated after the data of a chunk with an extension: {place}"
        yield vector(f"place-chunk-data-not-terminated-{place}", about, case)
