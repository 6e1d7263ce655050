"""The wire format: the pieces of an aws-chunked body, each with its bytes and with the data it delivers."""

import base64
import zlib
from dataclasses import dataclass

CRLF = b"\r\n"
CHECKSUM = b"x-amz-checksum-crc32"
TRAILER_SIGNATURE = b"x-amz-trailer-signature"
MINIMUM = 8192  # bytes of data in every chunk that is followed by another one with data


@dataclass(frozen=True)
class Piece:
    """Some bytes of a body. Data delivers every byte at once, everything else nothing."""

    wire: bytes
    body: bytes = b""

    def start(self, length):
        """The first bytes of it."""
        return Piece(self.wire[:length], self.body[:length])


def size_line(digits, signature=None):
    return Piece(digits + (b"" if signature is None else b";chunk-signature=" + signature) + CRLF)


def data(content):
    return Piece(content, content)


def chunk(content, signature=None, digits=None):
    """A whole chunk with that data; its size is in lower case and without leading zeros unless digits are given."""
    return size_line(b"%x" % len(content) if digits is None else digits, signature), data(content), Piece(CRLF)


def last(signature=None, digits=b"0"):
    """The line of the last chunk, which has no data."""
    return size_line(digits, signature)


def field(name, value, before=b"", after=b""):
    """A line of a trailer, with that whitespace around the value."""
    return Piece(name + b":" + before + value + after + CRLF)


END = Piece(CRLF)


def crc32(content):
    """The value of the checksum's trailer."""
    return base64.b64encode(zlib.crc32(content).to_bytes(4, "big"))


def patterned(length, first=0):
    """That many bytes, which count up from `first` and begin again at 251."""
    return bytes((first + index) % 251 for index in range(length))


def joined(pieces):
    return b"".join(each.wire for each in pieces)


def delivered(pieces):
    return b"".join(each.body for each in pieces)


def first_bytes(pieces, length):
    """The pieces of that many bytes from the start; the last of them may be less than whole."""
    kept = []
    for piece in pieces:
        kept.append(piece.start(length))
        length = max(0, length - len(piece.wire))
    return tuple(kept)
