"""The wire format: the pieces of a chunked body, each with its bytes and with what it delivers."""

from dataclasses import dataclass

CRLF = b"\r\n"
TCHARS = b"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
OBS_TEXT = bytes(range(0x80, 0x100))
BINARY = bytes(range(0x100))


@dataclass(frozen=True)
class Extension:
    """A chunk extension. Its bytes begin with the whitespace before the semicolon."""

    wire: bytes
    name: bytes
    value: bytes | None = None


def extension(name, value=None):
    """An extension without any whitespace; the value, if there is one, a token."""
    return Extension(b";" + name if value is None else b";" + name + b"=" + value, name, value)


def quoted(name, value, written=None):
    """An extension whose value is a quoted string. `written` is what stands between the quotes, if not the value."""
    return Extension(b";" + name + b'="' + (value if written is None else written) + b'"', name, value)


@dataclass(frozen=True)
class Piece:
    """Some bytes of a body. A line delivers when its last byte is there; data delivers every byte at once."""

    wire: bytes
    body: bytes = b""
    chunks: int = 0
    extensions: tuple[Extension, ...] = ()
    trailers: tuple[tuple[bytes, bytes], ...] = ()

    def start(self, length):
        """The first bytes of it, but not all."""
        return Piece(self.wire[:length], body=self.body[:length])


def size_line(digits, *extensions):
    """The line before the data of a chunk."""
    return Piece(line(digits, extensions), chunks=1, extensions=extensions)


def last_line(digits=b"0", *extensions):
    """The line of the last chunk, which has no data."""
    return Piece(line(digits, extensions), extensions=extensions)


def line(digits, extensions):
    return digits + b"".join(each.wire for each in extensions) + CRLF


def data(content):
    return Piece(content, body=content)


def chunk(content, *extensions, digits=None):
    """A whole chunk with that data; its size is in lower case and without leading zeros unless digits are given."""
    digits = b"%x" % len(content) if digits is None else digits
    return size_line(digits, *extensions), data(content), DATA_END


def field(name, value, written=None):
    """A trailer field. `written` is its line, if it is not the name, a colon, a space, and the value."""
    return Piece((name + b": " + value if written is None else written) + CRLF, trailers=((name, value),))


DATA_END = Piece(CRLF)
LAST = last_line()
END = Piece(CRLF)


def joined(pieces):
    return b"".join(each.wire for each in pieces)


def first_bytes(pieces, length):
    """The pieces of that many bytes from the start; the last of them may be less than whole."""
    kept = []
    for piece in pieces:
        if length < len(piece.wire):
            return (*kept, piece.start(length))
        kept.append(piece)
        length -= len(piece.wire)
    return tuple(kept)
