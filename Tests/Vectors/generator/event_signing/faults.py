"""Streams that a verifier must reject, with the position of the message, or of the header, that is wrong."""

from ..eventstream.wire import counted, flipped, frame
from .signing import Signing, Vector, date_header, signature_header, signed_stream
from .streams import AUDIO, EMPTY, NOON, SIGNING, TEXT

EVENTS = SIGNING.chain((NOON, TEXT), (NOON + 100, AUDIO), (NOON + 200, TEXT), (NOON + 300, b""))
MESSAGES = [event.message() for event in EVENTS]


def chain_vectors():
    first, second, third, end = MESSAGES
    yield rejected("chain-removed", "The second of three messages was removed.", [first, third, end], 1, "signatureMismatch")
    yield rejected("chain-first-removed", "The first message was removed.", [second, third, end], 0, "signatureMismatch")
    yield rejected("chain-swapped", "Two messages were swapped.", [first, third, second, end], 1, "signatureMismatch")
    yield rejected("chain-repeated", "A message was repeated.", [first, first, second, third, end], 1, "signatureMismatch")
    yield rejected("chain-cut", "The end was removed.", [first, second, third], 3, "endMissing")
    yield rejected("chain-nothing", "No messages, and no end.", [], 0, "endMissing")
    yield rejected("chain-after-end", "A message follows the end.", [first, second, third, end, first], 4, "streamEnded", 3)
    yield rejected("chain-end-twice", "The end is repeated.", [first, second, third, end, end], 4, "streamEnded", 3)
    yield rejected("chain-end-moved", "The end was moved to the front.", [end, first, second, third], 0, "signatureMismatch")
    others = {
        "secret": Signing("another secret", SIGNING.region, SIGNING.service, SIGNING.seed),
        "region": Signing(SIGNING.secret_access_key, "us-east-1", SIGNING.service, SIGNING.seed),
        "service": Signing(SIGNING.secret_access_key, SIGNING.region, "lex", SIGNING.seed),
        "seed": Signing(SIGNING.secret_access_key, SIGNING.region, SIGNING.service, bytes(32)),
    }
    for name, other in others.items():
        messages = [event.message() for event in other.chain((NOON, TEXT), (NOON, b""))]
        yield rejected(f"chain-other-{name}", f"Signed with another {name}.", messages, 0, "signatureMismatch")
    # The chain of a valid stream, in which one bit was changed and the CRCs are right.
    for name, changed in {
        "payload": frame(EVENTS[1].block + signature_header(EVENTS[1].signature), flipped(AUDIO, 200)),
        "signature": frame(EVENTS[1].block + signature_header(flipped(EVENTS[1].signature, 31)), AUDIO),
        "date": frame(date_header(NOON + 101) + signature_header(EVENTS[1].signature), AUDIO),
    }.items():
        yield rejected(
            f"changed-{name}", f"The {name} of a message was changed.", [first, changed, third, end], 1, "signatureMismatch"
        )


def message_vectors():
    end = MESSAGES[3]
    date, signature = date_header(NOON), signature_header(EVENTS[0].signature)
    unsigned = frame(counted(b":event-type") + b"\x07\x00\x01a", b"x")
    yield at_header("headers-none", "A message without headers.", EMPTY, 12)
    yield at_header("headers-unsigned", "A message that is not signed.", unsigned, 12 + len(unsigned) - 17)
    other = counted(b"a") + b"\x00"
    yield at_header(
        "headers-date-missing", "The signature and another header.", frame(signature + other, TEXT), 12 + len(signature)
    )
    yield at_header(
        "headers-other-two", "Two headers, of which neither is expected.", frame(other + counted(b"b") + b"\x00", TEXT), 12
    )
    yield at_header("headers-other-first", "Another header and the signature.", frame(other + signature, TEXT), 12)
    yield at_header("headers-signature-missing", "The date and another header.", frame(date + other, TEXT), 12 + len(date))
    yield at_header(
        "headers-one-more",
        "A third header.",
        frame(date + signature + other, TEXT),
        12 + len(date + signature),
    )
    yield at_header(
        "headers-date-long", "The date is not a timestamp.", frame(date[:6] + b"\x05" + date[7:] + signature, TEXT), 12
    )
    yield at_header(
        "headers-signature-string",
        "The signature is in hexadecimal.",
        frame(date + counted(b":chunk-signature") + b"\x07\x00\x40" + EVENTS[0].signature.hex().encode(), TEXT),
        12 + len(date),
    )
    for length in (0, 33, 64):
        message = frame(date + signature_header((EVENTS[0].signature * 2)[:length]), TEXT)
        yield rejected(
            f"signature-of-{length}-bytes", f"A signature of {length} bytes.", [message, end], 0, "signatureMalformed"
        )
    message = frame(date + signature_header(EVENTS[0].signature[:31]), TEXT)
    yield rejected("signature-of-31-bytes", "A signature without its last byte.", [message, end], 0, "signatureMismatch")
    # What is signed is not a message; the signatures are right.
    start = 12 + len(date + signature)
    yield inner("inner-cut", "The message in a signed message is cut.", TEXT[:-1], "innerLengthMismatch", start)
    yield inner(
        "inner-cut-in-prelude", "The message in a signed message has 11 bytes.", TEXT[:11], "innerLengthMismatch", start
    )
    yield inner("inner-two-messages", "A signed message has two messages in it.", TEXT + EMPTY, "innerLengthMismatch", start)
    yield inner(
        "inner-message-crc",
        "The message CRC in a signed message is wrong.",
        flipped(TEXT, len(TEXT) - 1),
        "messageCRCMismatch",
        start + len(TEXT) - 4,
    )
    yield inner("inner-not-a-message", "A signed message has text in it.", b"Hello, world!", "preludeCRCMismatch", start + 8)
    yield inner(
        "inner-header-type",
        "A header in a signed message has an unknown type.",
        frame(b"\x01a\x0a"),
        "headerValueTypeUnknown",
        start + 14,
    )
    year_10000 = SIGNING.event(253_402_300_800_000, TEXT, signed_at=NOON)
    yield Vector(
        "date-out-of-range",
        "The year 10000, which the string to sign has no digits for.",
        SIGNING,
        [],
        year_10000.message() + end,
        0,
        ("dateOutOfRange", 0),
    )


def rejected(name, about, messages, index, code, delivered=None):
    """The message with that index has the error; those before it are delivered."""
    offset = sum(map(len, messages[:index]))
    return Vector(name, about, SIGNING, [], b"".join(messages), index if delivered is None else delivered, (code, offset))


def at_header(name, about, message, offset):
    return Vector(name, about, SIGNING, [], message + MESSAGES[3], 0, ("headersUnexpected", offset))


def inner(name, about, payload, code, offset):
    return Vector(name, about, SIGNING, [], signed_stream(SIGNING.chain((NOON, payload), (NOON, b""))), 0, (code, offset))
