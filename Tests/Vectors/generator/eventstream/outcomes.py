"""What a decoder has to make of a stream: the messages it delivers and the fault, if any, that it finds."""

from dataclasses import dataclass

from .wire import PRELUDE_BYTES, Message, compact, frame, integer, message


@dataclass(frozen=True)
class Broken:
    """The bytes of a message that a decoder refuses, and where: `at` counts from the first of them.

    `lenient` is the message, or the other fault, that the lenient rules see in the same bytes.
    """

    wire: bytes
    code: str
    at: int
    lenient: "Message | Broken | None" = None


def cut_message(wire, length):
    """The first bytes of a message, and then the end of the stream."""
    return Broken(wire[:length], "unexpectedEnd", length)


def broken_block(code, fields, at=-1, lenient=None):
    """A message whose header block consists of these fields, the one at index `at` being the faulty one.

    The payload would do as the rest of most fields, so that a decoder that reads past the block goes wrong.
    """
    at %= len(fields)
    wire = frame(b"".join(fields), payload=bytes(300))
    return Broken(wire, code, PRELUDE_BYTES + len(b"".join(fields[:at])), lenient)


def refused_header(code, headers, index):
    """A well-formed message that the default rules refuse for its header at that index, and the lenient ones accept."""
    accepted_message = Message(tuple(headers), b"kept")
    at = PRELUDE_BYTES + sum(len(header.wire) for header in headers[:index])
    return Broken(accepted_message.wire, code, at, accepted_message)


def duplicate(headers, index):
    return refused_header("headerNameDuplicate", headers, index)


@dataclass(frozen=True)
class Outcome:
    """What a decoder delivers, and the error, if any, that ends it: the code and the offset in the stream."""

    messages: tuple[Message, ...]
    error: tuple[str, int] | None = None

    @property
    def json(self):
        lines, offset = [], 0
        for delivered in self.messages:
            lines.append(delivered.line(offset))
            offset += len(delivered.wire)
        if self.error:
            code, error_offset = self.error
            lines.append(compact({"error": {"code": code, "offset": error_offset}}))
        return "".join(line + "\n" for line in lines)


@dataclass(frozen=True)
class Vector:
    name: str
    stream: bytes
    outcome: Outcome
    lenient: Outcome

    @property
    def files(self):
        contents = {f"{self.name}.bin": self.stream, f"{self.name}.json": self.outcome.json.encode("utf-8")}
        if self.lenient != self.outcome:
            contents[f"{self.name}.lenient.json"] = self.lenient.json.encode("utf-8")
        return contents


def joined(messages):
    return b"".join(each.wire for each in messages)


def accepted(name, *messages):
    """A vector of which everything is delivered."""
    outcome = Outcome(messages)
    return Vector(name, joined(messages), outcome, outcome)


def refused(name, broken, before=(), after=()):
    """A vector that ends, under the default rules at least, at a broken message."""
    stream = joined(before) + broken.wire + joined(after)
    return Vector(name, stream, outcome_of(broken, before, after), outcome_of(broken.lenient or broken, before, after))


def outcome_of(item, before, after):
    if isinstance(item, Message):
        return Outcome((*before, item, *after))
    return Outcome(before, (item.code, len(joined(before)) + item.at))


GOOD = (
    message(b"first", n=integer(1)),
    message(b"second", n=integer(2)),
)
