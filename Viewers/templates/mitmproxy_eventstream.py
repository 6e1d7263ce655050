"""A content view for mitmproxy that shows AWS event streams (application/vnd.amazon.eventstream) field by field.

    mitmproxy -s mitmproxy_eventstream.py

@@GENERATED@@
"""

import json
import zlib
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from mitmproxy import contentviews

# --- The description of the format. The code below has no other numbers of the format.

# @@TABLES@@

# --- Reading.


class Problem(Exception):
    """A part of a header block that is invalid: the field's offset, and what was expected there."""

    def __init__(self, offset, expected):
        super().__init__(expected)
        self.offset = offset
        self.expected = expected


class Stop(Exception):
    """The rest of the stream cannot be trusted, or there is none."""


class Header(NamedTuple):
    start: int
    end: int
    name: str
    type: str
    value: object
    text: str


class Description:
    """The lines that describe a stream: YAML, with what was checked in comments.

    The stream is read up to its end or to the first message that is invalid, which is described as far as its lengths can be
    trusted.
    """

    def __init__(self, data):
        self.data = data
        self.lines = []
        self.indent = ""
        number, position = 0, 0
        try:
            while position < len(data):
                number += 1
                position = self.message(f"- message {number}", position, len(data))
        except Stop:
            pass

    def line(self, text, note=None):
        self.lines.append(self.indent + text + (f"  # {note}" if note else ""))

    def wrong(self, text, expected):
        self.line(text, f"WRONG: expected {expected}")

    def number(self, start, size):
        return int.from_bytes(self.data[start : start + size], BYTE_ORDER)

    def cut(self, name, start, end, length, already=0):
        """Describes a field that the end of the stream cuts. `already` bytes of it have been described."""
        if end > start:
            self.line(f"{name}: {hexadecimal(self.data[start:end])}")
        self.line(f"the stream ends after: {already + end - start} of {length} bytes")
        raise Stop

    def message(self, title, start, end, is_inner=False):
        """Describes the message at `start`, which the stream may cut at `end`. Returns where the message ends."""
        prelude = sum(size for _, size in PRELUDE)
        heading = len(self.lines)
        self.line(f"{title}:")
        self.indent += "  "
        self.line(f"offset: {start}")
        if end - start < prelude:
            self.cut("prelude", start, end, prelude)
        total, headers_length = self.prelude(start)
        headers_start = start + prelude
        payload_start = headers_start + headers_length
        payload_end = start + total - CRC_SIZE
        headers, problem = self.headers(headers_start, payload_start, end)
        kind = meaning({header.name: header.value for header in headers})
        self.lines[heading] += f"  # {kind}" if kind and not problem else ""
        if not problem and not is_inner and is_signed(headers) and payload_end > payload_start:
            self.signed(payload_start, payload_end, end)
        else:
            self.payload(payload_start, payload_end, end)
        if end - payload_end < CRC_SIZE:
            self.cut(MESSAGE_CRC, payload_end, end, CRC_SIZE)
        valid = self.checksum(MESSAGE_CRC, start, payload_end)
        if problem or not valid:
            raise Stop
        self.indent = self.indent[:-2]
        return payload_end + CRC_SIZE

    def prelude(self, start):
        """Describes the lengths and their checksum, and returns the lengths."""
        position = start
        values = []
        for name, size in PRELUDE:
            values.append((name, position, self.number(position, size)))
            position += size
        (total_name, _, total), (headers_name, _, headers), (crc_name, crc_start, crc) = values
        problems = {}
        if crc != zlib.crc32(self.data[start:crc_start]):
            pass
        elif total < MINIMUM_LENGTH:
            problems[total_name] = f"at least {MINIMUM_LENGTH}"
        elif headers > total - MINIMUM_LENGTH:
            problems[headers_name] = f"at most {total - MINIMUM_LENGTH}, the total length less prelude and message CRC"
        elif headers > MAXIMUM_HEADERS_LENGTH:
            problems[headers_name] = f"at most {MAXIMUM_HEADERS_LENGTH}"
        for name, value in ((total_name, total), (headers_name, headers)):
            if name in problems:
                self.wrong(f"{name}: {value}", problems[name])
            else:
                self.line(f"{name}: {value}")
        if not self.checksum(crc_name, start, crc_start) or problems:
            raise Stop
        return total, headers

    def checksum(self, name, start, position):
        """Describes the checksum at `position`, which is that of the bytes since `start`. Returns whether it is right."""
        found = self.number(position, CRC_SIZE)
        computed = zlib.crc32(self.data[start:position])
        if found != computed:
            self.wrong(f"{name}: {found:08x}", f"{computed:08x}")
            return False
        self.line(f"{name}: {found:08x}", "right")
        return True

    def headers(self, start, block_end, end):
        """Describes the headers. Returns those before the first problem, and whether there is a problem."""
        if start == block_end:
            return [], False
        self.line("headers:")
        self.indent += "  "
        headers, position, problem = [], start, None
        try:
            while position < min(block_end, end):
                headers.append(self.header(position, min(block_end, end)))
                position = headers[-1].end
        except Problem as found:
            problem = found
        if block_end > end:
            self.show(headers)
            self.indent = self.indent[:-2]
            self.cut("rest of headers", position, end, block_end - start, position - start)
        if not problem:
            names = set()
            for index, header in enumerate(headers):
                if header.name in names:
                    problem = Problem(header.start, "each name only once")
                    position = header.start
                    headers = headers[:index]
                    break
                names.add(header.name)
        self.show(headers)
        self.indent = self.indent[:-2]
        if problem:
            broken = f"broken header: {hexadecimal(self.data[position : problem.offset])}"
            rest = f"rest of headers: {hexadecimal(self.data[problem.offset : block_end])}"
            if problem.offset == block_end:
                self.wrong(broken, problem.expected)
            else:
                if problem.offset > position:
                    self.line(broken)
                self.wrong(rest, problem.expected)
        return headers, problem is not None

    def show(self, headers):
        for header in headers:
            name = quoted(header.name)
            self.line(f"- {{name: {name}, type: {header.type}, value: {header.text}}}", f"byte {header.start}")

    def header(self, start, end):
        """Reads the header at `start`, in a block that ends at `end`."""
        position = start

        def field(size):
            nonlocal position
            if end - position < size:
                raise Problem(position, f"at least {size}")
            position += size
            return position - size

        def text(start, expected):
            try:
                return self.data[start:position].decode("utf-8")
            except UnicodeDecodeError as error:
                raise Problem(start + error.start, expected) from None

        name_length = self.number(field(NAME_LENGTH_SIZE), NAME_LENGTH_SIZE)
        if name_length == 0:
            raise Problem(start, "1 to 255")
        name_start = field(name_length)
        name_end = position
        type_start = field(VALUE_TYPE_SIZE)
        number = self.number(type_start, VALUE_TYPE_SIZE)
        if number not in TYPES:
            raise Problem(type_start, f"a type from {min(TYPES)} to {max(TYPES)}")
        type_name, kind, size = TYPES[number]
        if size is None:
            size = self.number(field(VALUE_LENGTH_SIZE), VALUE_LENGTH_SIZE)
        value_start = field(size)
        position, value_end = name_end, position
        name = text(name_start, "a header name in UTF-8")
        position = value_end
        value = self.data[value_start:value_end]
        if kind in ("true", "false"):
            value = kind == "true"
            shown = kind
        elif kind == "text":
            value = text(value_start, "a string in UTF-8")
            shown = quoted(value)
        elif kind == "bytes":
            shown = hexadecimal(value)
        elif kind == "uuid":
            digits = value.hex()
            value = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
            shown = f'"{value}"'
        else:
            value = int.from_bytes(value, BYTE_ORDER, signed=True)
            shown = str(value)
            if kind == "milliseconds" and (time := civil_time(value)):
                shown += f", time: {time}"
        return Header(start, position, name, type_name, value, shown)

    def signed(self, start, end, stream_end):
        """Describes the payload of a signed message, which is a message too. Signatures are not verified."""
        lengths = sum(size for _, size in PRELUDE[:-1])
        prelude = sum(size for _, size in PRELUDE)
        is_message = (
            min(end, stream_end) - start >= prelude
            and zlib.crc32(self.data[start : start + lengths]) == self.number(start + lengths, CRC_SIZE)
            and self.number(start, PRELUDE[0][1]) == end - start
        )
        if is_message:
            self.message("signed message", start, stream_end, is_inner=True)
        else:
            self.payload(start, end, stream_end, "a payload that is exactly one message")

    def payload(self, start, end, stream_end, expected=None):
        """Describes a payload: JSON as it is, other text in quotes, other bytes in hexadecimal."""
        if end == start:
            return
        if end > stream_end:
            self.cut(PAYLOAD, start, stream_end, end - start)
        payload = self.data[start:end]
        note = f"WRONG: expected {expected}" if expected else f"{len(payload)} bytes"
        self.line(f"{PAYLOAD}: {payload_text(payload)}", note)


def meaning(values):
    """Returns what a message is, in a few words: `event PayloadChunk`."""
    kind = values.get(":message-type")
    name = values.get({"event": ":event-type", "exception": ":exception-type", "error": ":error-code"}.get(kind, kind))
    return " ".join(part for part in (kind, name) if isinstance(part, str) and part.isprintable())


def is_signed(headers):
    """Whether headers are those of a signed message: a date and a signature, and no others."""
    return {(header.name, header.type) for header in headers} == {(":date", "timestamp"), (":chunk-signature", "byteArray")}


def payload_text(payload):
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        return hexadecimal(payload)
    if text[0] in "{[" and text.isprintable():
        try:
            json.loads(text)
            return text
        except (ValueError, RecursionError):
            pass
    return quoted(text)


def quoted(text):
    """Returns text as a string of JSON, which is also one of YAML. What is not printable is escaped."""
    safe = json.dumps(text, ensure_ascii=False)
    return safe if safe.isprintable() else json.dumps(text)


def hexadecimal(data):
    return f"0x{data.hex()}" if data else "(no bytes)"


def civil_time(milliseconds):
    try:
        time = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{time.microsecond // 1000:03}Z"


def begins_with_message(data):
    """Whether data begins with lengths whose checksum is right."""
    lengths = sum(size for _, size in PRELUDE[:-1])
    found = data[lengths : lengths + CRC_SIZE]
    return len(found) == CRC_SIZE and zlib.crc32(data[:lengths]) == int.from_bytes(found, BYTE_ORDER)


# --- mitmproxy's interface, from version 12 on and before.

if hasattr(contentviews, "Contentview"):

    class EventStream(contentviews.Contentview):
        name = "AWS event stream"
        syntax_highlight = "yaml"

        def prettify(self, data, metadata):
            return "\n".join(Description(data).lines)

        def render_priority(self, data, metadata):
            if metadata.content_type == MEDIA_TYPE:
                return 2
            return 0.9 if begins_with_message(data) else -1

else:

    class EventStream(contentviews.View):
        name = "AWS event stream"

        def __call__(self, data, **metadata):
            return self.name, ([("text", line)] for line in Description(data).lines)

        def render_priority(self, data, *, content_type=None, **metadata):
            if content_type == MEDIA_TYPE:
                return 2
            return 0.9 if begins_with_message(data) else 0


contentviews.add(EventStream())
