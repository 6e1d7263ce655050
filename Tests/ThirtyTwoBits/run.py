#!/usr/bin/env python3
"""Runs every vector on 32 bits: compiles the library for wasm32 in Embedded Swift and runs it with node or wasmkit.

    python3 Tests/ThirtyTwoBits/run.py [--with node|wasmkit] [--required]

Outcomes must be those that the vectors record, and everything that the probe prints must be the same on 64 bits.
Without node and wasmkit it skips; with --required that is a failure, as in CI.
"""

import argparse
import base64
import json
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
VECTORS = REPOSITORY / "Tests/Vectors"
BUILD = REPOSITORY / ".build/thirty-two-bits"
FORMATS = ("eventstream", "chunked", "aws-chunked")

# The longest input that is split at every position, and whether bodies and a stream of 4 GiB pass. wasmkit interprets.
RUNNERS = {"node": (2_000, True), "wasmkit": (150, False)}


def main():
    parser = argparse.ArgumentParser(description="Runs every vector on 32 bits.")
    parser.add_argument("--with", dest="runner", choices=RUNNERS, help="the runner; node if there is one")
    parser.add_argument("--required", action="store_true", help="fail instead of skipping")
    arguments = parser.parse_args()
    runner = arguments.runner or next((name for name in RUNNERS if shutil.which(name)), None)
    if runner is None or shutil.which(runner) is None:
        print("skipped: vectors on 32 bits, because neither node nor wasmkit is installed")
        return 1 if arguments.required else 0
    BUILD.mkdir(parents=True, exist_ok=True)
    module, program = compile_for_wasm(), compile_natively()
    vectors = list(read_vectors())
    longest, long_bodies = RUNNERS[runner]
    pack = packed(vectors, longest, long_bodies)
    started = time.monotonic()
    command = ["node", FOLDER / "wasi.mjs", module] if runner == "node" else ["wasmkit", "run", module]
    narrow, narrow_failure = run(command, pack)
    seconds = time.monotonic() - started
    wide, wide_failure = run([program], pack)
    failures = [each for each in (narrow_failure, wide_failure) if each]
    failures += compare(vectors, narrow, wide, is_whole=not failures)
    for failure in failures[:50]:
        print(failure, file=sys.stderr)
    lines = [json.loads(line) for line in narrow]
    splits = sum(line.get("ways", 0) for line in lines)
    counts = ", ".join(f"{sum(1 for each in vectors if each['format'] == name)} {name}" for name in FORMATS)
    large = sum(1 for line in lines if "large" in line)
    print(
        f"{len(vectors)} vectors ({counts}) ran on 32 bits with {runner} in {seconds:.0f} s: decoded {splits} times, "
        f"whole and split; {large} cases of large lengths"
    )
    if failures:
        print(f"{len(failures)} differ from what is recorded or from 64 bits", file=sys.stderr)
    return 1 if failures else 0


# Compiling


def compile_for_wasm():
    clang, linker = beside_swiftc("clang"), beside_swiftc("wasm-ld")
    target = ["-target", "wasm32-unknown-none-wasm", "-enable-experimental-feature", "Embedded"]
    compile_swift([*target, "-enable-experimental-feature", "Extern", "-c", "-o", BUILD / "probe.o"])
    runtime = ["--target=wasm32-unknown-unknown", "-O2", "-mbulk-memory", "-fno-builtin", "-nostdlib"]
    check([clang, *runtime, "-c", FOLDER / "runtime.c", "-o", BUILD / "runtime.o"])
    module = BUILD / "probe.wasm"
    # The stack is at the start, so that an overflow traps. The Unicode tables are not linked: comparing or hashing a String
    # anywhere in the library would be a link error.
    check([linker, "--stack-first", BUILD / "probe.o", BUILD / "runtime.o", "-o", module])
    return module


def compile_natively():
    program = BUILD / "probe-64"
    compile_swift(["-o", program])
    return program


def compile_swift(options):
    # As one module: without the file that re-exports the other module.
    library = REPOSITORY / "Sources/EventStreamCodec"
    sources = [*sorted(set(library.rglob("*.swift")) - {library / "EventStreamCodec.swift"}), *sorted(FOLDER.glob("*.swift"))]
    flags = ["-swift-version", "6", "-O", "-wmo", "-parse-as-library", "-module-name", "VectorProbe"]
    flags += ["-package-name", "EventStreamCodec", "-enable-experimental-feature", "Lifetimes", "-warnings-as-errors"]
    check(["swiftc", *flags, *options, *sources])


def beside_swiftc(name):
    return Path(shutil.which("swiftc")).resolve().parent / name


def check(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=BUILD).stdout


# Vectors


def read_vectors():
    for name in FORMATS:
        for path in sorted((VECTORS / name).glob("*.bin")):
            vector = {"format": name, "name": path.stem, "bytes": path.read_bytes(), "parameters": b""}
            text = path.with_suffix(".json").read_text(encoding="utf-8")
            if name == "eventstream":
                lenient = path.with_suffix(".lenient.json")
                vector["default"] = text
                vector["lenient"] = lenient.read_text(encoding="utf-8") if lenient.exists() else text
            else:
                contents = json.loads(text)
                vector["default"] = contents["outcome"]
                vector["lenient"] = contents.get("lenient", contents["outcome"])
                if name == "aws-chunked":
                    vector["parameters"] = aws_parameters(contents)
            yield vector


def number(value):
    return struct.pack("<I", value)


def counted(data):
    return number(len(data)) + data


def aws_parameters(contents):
    length, signing = contents["decodedLength"], contents["signing"]
    parameters = number(contents["trailer"] is not None)
    parameters += number(0) if length is None else number(1) + counted(struct.pack(">Q", length))
    parameters += number(contents.get("chunkSize", 0)) + number(signing is not None)
    if signing:
        keys = ("secretAccessKey", "timestamp", "region", "service", "seedSignature")
        parameters += b"".join(counted(signing[key].encode()) for key in keys)
    return parameters


def packed(vectors, longest, long_bodies):
    pack = number(longest) + number(long_bodies) + number(len(vectors))
    for vector in vectors:
        pack += number(FORMATS.index(vector["format"]))
        pack += counted(vector["name"].encode()) + counted(vector["parameters"]) + counted(vector["bytes"])
    return pack


# Running


def run(command, pack):
    """Returns the lines that the probe printed, and, after a trap or an endless loop, what was decoded then."""
    (BUILD / "vectors.pack").write_bytes(pack)
    with open(BUILD / "vectors.pack", "rb") as source, open(BUILD / "outcomes", "wb+") as output:
        try:
            status = subprocess.run(command, stdin=source, stdout=output, timeout=300).returncode
        except subprocess.TimeoutExpired:
            status = "no end after 300 seconds"
        output.seek(0)
        lines = output.read().decode("utf-8").splitlines()
    failure = None
    if status != 0:
        failure = f"{command[0]} failed ({status}); the last line of the probe: {lines[-1][:200] if lines else 'none'}"
    return [line for line in lines if line.endswith("}") and not line.startswith('{"begin"')], failure


# Comparing


def compare(vectors, narrow, wide, is_whole):
    """One line for each difference; only of what was reached if the probe did not come to its end."""
    found = {}
    for line in map(json.loads, narrow):
        if "large" not in line:
            found[line["format"], line["name"], line["rules"]] = line
            if line["different"]:
                yield f"{line['format']}/{line['name']}, {line['rules']}: {line['different']} splits differ from the whole"
    for vector in vectors:
        for rules in ("default",) if vector["format"] == "aws-chunked" else ("default", "lenient"):
            line = found.get((vector["format"], vector["name"], rules))
            if line is None and not is_whole:
                continue
            actual = line and OUTCOMES[vector["format"]](line)
            expected = EXPECTED[vector["format"]](vector[rules])
            if actual != expected and not cannot_be_addressed(vector, actual, expected):
                yield f"{vector['format']}/{vector['name']}, {rules}: found {shortened(actual)}, expected {shortened(expected)}"
    yield from compare_large(map(json.loads, narrow))
    for left, right in zip(narrow, wide):
        if left != right and NOT_ADDRESSED not in left:
            yield f"32 bits: {left[:600]}\n64 bits: {right[:600]}"
    if is_whole and len(narrow) != len(wide):
        yield f"{len(narrow)} lines on 32 bits, {len(wide)} on 64 bits"


# The one difference that 32 bits must have: a message of 2 GiB or more, where no limit forbids it.
NOT_ADDRESSED = f"expected at most {2**31 - 1}"


def cannot_be_addressed(vector, actual, expected):
    """Whether a message is refused that 64 bits only find to be cut off."""
    if vector["format"] != "eventstream" or not actual or actual[0] != expected[0] or not expected[1]:
        return False
    if expected[1][0] != "unexpectedEnd" or actual[1] is None or actual[1][0] != "messageTooLong":
        return False
    start = actual[1][1]
    return int.from_bytes(vector["bytes"][start : start + 4], "big") >= 2**31


def compare_large(lines):
    """A body of one chunk arrives whole; with another length announced, it is an error. So is a stream's end here."""
    for line in lines:
        if "messages" in line and "large" in line:
            end = line["messages"] * line["length"]
            error = line["error"]
            if end <= 2**32 or (error["code"], error["offset"]) != ("preludeCRCMismatch", end + 8):
                yield f"large: {line}"
        if "size" not in line:
            continue
        size, announced = line["size"], line.get("announced", line["size"])
        is_right = announced == size
        if line["isComplete"] != is_right or ("error" in line) == is_right:
            yield f"large: {line}"
        if announced >= size and line["received"] != size:
            yield f"large: {line['received']} of {size} bytes were received: {line}"


def shortened(value):
    text = str(value)
    return text if len(text) < 400 else f"{text[:200]} … {text[-200:]}"


def event_stream_outcome(line):
    messages = []
    for message in line["messages"]:
        headers = []
        for header in message["headers"]:
            name = bytes.fromhex(header.pop("name"))
            ((kind, value),) = header.items()
            headers.append((name, kind, bytes.fromhex(value) if kind in ("byteArray", "string") else value))
        fields = message["offset"], message["length"], headers, bytes.fromhex(message["payload"])
        messages.append((*fields, message["preludeCRC"], message["messageCRC"]))
    error = line["error"]
    whole = line["encodesAgain"] == 1
    return messages, (error["code"], error["offset"]) if error else None, whole


def recorded_event_stream(text):
    messages, error = [], None
    for line in map(json.loads, text.split("\n")[:-1]):
        if "error" in line:
            error = line["error"]["code"], line["error"]["offset"]
            continue
        payload = base64.b64decode(line["payloadBase64"]) if "payloadBase64" in line else line["payload"].encode()
        headers = []
        for header in line["headers"]:
            value = header["value"]
            if header["type"] == "byteArray":
                value = base64.b64decode(value)
            elif header["type"] == "string":
                value = value.encode()
            headers.append((header["name"].encode(), header["type"], value))
        fields = line["offset"], line["length"], headers, payload
        messages.append((*fields, line["preludeCRC"], line["messageCRC"]))
    return messages, error, True


def latin1(text):
    return bytes.fromhex(text).decode("latin-1")


def chunked_outcome(line):
    extensions = [
        (each["chunk"], latin1(each["name"]), latin1(each["value"]) if "value" in each else None)
        for each in line["extensions"]
    ]
    trailers = [(latin1(each["name"]), latin1(each["value"])) for each in line["trailers"]]
    counts = line["chunks"], line["consumed"]
    return line["status"], bytes.fromhex(line["body"]), extensions, trailers, *counts, line["error"]


def recorded_chunked(outcome):
    extensions = [(each["chunk"], each["name"], each["value"]) for each in outcome["extensions"]]
    trailers = [tuple(each) for each in outcome["trailers"]]
    counts = outcome["chunks"], outcome["consumed"]
    body = base64.b64decode(outcome["body"])
    return outcome["status"], body, extensions, trailers, *counts, outcome["error"]


def aws_outcome(line):
    error = line["error"]
    status = "incomplete" if line["isIncomplete"] else "error" if error else "complete"
    code = error["code"] if error and status == "error" else None
    return status, bytes.fromhex(line["body"]), code, line.get("encodesAgain", 1) == 1


def recorded_aws(outcome):
    return outcome["status"], base64.b64decode(outcome["body"]), (outcome["error"] or {}).get("code"), True


OUTCOMES = {"eventstream": event_stream_outcome, "chunked": chunked_outcome, "aws-chunked": aws_outcome}
EXPECTED = {"eventstream": recorded_event_stream, "chunked": recorded_chunked, "aws-chunked": recorded_aws}

if __name__ == "__main__":
    sys.exit(main())
