#!/usr/bin/env python3
"""Compares what the viewers show with `eventstream inspect`, field by field, for every vector of event streams.

    viewers.py EVENTSTREAM [--tshark] [--mitmproxy] [--example NAME]

EVENTSTREAM is the program. tshark reads one capture with a connection for each vector, once over HTTP/1.1, chunked, and once over
HTTP/2, and some vectors as files. mitmproxy must be importable by this Python. Without an option, both are compared, and one that
is not installed is an error. `--example` prints what both show of one vector instead.
"""

import argparse
import json
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent.parent
VIEWERS = ROOT / "Viewers"
VECTORS = ROOT / "Tests" / "Vectors" / "eventstream"
MEDIA_TYPE = "application/vnd.amazon.eventstream"


class Field(NamedTuple):
    """A field of a stream. `wrong` is what was expected instead, if it is marked."""

    offset: int
    bytes: bytes
    name: str
    meaning: str
    wrong: str


class Shown(NamedTuple):
    """What a viewer shows of a stream: the fields, and the text about the end of a stream that is cut."""

    fields: list
    end: str


# --- inspect


def inspected(program, path):
    """Returns what `eventstream inspect` shows."""
    run = subprocess.run([program, "inspect", path], capture_output=True, text=True, timeout=60)
    fields, end = [], ""
    for line in run.stdout.splitlines():
        if line.startswith(("message ", "this looks like ")):
            continue
        if line.startswith("the stream ends after "):
            end = line
            continue
        offset, data = int(line[:8], 16), bytes.fromhex(line[10:57])
        name, meaning = line[59:78].strip(), line[80:]
        if name:
            meaning, _, wrong = meaning.partition("WRONG: expected ")
            wrong = re.sub(r", the CRC-32 of .*", "", wrong)
            fields.append(Field(offset, data, name, meaning.strip(), wrong))
        else:
            fields[-1] = fields[-1]._replace(bytes=fields[-1].bytes + data)
    return Shown(fields, end)


# --- tshark


class Capture:
    """A capture file of TCP connections, in the format pcap."""

    def __init__(self):
        self.packets = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, 101)]
        self.connections = 0

    def connection(self, server_port, *turns):
        """Adds a connection in which client and server send in turn, the client first."""
        client_port, self.connections = 1024 + self.connections, self.connections + 1
        ports = {True: (client_port, server_port), False: (server_port, client_port)}
        sent = {True: 1, False: 1}
        self._segment(ports[True], True, 0, 0, 0x02)
        self._segment(ports[False], False, 0, 1, 0x12)
        from_client = True
        for turn in turns:
            for start in range(0, len(turn), 1400):
                piece = turn[start : start + 1400]
                self._segment(ports[from_client], from_client, sent[from_client], sent[not from_client], 0x18, piece)
                sent[from_client] += len(piece)
            from_client = not from_client
        self._segment(ports[False], False, sent[False], sent[True], 0x11)
        self._segment(ports[True], True, sent[True], sent[False] + 1, 0x11)

    def _segment(self, ports, from_client, sequence, acknowledged, flags, data=b""):
        addresses = (bytes([127, 0, 0, 1]), bytes([127, 0, 0, 2]))
        source, target = addresses if from_client else addresses[::-1]
        tcp = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 0xFFFF, 0, 0) + data
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, source, target)
        number = len(self.packets)
        packet = ip + tcp
        self.packets.append(struct.pack("<IIII", number // 1_000_000, number % 1_000_000, len(packet), len(packet)) + packet)

    def write(self, path):
        Path(path).write_bytes(b"".join(self.packets))


def http1(stream):
    """Returns a request and a chunked response over HTTP/1.1."""
    request = b"GET / HTTP/1.1\r\nHost: example\r\n\r\n"
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(stream[start : start + 999]), stream[start : start + 999]) for start in range(0, len(stream), 999)
    )
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {MEDIA_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n"
    return request, head.encode() + chunks + b"0\r\n\r\n"


def http2(stream):
    """Returns a request and a response over HTTP/2, with headers from HPACK's static table or as literals without Huffman."""

    def frame(kind, flags, stream_id, data):
        return struct.pack(">I", len(data))[1:] + bytes([kind, flags]) + struct.pack(">I", stream_id) + data

    settings = frame(4, 0, 0, b"")
    # GET, http, /, :authority
    request = frame(1, 5, 1, b"\x82\x86\x84\x01\x07example")
    pieces = [stream[start : start + 1000] for start in range(0, len(stream), 1000)] or [b""]
    data = [frame(0, index == len(pieces) - 1, 1, piece) for index, piece in enumerate(pieces)]
    # 200, content-type
    response = frame(1, 4, 1, b"\x88\x0f\x10" + bytes([len(MEDIA_TYPE)]) + MEDIA_TYPE.encode())
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + settings + request, settings + response + b"".join(data)


def tshark(*arguments):
    command = ["tshark", "-X", f"lua_script:{VIEWERS / 'eventstream.lua'}", "-d", "tcp.port==8080,http2", *arguments]
    # HOME: no settings or plugins of the user.
    run = subprocess.run(command, capture_output=True, env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}, timeout=300)
    errors = [line for line in run.stderr.decode().splitlines() if "Lua" in line or "error" in line.lower()]
    assert run.returncode == 0 and not errors, run.stderr.decode()
    # PDML has characters that XML does not allow.
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", run.stdout.decode("utf-8", "replace"))


FIELD_NAMES = {
    "total_length": "total length",
    "headers_length": "headers length",
    "prelude_crc": "prelude CRC",
    "message_crc": "message CRC",
    "payload": "payload",
    "broken_header": "broken header",
    "rest_of_headers": "rest of headers",
    "header.name_length": "header name length",
    "header.name": "header name",
    "header.value_type": "header value type",
    "header.value_length": "header value length",
}


def dissected(packet, base=0):
    """Returns what tshark shows of a stream: the fields of a <packet> of PDML. Offsets count from `base`."""
    fields, end = [], ""
    root = packet.find(".//proto[@name='eventstream']")
    first = int(root.find("field[@name='eventstream.message']").get("pos"))
    for element in root.iter("field"):
        shown = element.get("showname") or element.get("show") or ""
        found = re.search(r"\[(the stream ends after \d+ of \d+ bytes)\]", shown)
        if found:
            end = found[1]
        name = element.get("name").removeprefix("eventstream.")
        wrong = re.search(r"\[WRONG: expected (?:0x)?(.*)\]", shown)
        if name.startswith("header.value."):
            label = "header value"
        elif name == "cut":
            label = "prelude" if shown.startswith("prelude") else "message CRC"
        else:
            label = FIELD_NAMES.get(name)
        if label and element.get("name").startswith("eventstream."):
            position = int(element.get("pos")) - first + base
            data = bytes.fromhex(element.get("value") or element.get("unmaskedvalue") or "")
            assert len(data) == int(element.get("size")), ElementTree.tostring(element)
            meaning = re.sub(r" \[.*", "", shown.partition(": ")[2]) if label != "header value" else element.get("show")
            time = re.search(r"\((\d{4}-.*Z)\)", shown)
            if label == "header value" and time:
                meaning += f" ({time[1]})"
            fields.append(Field(position, data, label, meaning, wrong[1] if wrong else ""))
    return Shown(fields, end)


def meaning_for_tshark(field):
    """Returns the meaning that tshark shows for a field of inspect."""
    if field.name.endswith("CRC") and field.meaning:
        return "0x" + field.meaning.split()[0]
    if field.name == "header value type":
        number, _, name = field.meaning.partition(", ")
        return f"{name} ({number})"
    return field.meaning


TEXT = {"header name", "header value", "payload", "prelude", "rest of headers", "broken header", "message CRC"}


def compare_tshark(name, expected, found):
    """Yields the differences. For text and bytes, the bytes are compared, because both escape them differently."""
    fields = [field for field in expected.fields]
    for ours, theirs in zip(fields, found.fields):
        if (ours.offset, ours.bytes, ours.name, ours.wrong) != (theirs.offset, theirs.bytes, theirs.name, theirs.wrong):
            yield f"{name}: inspect shows {ours}, tshark {theirs}"
        is_number = re.fullmatch(r"-?\d+( \(.*\))?", ours.meaning or "") and ours.name != "header name"
        if (ours.name not in TEXT or ours.name == "header value" and is_number and len(ours.bytes) in (1, 2, 4, 8)) and (
            meaning_for_tshark(ours) != theirs.meaning
        ):
            yield f"{name}: inspect means {ours}, tshark {theirs}"
    if len(fields) != len(found.fields):
        yield f"{name}: inspect shows {len(fields)} fields, tshark {len(found.fields)}"
    if expected.end != found.end:
        yield f"{name}: inspect shows {expected.end!r}, tshark {found.end!r}"


def check_tshark(expected, folder):
    """Yields the differences between inspect and tshark, then the number of comparisons."""
    capture = Capture()
    names = []
    for name, path in streams():
        for port, exchange in ((80, http1), (8080, http2)):
            capture.connection(port, *exchange(path.read_bytes()))
            names.append((name, exchange.__name__))
    capture.write(folder / "capture.pcap")
    output = tshark("-r", str(folder / "capture.pcap"), "-Y", "eventstream", "-T", "pdml", "-J", "tcp http http2 eventstream")
    missing = dict.fromkeys(names)
    for packet in ElementTree.fromstring(output).iter("packet"):
        connection = int(packet.find(".//field[@name='tcp.stream']").get("show"))
        name = names[connection]
        missing.pop(name)
        yield from compare_tshark(" over ".join(name), expected[name[0]], dissected(packet))
    # Without a byte there is no body to dissect.
    for name, protocol in missing:
        if expected[name].fields:
            yield f"{name} over {protocol}: tshark shows nothing"
    for name in ("bedrock-converse", "type-all-ten", "truncated-inside-payload", "error-message-crc-payload"):
        output = tshark("-r", str(VECTORS / f"{name}.bin"), "-T", "pdml", "-J", "eventstream")
        fields, end = [], ""
        for packet in ElementTree.fromstring(output).iter("packet"):
            shown = dissected(packet, sum(len(field.bytes) for field in fields))
            fields, end = fields + shown.fields, shown.end
        yield from compare_tshark(f"{name} as a file", expected[name], Shown(fields, end))


# --- mitmproxy


def viewed(data):
    """Returns what mitmproxy shows of a response with this body, without choosing a view."""
    from mitmproxy import contentviews
    from mitmproxy.test import taddons, tflow, tutils

    flow = tflow.tflow(resp=tutils.tresp(content=data, headers=((b"content-type", MEDIA_TYPE.encode()),)))
    if hasattr(contentviews, "prettify_message"):
        with taddons.context():
            result = contentviews.prettify_message(flow.response, flow)
        assert result.view_name == "AWS event stream", result
        return result.text.split("\n")
    # Before version 12.
    description, lines, error = contentviews.get_message_content_view("auto", flow.response, flow)
    assert description.startswith("AWS event stream") and not error, (description, error)
    return ["".join(text for _, text in line) for line in lines]


def lines_of(shown, stream):
    """Returns the lines that mitmproxy must show: each field of inspect, and the fields of a header in one line.

    Lines are pairs of a text and what was expected instead.
    """
    lines = []
    header = {}
    for field in shown.fields:
        name, meaning, wrong = field.name, field.meaning, field.wrong
        if name == "header name length":
            header = {"offset": field.offset, "value": ""}
        elif name == "header name":
            header["name"] = field.bytes.decode()
        elif name == "header value type":
            header["type"], header["value"] = re.match(r"\d, (\w+) ?(\w*)", meaning).groups()
            if header["type"] == "boolean":
                lines.append(header)
        elif name == "header value length":
            if meaning == "0":
                lines.append(header | {"value": '""' if header["type"] == "string" else "(no bytes)"})
        elif name == "header value":
            if header["type"] == "byteArray":
                value = "0x" + field.bytes.hex()
            elif header["type"] == "string":
                value = json.dumps(field.bytes.decode())
            elif header["type"] == "uuid":
                value = f'"{meaning}"'
            elif header["type"] == "timestamp":
                value = re.sub(r" \((.*)\)", r", time: \1", meaning)
            else:
                value = meaning
            lines.append(header | {"value": value})
        elif name in ("payload", "prelude", "rest of headers", "broken header") or len(field.bytes) < 4:
            lines.append((name, field.bytes, wrong))
        else:
            lines.append((name, meaning.split()[0], wrong))
    if shown.end:
        lines.append(("the stream ends after", shown.end.removeprefix("the stream ends after "), ""))
    return lines


def parsed(lines):
    """Returns the lines of mitmproxy's view in the form of `lines_of`."""
    result = []
    for line in lines:
        found = re.fullmatch(r" *- \{name: (\".*\"), type: (\w+), value: (.*)\}  # byte (\d+)", line)
        if found:
            name, kind, value, offset = found.groups()
            if kind == "string":
                value = json.dumps(json.loads(value))
            result.append({"offset": int(offset), "name": json.loads(name), "type": kind, "value": value})
            continue
        text, _, note = line.rpartition("  # ") if "  # " in line else (line, "", "")
        name, _, value = text.strip().removeprefix("- ").partition(":")
        value = value.removeprefix(" ")
        wrong = note.partition("WRONG: expected ")[2]
        if not value or name == "offset":
            continue
        if name in ("payload", "prelude", "rest of headers", "broken header") or value.startswith("0x"):
            if value.startswith("0x"):
                value = bytes.fromhex(value[2:])
            else:
                value = (json.loads(value) if value.startswith('"') else value).encode()
        result.append((name, value, wrong))
    return result


def check_mitmproxy(expected):
    load_content_view()
    for name, path in streams():
        data = path.read_bytes()
        if not data:
            continue
        ours, theirs = lines_of(expected[name], data), parsed(viewed(data))
        for line, other in zip(ours, theirs):
            if line != other:
                yield f"{name}: inspect shows {line}, mitmproxy {other}"
        if len(ours) != len(theirs):
            yield f"{name}: inspect shows {len(ours)} lines, mitmproxy {len(theirs)}"


def load_content_view():
    path = VIEWERS / "mitmproxy_eventstream.py"
    exec(compile(path.read_text(), str(path), "exec"), {"__name__": "mitmproxy_eventstream"})


# --- All


def streams():
    return [(path.stem, path) for path in sorted(VECTORS.glob("*.bin"))]


def example(name, folder):
    """Prints what the viewers show of one vector."""
    data = (VECTORS / f"{name}.bin").read_bytes()
    capture = Capture()
    capture.connection(80, *http1(data))
    capture.write(folder / "capture.pcap")
    print("--- tshark")
    print(tshark("-r", str(folder / "capture.pcap"), "-Y", "eventstream", "-O", "eventstream"))
    print("--- mitmproxy")
    load_content_view()
    print("\n".join(viewed(data)))


def main():
    parser = argparse.ArgumentParser(description="Compares the viewers with eventstream inspect.")
    parser.add_argument("program", metavar="EVENTSTREAM")
    parser.add_argument("--tshark", action="store_true", help="compare tshark only")
    parser.add_argument("--mitmproxy", action="store_true", help="compare mitmproxy only")
    parser.add_argument("--example", metavar="NAME", help="print what the viewers show of a vector")
    arguments = parser.parse_args()
    both = arguments.tshark == arguments.mitmproxy
    with tempfile.TemporaryDirectory() as folder:
        if arguments.example:
            example(arguments.example, Path(folder))
            return 0
        expected = {name: inspected(arguments.program, path) for name, path in streams()}
        fields = sum(len(shown.fields) for shown in expected.values())
        assert len(expected) > 400 and fields > 10_000, (len(expected), fields)
        differences = []
        if both or arguments.tshark:
            if not shutil.which("tshark"):
                sys.exit("viewers.py: found no tshark, expected Debian's package tshark")
            differences += check_tshark(expected, Path(folder))
            print(f"tshark: {len(expected)} vectors, {fields} fields, over HTTP/1.1 and HTTP/2: {len(differences)} differences")
        if both or arguments.mitmproxy:
            from mitmproxy import version

            found = list(check_mitmproxy(expected))
            differences += found
            print(f"mitmproxy {version.VERSION}: {len(expected)} vectors, {fields} fields: {len(found)} differences")
        for difference in differences[:20]:
            print(difference[:600])
        return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
