"""Messages that every decoder delivers: payloads, types, names, and many of them."""

from .outcomes import GOOD, accepted
from .wire import (
    INT64_MAX,
    INT64_MIN,
    VALUE_LIMIT,
    Header,
    Message,
    all_types,
    binary,
    boolean,
    byte,
    byte_array,
    flags,
    integer,
    long,
    message,
    short,
    string,
    text,
    timestamp,
    uuid,
)


def plain_vectors():
    yield accepted("empty-stream")
    yield accepted("empty-message", Message())
    yield accepted("empty-message-three-times", Message(), Message(), Message())
    yield accepted("plain-headers-without-payload", message(kind=string("note"), n=byte(7)))
    yield accepted("plain-headers-and-payload", message(b"a payload", kind=string("note"), n=byte(7)))


PAYLOADS = {
    "one-byte": b"x",
    "text": b"The quick brown fox jumps over the lazy dog.",
    "text-1000-bytes": text(1000).encode(),
    "lines": b"unix\nwindows\r\nold mac\rtab\there\n",
    "json": b'{"a":[1,2.5e-3,null,true],"b":{"c":"d\\u0000\\"\\/"}}\n',
    "quotes-and-backslashes": rb"""\ " \" \\ ' / \n \u0041 </script>""",
    "control-characters": bytes(range(0x20)) + b"\x7f",
    "c1-control-characters": "".join(map(chr, range(0x80, 0xA0))).encode(),
    "nul": b"\x00",
    "nul-inside": b"before\x00after",
    "latin-and-cyrillic": "Größe, façade, Žižkov, Привет".encode(),
    "cjk": "日本語テキスト 한국어 中文".encode(),
    "emoji": "👋🏽 👩‍👩‍👧 🇫🇷 ❤️".encode(),
    "combining-characters": "e\u0301 and \u00e9, A\u030a and \u212b".encode(),
    "line-and-paragraph-separators": "a\u2028b\u2029c\u0085d".encode(),
    "byte-order-mark-at-the-start": "\ufeffafter the mark".encode(),
    "byte-order-mark-only": "\ufeff".encode(),
    "noncharacters": "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff".encode(),
    "edges-of-utf-8": "\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff".encode(),
    "all-256-bytes": bytes(range(256)),
    "binary-1-byte": b"\xff",
    "binary-2-bytes": b"\xff\xfe",
    "binary-3-bytes": b"\xfb\xef\xbe",
    "binary-1000-bytes": binary(1000),
    "text-but-for-the-last-byte": b"all ASCII until here \x80",
    "text-but-for-the-first-byte": b"\xbf and all ASCII from there",
    "character-cut-in-half": "half a 😀".encode()[:-2],
    "surrogate": b"a \xed\xa0\x80 b",
    "overlong": b"a \xc0\x80 b",
    "looks-like-a-message": message(b"inner", n=byte(1)).wire,
}


def payload_vectors():
    for name, payload in PAYLOADS.items():
        yield accepted(f"payload-{name}", Message(payload=payload))


# A byte array of 65535 bytes and a string of 32768 are in limit-headers-131072-bytes-with-long-values.
TYPES = {
    "boolean-true": [boolean(True)],
    "boolean-false": [boolean(False)],
    "byte-extremes": [byte(-128), byte(-1), byte(0), byte(1), byte(127)],
    "short-extremes": [short(-32_768), short(-129), short(-1), short(0), short(128), short(32_767)],
    "integer-extremes": [integer(-(1 << 31)), integer(-1), integer(0), integer(1 << 16), integer((1 << 31) - 1)],
    "long-extremes": [long(INT64_MIN), long(-1), long(0), long(1 << 32), long((1 << 53) + 1), long(INT64_MAX)],
    "byte-array-empty": [byte_array(b"")],
    "byte-array-1-byte": [byte_array(b"\x00")],
    "byte-array-2-bytes": [byte_array(b"\xff\xfe")],
    "byte-array-all-256-bytes": [byte_array(bytes(range(256)))],
    "byte-array-32767-bytes": [byte_array(binary(VALUE_LIMIT))],
    "byte-array-32768-bytes": [byte_array(binary(VALUE_LIMIT + 1))],
    "string-empty": [string("")],
    "string-1-byte": [string("x")],
    "string-255-and-256-bytes": [string(text(255)), string(text(256))],
    "string-32767-bytes": [string(text(VALUE_LIMIT))],
    "string-65535-bytes": [string(text(0xFFFF))],
    "string-2-byte-characters": [string("\u0080é߿")],
    "string-3-byte-characters": [string("\u0800€\ud7ff\ue000\ufffd")],
    "string-4-byte-characters": [string("\U00010000😀𝄞")],
    "string-highest-code-point": [string("\U0010ffff")],
    "string-noncharacter-ffff": [string("a\uffffb")],
    "string-nul-only": [string("\0")],
    "string-nul-inside": [string("before\0after\0")],
    "string-byte-order-mark": [string("\ufeffmarked")],
    "string-escapes-in-json": [string('" \\ / \b\f\n\r\t \x01 \x1f \x7f \u2028')],
    "string-normalization-kept": [string("\u00e9"), string("e\u0301")],
    "string-64-ascii-bytes-then-a-character": [string(text(64) + "é")],
    "timestamp-extremes": [timestamp(INT64_MIN), timestamp(-1), timestamp(0), timestamp(1), timestamp(INT64_MAX)],
    "timestamp-before-1970": [timestamp(-2_208_988_800_000)],
    "timestamp-with-milliseconds": [timestamp(1_709_210_096_789)],
    "uuid-zeros": [uuid("00000000-0000-0000-0000-000000000000")],
    "uuid-ones": [uuid("ffffffff-ffff-ffff-ffff-ffffffffffff")],
    "uuid-mixed": [uuid("01234567-89ab-cdef-fedc-ba9876543210")],
}


def type_vectors():
    for name, values in TYPES.items():
        headers = tuple(Header(f"h{index}", value) for index, value in enumerate(values))
        yield accepted(f"type-{name}", Message(headers, b"payload"))
    values = all_types()
    yield accepted("type-all-ten", message(b"payload", **values))
    yield accepted("type-all-ten-reversed", message(b"payload", **dict(reversed(values.items()))))


NAMES = {
    "1-byte": ["n"],
    "255-bytes": [text(255)],
    "255-bytes-of-utf-8": ["語" * 85],
    "128-bytes": [text(128)],
    "utf-8": ["größe", "名前", "😀"],
    "nul": ["\0"],
    "space-and-punctuation": [" ", "a b", ":", "a=b", "\"quoted\"", "back\\slash", "line\nfeed"],
    "byte-order-mark": ["\ufeff"],
}

DISTINCT_NAMES = {
    "in-the-first-byte": ["a-long-enough-name", "b-long-enough-name"],
    "in-the-middle-byte": ["a-long-enough-name", "a-long-Enough-name"],
    "in-the-last-byte": ["a-long-enough-name", "a-long-enough-namf"],
    "in-one-bit": ["name", "nama"],
    "in-case": ["name", "Name", "NAME"],
    "in-length": ["n", "nn", "nnn", "nnnn", "nnnnnnnn", "nnnnnnnnn"],
    "in-a-trailing-nul": ["name", "name\0", "name\0\0"],
    "in-a-trailing-space": ["name", "name "],
    "in-normalization": ["caf\u00e9", "cafe\u0301"],
    "in-compatibility-forms": ["\u212b", "\u00c5", "A\u030a"],
    "between-equal-first-and-last-8-bytes": [f"prefix--{middle}--suffix" for middle in ("abc", "abd", "cab")],
    "in-the-middle-of-255-bytes": [text(127) + middle + text(127) for middle in "xyz"],
    "in-byte-order": ["abcd", "dcba", "badc", "cdab"],
    "but-have-equal-crc-32": ["plumless", "buckeroo"],
}


def name_vectors():
    for name, names in NAMES.items():
        yield accepted(f"name-{name}", Message(flags(*names), b"payload"))
    for name, names in DISTINCT_NAMES.items():
        yield accepted(f"name-differs-{name}", Message(flags(*names), b"payload"))
    yield accepted("name-same-in-two-messages", *GOOD, *GOOD)


def many_vectors():
    yield accepted("many-1000-messages", *(Message(payload=str(number).encode()) for number in range(1000)))
    yield accepted("many-70-messages-of-growing-size", *(Message(payload=text(size).encode()) for size in range(70)))
    for count in (15, 16, 17, 32, 33, 100, 2000):
        yield accepted(f"many-{count}-headers", Message(flags(*(f"h{index}" for index in range(count))), b"payload"))
    yield accepted("many-names-of-equal-length", Message(flags(*(f"name-{index:03}" for index in range(100)))))
    yield accepted("many-names-of-growing-length", Message(flags(*("n" * length for length in range(1, 65)))))
