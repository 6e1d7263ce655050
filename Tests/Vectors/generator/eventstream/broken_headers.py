"""Header blocks that are refused: fields that do not fit, unknown types, ill-formed UTF-8."""

from .outcomes import broken_block, refused
from .wire import Header, counted, short, text, u16

NAME = counted(b"name")

CUT_HEADERS = {
    "name-missing": [b"\x04", b""],
    "name-cut": [b"\x04", b"nam"],
    "name-of-255-cut": [b"\xff", text(254).encode()],
    "type-missing": [NAME, b""],
    "byte-missing": [NAME, b"\x02", b""],
    "short-missing": [NAME, b"\x03", b""],
    "short-cut": [NAME, b"\x03", bytes(1)],
    "integer-missing": [NAME, b"\x04", b""],
    "integer-cut": [NAME, b"\x04", bytes(3)],
    "long-missing": [NAME, b"\x05", b""],
    "long-cut": [NAME, b"\x05", bytes(7)],
    "byte-array-length-missing": [NAME, b"\x06", b""],
    "byte-array-length-cut": [NAME, b"\x06", b"\x00"],
    "byte-array-missing": [NAME, b"\x06", u16(1), b""],
    "byte-array-cut": [NAME, b"\x06", u16(5), b"\x01\x02\x03\x04"],
    "byte-array-of-65535-cut": [NAME, b"\x06", u16(0xFFFF), bytes(200)],
    "string-length-missing": [NAME, b"\x07", b""],
    "string-length-cut": [NAME, b"\x07", b"\x00"],
    "string-missing": [NAME, b"\x07", u16(1), b""],
    "string-cut": [NAME, b"\x07", u16(5), b"four"],
    "string-of-32768-cut": [NAME, b"\x07", u16(0x8000), b"short"],
    "timestamp-missing": [NAME, b"\x08", b""],
    "timestamp-cut": [NAME, b"\x08", bytes(7)],
    "uuid-missing": [NAME, b"\x09", b""],
    "uuid-cut": [NAME, b"\x09", bytes(15)],
}


def cut_header_vectors():
    good_header = Header("good", short(1)).wire
    for name, fields in CUT_HEADERS.items():
        yield refused(f"header-truncated-{name}", broken_block("headerTruncated", fields))
        yield refused(f"header-truncated-{name}-second", broken_block("headerTruncated", [good_header, *fields]))


def unknown_type_vectors():
    for code in (0x0A, 0x0B, 0x10, 0x7F, 0x80, 0x87, 0xFF):
        fields = [NAME, bytes([code]), b"rest"]
        yield refused(f"type-unknown-{code}", broken_block("headerValueTypeUnknown", fields, at=1))
    yield refused("type-unknown-at-the-end-of-the-block", broken_block("headerValueTypeUnknown", [NAME, b"\x0a"]))


ILL_FORMED = {
    "overlong-2-bytes": b"\xc0\xaf",
    "overlong-2-bytes-highest": b"\xc1\xbf",
    "overlong-3-bytes": b"\xe0\x80\xaf",
    "overlong-3-bytes-highest": b"\xe0\x9f\xbf",
    "overlong-4-bytes": b"\xf0\x80\x80\xaf",
    "overlong-4-bytes-highest": b"\xf0\x8f\xbf\xbf",
    "lowest-surrogate": b"\xed\xa0\x80",
    "highest-surrogate": b"\xed\xbf\xbf",
    "surrogate-pair": b"\xed\xa0\xbd\xed\xb8\x80",
    "lone-continuation-80": b"\x80",
    "lone-continuation-bf": b"\xbf",
    "extra-continuation": b"\x80 after a character",
    "truncated-2-byte-sequence": b"\xc3",
    "truncated-3-byte-sequence-after-1": b"\xe2",
    "truncated-3-byte-sequence-after-2": b"\xe2\x82",
    "truncated-4-byte-sequence-after-1": b"\xf0",
    "truncated-4-byte-sequence-after-2": b"\xf0\x9f",
    "truncated-4-byte-sequence-after-3": b"\xf0\x9f\x98",
    "sequence-cut-by-ascii": b"\xe2\x82A",
    "sequence-cut-by-another": b"\xe2\x82\xc3\xa9",
    "above-the-highest-code-point": b"\xf4\x90\x80\x80",
    "lead-byte-f5": b"\xf5\x80\x80\x80",
    "5-byte-sequence": b"\xf8\x88\x80\x80\x80",
    "byte-fe": b"\xfe",
    "byte-ff": b"\xff",
}


def ill_formed_name(before, ill_formed):
    """A message whose header name goes wrong after some good bytes."""
    return broken_block("headerNameNotUTF8", [bytes([len(before + ill_formed)]), before, ill_formed, b"\x00"], at=2)


def ill_formed_value(before, ill_formed, after=b""):
    """A message whose string header goes wrong after some good bytes."""
    length = u16(len(before + ill_formed + after))
    return broken_block("headerValueNotUTF8", [NAME, b"\x07", length, before, ill_formed, after], at=4)


def utf8_vectors():
    before = "ok é".encode()
    for name, ill_formed in ILL_FORMED.items():
        yield refused(f"utf-8-name-{name}", ill_formed_name(before, ill_formed))
        yield refused(f"utf-8-value-{name}", ill_formed_value(before, ill_formed))
    yield refused("utf-8-name-ill-formed-first-byte", ill_formed_name(b"", b"\xff rest"))
    yield refused("utf-8-name-ill-formed-last-of-255-bytes", ill_formed_name(text(254).encode(), b"\xc3"))
    yield refused("utf-8-value-ill-formed-first-byte", ill_formed_value(b"", b"\xff rest"))
    for length in (7, 8, 15, 16, 31, 32, 63, 64, 1000):
        name = f"utf-8-value-ill-formed-after-{length}-ascii-bytes"
        yield refused(name, ill_formed_value(text(length).encode(), b"\xff", after=text(40).encode()))
    yield refused("utf-8-value-two-faults", ill_formed_value(b"one ", b"\x80", after=b" and two \xff"))
