"""The wire format: the bytes of messages and of their headers."""

import base64
import json
import string as characters
import struct
import uuid as uuids
import zlib
from dataclasses import dataclass

PRELUDE_BYTES = 12  # total length, headers length, and the CRC of the two
CRC_BYTES = 4
FRAME_BYTES = PRELUDE_BYTES + CRC_BYTES
HEADERS_LIMIT = 131_072
PAYLOAD_LIMIT = 25_165_824
VALUE_LIMIT = 32_767  # of the specification, when encoding
INT64_MIN, INT64_MAX = -(1 << 63), (1 << 63) - 1


def u16(number):
    return struct.pack(">H", number)


def crc32(data):
    return struct.pack(">I", zlib.crc32(data))


def sealed(data):
    """The data, followed by its CRC-32."""
    return data + crc32(data)


def prelude(total_length, headers_length):
    return sealed(struct.pack(">II", total_length, headers_length))


def frame(block, payload=b""):
    """A whole message around a header block, which need not be well-formed; lengths and CRCs are right."""
    return sealed(prelude(FRAME_BYTES + len(block) + len(payload), len(block)) + block + payload)


def counted(name):
    """A header name with the byte of its length."""
    return bytes([len(name)]) + name


def flipped(data, index):
    """The data with one bit of one byte changed."""
    return data[:index] + bytes([data[index] ^ 0x10]) + data[index + 1 :]


def text(length):
    """That many ASCII characters, in a pattern whose period is odd."""
    period = characters.ascii_lowercase + characters.digits + "-"
    return (period * (length // len(period) + 1))[:length]


def binary(length):
    """That many bytes, in a pattern that is not UTF-8."""
    return bytes((7 * index + 0x80) % 251 for index in range(length))


def split(data, *offsets):
    """The data in pieces, cut at these offsets."""
    return [data[start:end] for start, end in zip((0, *offsets), (*offsets, len(data)))]


def compact(value):
    """JSON on one line, without spaces, as services send it and as the expectations are written."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def base64_text(data):
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True)
class Value:
    """The value of a header: its type's name, its bytes with the type's byte, and what stands for it in JSON."""

    type: str
    wire: bytes
    json: object


def boolean(value):
    return Value("boolean", b"\x00" if value else b"\x01", value)


def byte(value):
    return Value("byte", b"\x02" + struct.pack(">b", value), value)


def short(value):
    return Value("short", b"\x03" + struct.pack(">h", value), value)


def integer(value):
    return Value("integer", b"\x04" + struct.pack(">i", value), value)


def long(value):
    return Value("long", b"\x05" + struct.pack(">q", value), value)


def byte_array(value):
    return Value("byteArray", b"\x06" + u16(len(value)) + value, base64_text(value))


def string(value):
    utf8 = value.encode("utf-8")
    return Value("string", b"\x07" + u16(len(utf8)) + utf8, value)


def timestamp(milliseconds):
    return Value("timestamp", b"\x08" + struct.pack(">q", milliseconds), milliseconds)


def uuid(value):
    return Value("uuid", b"\x09" + uuids.UUID(value).bytes, value)


@dataclass(frozen=True)
class Header:
    name: str
    value: Value

    @property
    def wire(self):
        return counted(self.name.encode("utf-8")) + self.value.wire

    @property
    def json(self):
        return {"name": self.name, "type": self.value.type, "value": self.value.json}


@dataclass(frozen=True)
class Message:
    headers: tuple[Header, ...] = ()
    payload: bytes = b""

    @property
    def block(self):
        return b"".join(header.wire for header in self.headers)

    @property
    def wire(self):
        return frame(self.block, self.payload)

    def line(self, offset):
        """The JSON of this message when it starts at that offset of the stream."""
        wire = self.wire
        return compact(
            {
                "offset": offset,
                "length": len(wire),
                "headers": [header.json for header in self.headers],
                **self.payload_json,
                "preludeCRC": wire[8:PRELUDE_BYTES].hex(),
                "messageCRC": wire[-CRC_BYTES:].hex(),
            }
        )

    @property
    def payload_json(self):
        try:
            return {"payload": self.payload.decode("utf-8")}
        except UnicodeDecodeError:
            return {"payloadBase64": base64_text(self.payload)}


def message(payload=b"", **values):
    """A message with one header for each keyword."""
    return Message(tuple(Header(name, value) for name, value in values.items()), payload)


def flags(*names):
    """Headers that say no more than their names."""
    return tuple(Header(name, boolean(True)) for name in names)


def all_types():
    return {
        "yes": boolean(True),
        "no": boolean(False),
        "byte": byte(-2),
        "short": short(-300),
        "integer": integer(-70_000),
        "long": long(-5_000_000_000),
        "bytes": byte_array(b"\x00\x01\xfe\xff"),
        "string": string("zażółć"),
        "timestamp": timestamp(1_700_000_000_123),
        "uuid": uuid("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
    }
