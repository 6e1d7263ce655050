"""Every error at the start of a stream and later, which of two comes first, and streams that end too early."""

from .broken_headers import NAME, ill_formed_name, ill_formed_value
from .outcomes import GOOD, Broken, broken_block, cut_message, duplicate, refused
from .policies_and_limits import headers_too_large, headers_too_long, nameless, payload_too_long, too_small
from .wire import (
    CRC_BYTES,
    FRAME_BYTES,
    HEADERS_LIMIT,
    PAYLOAD_LIMIT,
    PRELUDE_BYTES,
    Message,
    counted,
    crc32,
    flags,
    flipped,
    frame,
    integer,
    message,
    prelude,
    string,
    u16,
)

WHOLE = message(b"a payload to damage", kind=string("note"), n=integer(5))


def wrong_message_crc(wire):
    return Broken(wire, "messageCRCMismatch", len(wire) - CRC_BYTES)


def one_of_each_error():
    return {
        "prelude-crc-mismatch": Broken(flipped(WHOLE.wire, 3), "preludeCRCMismatch", 8),
        "message-length-too-small": too_small(14),
        "headers-length-too-large": headers_too_large(20, 5),
        "headers-too-long": headers_too_long(FRAME_BYTES + HEADERS_LIMIT + 9, HEADERS_LIMIT + 9),
        "payload-too-long": payload_too_long(FRAME_BYTES + PAYLOAD_LIMIT + 9),
        "message-crc-mismatch": wrong_message_crc(flipped(WHOLE.wire, 40)),
        "header-truncated": broken_block("headerTruncated", [NAME, b"\x05", bytes(5)]),
        "header-name-empty": nameless(flags("a", ""), 1),
        "header-name-not-utf-8": ill_formed_name(b"na", b"\xe9me"),
        "header-name-duplicate": duplicate(flags("a", "b", "a"), 2),
        "header-value-type-unknown": broken_block("headerValueTypeUnknown", [NAME, b"\x0a"]),
        "header-value-not-utf-8": ill_formed_value(b"va", b"\xe9lue"),
        "unexpected-end": cut_message(WHOLE.wire, 30),
    }


DAMAGED_PRELUDES = {
    "total-length": flipped(WHOLE.wire, 2),
    "headers-length": flipped(WHOLE.wire, 7),
    "first-byte-of-the-crc": flipped(WHOLE.wire, 8),
    "last-byte-of-the-crc": flipped(WHOLE.wire, 11),
    "crc-of-zero": WHOLE.wire[:8] + bytes(4) + WHOLE.wire[12:],
    "crc-little-endian": WHOLE.wire[:8] + WHOLE.wire[8:12][::-1] + WHOLE.wire[12:],
}

DAMAGED_MESSAGES = {
    "header-name-length": flipped(WHOLE.wire, 12),
    "header-value-type": flipped(WHOLE.wire, 17),
    "payload": flipped(WHOLE.wire, len(WHOLE.wire) - 5),
    "first-byte-of-the-crc": flipped(WHOLE.wire, len(WHOLE.wire) - 4),
    "last-byte-of-the-crc": flipped(WHOLE.wire, len(WHOLE.wire) - 1),
    "crc-of-zero": WHOLE.wire[:-4] + bytes(4),
    "crc-little-endian": WHOLE.wire[:-4] + WHOLE.wire[-4:][::-1],
    "crc-without-the-prelude": WHOLE.wire[:-4] + crc32(WHOLE.wire[12:-4]),
    "crc-without-the-prelude-crc": WHOLE.wire[:-4] + crc32(WHOLE.wire[:8] + WHOLE.wire[12:-4]),
    "empty-message": Message().wire[:-1] + b"\x00",
}


def error_vectors():
    for name, broken in one_of_each_error().items():
        yield refused(f"error-{name}-first", broken)
        yield refused(f"error-{name}-third", broken, before=GOOD)
    for name, wire in DAMAGED_PRELUDES.items():
        yield refused(f"error-prelude-crc-{name}", Broken(wire, "preludeCRCMismatch", 8))
    for name, wire in DAMAGED_MESSAGES.items():
        yield refused(f"error-message-crc-{name}", wrong_message_crc(wire))
    yield refused("error-good-message-after-is-lost", wrong_message_crc(flipped(WHOLE.wire, 40)), GOOD[:1], GOOD[1:])
    yield refused("error-garbage-after-a-message", Broken(b"garbage, not a prelude", "preludeCRCMismatch", 8), GOOD[:1])


def order_vectors():
    """Two faults in one message: the earlier check reports its own."""
    yield refused("order-prelude-crc-before-total", Broken(flipped(prelude(12, 0), 9), "preludeCRCMismatch", 8))
    yield refused("order-prelude-crc-before-limit", Broken(flipped(prelude(0xFFFFFFFF, 0), 9), "preludeCRCMismatch", 8))
    yield refused("order-total-before-headers-length", too_small(8, headers_length=0xFFFFFFFF))
    yield refused("order-headers-length-before-limits", headers_too_large(HEADERS_LIMIT + 100, HEADERS_LIMIT + 85))
    yield refused("order-headers-limit-before-payload-limit", headers_too_long(0x7FFFFFFF, HEADERS_LIMIT + 1))
    ill_formed_block = frame(NAME + b"\x0a")
    yield refused("order-end-before-message-crc", cut_message(flipped(WHOLE.wire, 40), len(WHOLE.wire) - 1))
    yield refused("order-end-before-header-block", cut_message(ill_formed_block, len(ill_formed_block) - 1))
    yield refused("order-message-crc-before-header-block", wrong_message_crc(flipped(ill_formed_block, 20)))
    yield refused(
        "order-type-before-utf-8-of-name",
        broken_block("headerValueTypeUnknown", [counted(b"\xff"), b"\x0a"]),
    )
    yield refused(
        "order-missing-type-before-utf-8-of-name",
        broken_block("headerTruncated", [counted(b"\xff"), b""]),
    )
    yield refused(
        "order-missing-value-before-utf-8-of-name",
        broken_block("headerTruncated", [counted(b"\xff"), b"\x07", u16(4), b"val"]),
    )
    yield refused(
        "order-missing-value-before-utf-8-of-value",
        broken_block("headerTruncated", [NAME, b"\x07", u16(4), b"\xff\xff\xff"]),
    )
    yield refused(
        "order-utf-8-of-name-before-utf-8-of-value",
        broken_block("headerNameNotUTF8", [b"\x02", b"n", b"\xff", b"\x07", u16(1), b"\xff"], at=2),
    )
    yield refused(
        "order-utf-8-of-first-header-before-structure-of-second",
        broken_block("headerValueNotUTF8", [NAME, b"\x07", u16(1), b"\xff", counted(b"b"), b"\x0a"], at=3),
    )
    yield refused(
        "order-structure-of-first-header-before-utf-8-of-second",
        broken_block("headerValueTypeUnknown", [NAME, b"\x0a", counted(b"\xff"), b"\x00"], at=1),
    )
    yield from order_of_policies_vectors()


def order_of_policies_vectors():
    flag = NAME + b"\x00"
    yield refused(
        "order-structure-before-duplicate",
        broken_block("headerTruncated", [flag, flag, counted(b"b"), b"\x03", b"\x00"]),
    )
    yield refused(
        "order-type-before-duplicate",
        broken_block("headerValueTypeUnknown", [flag, flag, counted(b"b"), b"\x0a"]),
    )
    yield refused(
        "order-utf-8-before-duplicate",
        broken_block("headerValueNotUTF8", [flag, flag, counted(b"b"), b"\x07", u16(1), b"\xff"]),
    )
    yield refused(
        "order-utf-8-before-duplicate-of-it",
        broken_block("headerNameNotUTF8", [b"\x01", b"\xff", b"\x00"] * 2, at=1),
    )
    yield refused("order-empty-name-before-duplicate", nameless(flags("a", "a", ""), 2))
    yield refused("order-empty-name-before-second-empty-name", nameless(flags("", ""), 0))
    yield refused("order-empty-name-before-type", empty_name_hiding("headerValueTypeUnknown", [b"\x00", b"\x0a"]))
    yield refused("order-empty-name-before-missing-type", empty_name_hiding("headerTruncated", [b"\x00", b""]))
    yield refused(
        "order-empty-name-before-utf-8-of-value",
        empty_name_hiding("headerValueNotUTF8", [b"\x00", b"\x07", u16(1), b"\xff"]),
    )


def empty_name_hiding(code, fields):
    """A block that starts with an empty name; where such names are fine, its last field has this other fault."""
    return broken_block("headerNameEmpty", fields, at=0, lenient=broken_block(code, fields))


def cut_points():
    """Where to cut WHOLE: every kind of place in a message."""
    headers_end = PRELUDE_BYTES + len(WHOLE.block)
    payload_end = headers_end + len(WHOLE.payload)
    first_header_end = PRELUDE_BYTES + len(WHOLE.headers[0].wire)
    return {
        "after-1-byte": 1,
        "inside-total-length": 3,
        "after-total-length": 4,
        "inside-headers-length": 7,
        "before-prelude-crc": 8,
        "inside-prelude-crc": 11,
        "after-prelude": PRELUDE_BYTES,
        "after-header-name-length": PRELUDE_BYTES + 1,
        "inside-header-name": PRELUDE_BYTES + 3,
        "after-header-type": PRELUDE_BYTES + 6,
        "inside-header-value": first_header_end - 1,
        "between-headers": first_header_end,
        "before-payload": headers_end,
        "inside-payload": headers_end + 5,
        "before-message-crc": payload_end,
        "inside-message-crc": payload_end + 1,
        "before-the-last-byte": len(WHOLE.wire) - 1,
    }


def truncated_vectors():
    for name, length in cut_points().items():
        yield refused(f"truncated-{name}", cut_message(WHOLE.wire, length))
        yield refused(f"truncated-second-{name}", cut_message(WHOLE.wire, length), before=GOOD[:1])
    yield refused("truncated-empty-message", cut_message(Message().wire, 15))
    yield refused("truncated-garbage-of-11-bytes", cut_message(b"\xff" * 11, 11))
