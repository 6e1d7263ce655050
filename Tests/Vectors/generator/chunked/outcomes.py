"""What a decoder has to make of some bytes: built from the pieces that are fine and the fault that follows them."""

import base64
import json
from dataclasses import dataclass

from .wire import END, LAST, chunk, data, joined, size_line

HELLO = (size_line(b"5"), data(b"hello"))  # a chunk whose line ending is still to come
GOOD = (*chunk(b"one"), *chunk(b"and two"))
TAIL = b"\r\nhello\r\n0\r\n\r\n"  # what would follow a size of five


@dataclass(frozen=True)
class Case:
    """An input and its outcome."""

    wire: bytes
    outcome: dict


def complete(*pieces, leftover=b""):
    """A whole body, and then the first bytes of what follows it."""
    if pieces[-1] is not END:
        raise ValueError("a whole body ends with an empty line")
    body = joined(pieces)
    return Case(body + leftover, outcome("complete", pieces, len(body)))


def incomplete(*pieces, start=b""):
    """A body that stops after these pieces and the start of another one."""
    wire = joined(pieces) + start
    return Case(wire, outcome("incomplete", pieces, len(wire)))


def broken(code, *pieces, fine=b"", rest):
    """A body that goes wrong at the first byte of `rest`; `fine` is what of its line, or line ending, comes before."""
    offset = len(joined(pieces) + fine)
    error = {"code": code, "offset": offset}
    return Case(joined(pieces) + fine + rest, outcome("error", pieces, offset, error))


def outcome(status, pieces, consumed, error=None):
    body, chunks, extensions, trailers = b"", 0, [], []
    for piece in pieces:
        body += piece.body
        for each in piece.extensions:
            extensions.append({"chunk": chunks, "name": text(each.name), "value": text(each.value)})
        chunks += piece.chunks
        trailers += [[text(name), text(value)] for name, value in piece.trailers]
    return {
        "status": status,
        "body": base64.b64encode(body).decode("ascii"),
        "chunks": chunks,
        "extensions": extensions,
        "trailers": trailers,
        "consumed": consumed,
        "error": error,
    }


def text(value):
    return None if value is None else value.decode("latin-1")


@dataclass(frozen=True)
class Suite:
    """Cases of another project's test suite that have this body."""

    name: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Vector:
    name: str
    about: str
    case: Case
    lenient: Case | None = None
    cve: tuple[str, ...] = ()
    suite: Suite | None = None

    @property
    def files(self):
        if self.lenient and (self.lenient.wire != self.case.wire or self.lenient.outcome == self.case.outcome):
            raise ValueError(f"{self.name}: the lenient outcome has to be another one, of the same bytes")
        description = {
            "about": self.about,
            **({"cve": list(self.cve)} if self.cve else {}),
            **({"suite": self.suite.name, "cases": list(self.suite.cases)} if self.suite else {}),
            "outcome": self.case.outcome,
            **({"lenient": self.lenient.outcome} if self.lenient else {}),
        }
        json_text = json.dumps(description, indent=2) + "\n"
        return {f"{self.name}.bin": self.case.wire, f"{self.name}.json": json_text.encode("ascii")}


def vector(name, about, case, lenient=None, cve=(), suite=None):
    return Vector(name, about, case, lenient, cve, suite)


def only_chunk(content, *extensions, digits=None):
    """A body of one chunk, without trailers."""
    return complete(*chunk(content, *extensions, digits=digits), LAST, END)


def with_trailers(*fields):
    """A body of one chunk, with trailers."""
    return complete(*chunk(b"hello"), LAST, *fields, END)
