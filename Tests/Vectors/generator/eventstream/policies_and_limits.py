"""What the default rules refuse and the lenient ones accept, and lengths that no message may claim."""

from .outcomes import GOOD, Broken, accepted, cut_message, duplicate, refused, refused_header
from .wire import (
    FRAME_BYTES,
    HEADERS_LIMIT,
    PAYLOAD_LIMIT,
    PRELUDE_BYTES,
    VALUE_LIMIT,
    Header,
    Message,
    all_types,
    binary,
    byte,
    byte_array,
    flags,
    prelude,
    string,
    text,
)


def numbered(count):
    return flags(*(f"header-{index}" for index in range(count)))


def duplicate_vectors():
    for count in (2, 16, 17, 18, 500):
        headers = numbered(count - 1)
        last = count - 1
        yield refused(f"policy-duplicate-of-the-first-among-{count}", duplicate([*headers, headers[0]], last))
    many = numbered(99)
    yield refused("policy-duplicate-early-among-100", duplicate([many[0], *many], 1))
    yield refused("policy-duplicate-in-the-middle-of-100", duplicate([*many[:50], many[20], *many[50:]], 50))
    yield refused("policy-duplicate-late-among-100", duplicate([*many, many[-1]], 99))
    a, b, c = flags("a", "b", "c")
    yield refused("policy-duplicate-three-times", duplicate([a, b, a, c, a], 2))
    yield refused("policy-duplicate-two-names-nested", duplicate([a, b, c, b, a], 3))
    yield refused("policy-duplicate-two-names-crossed", duplicate([a, b, c, a, b], 3))
    yield refused("policy-duplicate-only-header-repeated", duplicate([a] * 17, 1))
    yield refused(
        "policy-duplicate-with-another-type",
        duplicate([Header("n", byte(1)), Header("n", string("1"))], 1),
    )
    yield refused(
        "policy-duplicate-with-another-value",
        duplicate([Header(":event-type", string("one")), Header(":event-type", string("two"))], 1),
    )
    every_type = [Header("n", value) for value in all_types().values()]
    yield refused("policy-duplicate-of-all-ten-types", duplicate(every_type, 1))
    yield refused("policy-duplicate-of-255-bytes", duplicate(flags(text(255), text(254), text(255)), 2))
    yield refused("policy-duplicate-in-utf-8", duplicate(flags("größe", "grösse", "größe"), 2))
    near_misses = flags("name", "nama", "mame", "naem", "Name")
    yield refused("policy-duplicate-after-near-misses", duplicate([*near_misses, near_misses[0]], 5))
    yield refused("policy-duplicate-in-the-second-message", duplicate([a, a], 1), before=GOOD[:1], after=GOOD[1:])


def nameless(headers, index):
    return refused_header("headerNameEmpty", headers, index)


def empty_name_vectors():
    empty, a, b = flags("", "a", "b")
    yield refused("policy-empty-name", nameless([empty], 0))
    yield refused("policy-empty-name-second-header", nameless([a, empty, b], 1))
    yield refused("policy-empty-name-last-header", nameless([a, b, empty], 2))
    yield refused("policy-empty-name-twice", nameless([empty, a, empty], 0))
    yield refused("policy-empty-name-of-every-type", nameless([Header("", value) for value in all_types().values()], 0))
    yield refused("policy-empty-name-in-the-second-message", nameless([a, empty], 1), before=GOOD[:1], after=GOOD[1:])


def policy_vectors():
    yield from duplicate_vectors()
    yield from empty_name_vectors()


def promised(total_length, headers_length=0):
    """A prelude whose lengths are fine, and then the end of the stream."""
    return cut_message(prelude(total_length, headers_length), PRELUDE_BYTES)


def too_small(total_length, headers_length=0):
    return Broken(prelude(total_length, headers_length), "messageLengthTooSmall", 0)


def headers_too_large(total_length, headers_length):
    return Broken(prelude(total_length, headers_length), "headersLengthTooLarge", 4)


def headers_too_long(total_length, headers_length):
    wire = prelude(total_length, headers_length)
    return Broken(wire, "headersTooLong", 4, lenient=promised(total_length, headers_length))


def payload_too_long(total_length, headers_length=0):
    wire = prelude(total_length, headers_length)
    return Broken(wire, "payloadTooLong", 0, lenient=promised(total_length, headers_length))


def headers_filling(length, *values):
    """Headers with these values, and one more with a string that makes them take exactly that many bytes together."""
    headers = [Header(f"part-{index}", value) for index, value in enumerate(values)]
    taken = sum(len(header.wire) for header in (*headers, Header("rest", string(""))))
    return (*headers, Header("rest", string(text(length - taken))))


def limit_vectors():
    whole_payload, whole_headers = FRAME_BYTES + PAYLOAD_LIMIT, FRAME_BYTES + HEADERS_LIMIT
    both = FRAME_BYTES + HEADERS_LIMIT + PAYLOAD_LIMIT
    full = headers_filling(HEADERS_LIMIT, byte_array(binary(0xFFFF)), string(text(VALUE_LIMIT + 1)))
    yield accepted("limit-headers-131072-bytes-with-long-values", Message(full, b"full"), GOOD[0])
    over = Message(headers_filling(HEADERS_LIMIT + 1, *[string(text(VALUE_LIMIT))] * 3))
    yield refused("limit-headers-131073-bytes", Broken(over.wire, "headersTooLong", 4, over))
    yield refused("limit-headers-131072-bytes-declared", promised(whole_headers, HEADERS_LIMIT))
    yield refused("limit-headers-131073-bytes-declared", headers_too_long(whole_headers + 1, HEADERS_LIMIT + 1))
    yield refused("limit-payload-24-mib-declared", promised(whole_payload))
    yield refused("limit-payload-24-mib-and-1-byte-declared", payload_too_long(whole_payload + 1))
    yield refused("limit-headers-and-payload-full-declared", promised(both, HEADERS_LIMIT))
    yield refused("limit-headers-full-payload-1-over-declared", payload_too_long(both + 1, HEADERS_LIMIT))
    yield refused("limit-headers-1-over-payload-full-declared", headers_too_long(both + 1, HEADERS_LIMIT + 1))


def hostile_vectors():
    yield refused("hostile-total-0", too_small(0))
    yield refused("hostile-total-1", too_small(1))
    yield refused("hostile-total-12", too_small(12))
    yield refused("hostile-total-12-then-a-message", too_small(12), after=GOOD)
    yield refused("hostile-total-15", too_small(15))
    yield refused("hostile-total-0-then-a-message", too_small(0), after=GOOD)
    yield refused("hostile-total-0x7fffffff", payload_too_long(0x7FFFFFFF))
    yield refused("hostile-total-0x80000000", payload_too_long(0x80000000))
    yield refused("hostile-total-4-gib", payload_too_long(0xFFFFFFFF))
    yield refused("hostile-total-0x80000010-after-messages", payload_too_long(0x80000010), before=GOOD)
    yield refused("hostile-total-0xfffffff4", payload_too_long(0xFFFFFFF4), before=GOOD)
    yield refused("hostile-headers-0x7ffffff0-in-2-gib", headers_too_long(0x80000000, 0x7FFFFFF0))
    yield refused("hostile-headers-0x80000000-in-4-gib", headers_too_long(0xFFFFFFFF, 0x80000000))
    yield refused("hostile-headers-full-in-4-gib", payload_too_long(0xFFFFFFFF, HEADERS_LIMIT))
    yield refused("hostile-headers-0x80000000-in-16", headers_too_large(16, 0x80000000))
    yield refused("hostile-headers-4-gib-in-16", headers_too_large(16, 0xFFFFFFFF))
    yield refused("hostile-headers-as-long-as-the-message", headers_too_large(32, 32))
    yield refused("hostile-headers-over-the-message-crc", headers_too_large(32, 17))
    yield refused("hostile-total-and-headers-4-gib", headers_too_large(0xFFFFFFFF, 0xFFFFFFFF))
    yield refused("hostile-headers-fill-4-gib", headers_too_long(0xFFFFFFFF, 0xFFFFFFFF - FRAME_BYTES))
    yield refused("hostile-zeros", Broken(bytes(64), "preludeCRCMismatch", 8))
    yield refused("hostile-ones", Broken(b"\xff" * 64, "preludeCRCMismatch", 8))
    yield refused("hostile-http-response", Broken(b"HTTP/1.1 403 Forbidden\r\n\r\n", "preludeCRCMismatch", 8))
