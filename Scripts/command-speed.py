#!/usr/bin/env python3
"""Measures the command against `jq -c .`, and counts its instructions for each message.

    swift build -c release --product eventstream
    python3 Scripts/command-speed.py .build/release/eventstream            # throughput relative to jq, medians of five
    python3 Scripts/command-speed.py .build/release/eventstream --count    # instructions, compared with the recorded ones
    python3 Scripts/command-speed.py .build/release/eventstream --record   # after an intended change

Messages have 300 bytes, as those of Bedrock, and the output goes to /dev/null. jq reads the JSON lines of the same messages. Both
programs run alternately on one core. Instructions are counted under valgrind as the difference between N and 2 N messages, so the
load of the machine has no effect. More than recorded, beyond the tolerance, is a failure.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import zlib

RECORD = pathlib.Path(__file__).parent.parent / "Benchmarks" / "command-instructions.json"

# The C library selects its copy functions by the processor. They differ by this much.
TOLERANCE = 0.1

# What each command must reach relative to jq, and whether it reads the JSON lines.
COMMANDS = {
    "decode --format json": (20, False),
    "encode": (5, True),
    "decode --format text": (5, False),
    "decode --format payload": (None, False),
    "decode --format sse": (None, False),
    "decode --format json --resync --time --summary": (None, False),
    "inspect": (2, False),
}


def message(headers, payload):
    head = (16 + len(headers) + len(payload)).to_bytes(4, "big") + len(headers).to_bytes(4, "big")
    head += zlib.crc32(head).to_bytes(4, "big") + headers
    return head + payload + zlib.crc32(head + payload).to_bytes(4, "big")


def stream(count):
    fields = {":event-type": b"contentBlockDelta", ":content-type": b"application/json", ":message-type": b"event"}
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + len(value).to_bytes(2, "big") + value for name, value in fields.items())
    parts = []
    for number in range(count):
        text = f'{{"contentBlockIndex":0,"delta":{{"text":"word {number} of an answer,\\nwith \\"quotes\\""}},"p":"'.encode()
        padding = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" * 3
        parts.append(message(headers, text + padding[: 300 - 16 - len(headers) - len(text) - 2] + b'"}'))
    return b"".join(parts)


class Inputs:
    """Files with a stream, and with its JSON lines."""

    def __init__(self, program, folder, count):
        self.count = count
        self.stream, self.lines = pathlib.Path(folder) / f"stream-{count}", pathlib.Path(folder) / f"lines-{count}"
        self.stream.write_bytes(stream(count))
        with self.lines.open("wb") as file:
            subprocess.run([program, "decode", "--format", "json", self.stream], stdout=file, check=True)

    def arguments(self, command):
        return [*command.split(), self.lines if COMMANDS[command][1] else self.stream]


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def measure(program, folder, count, rounds):
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    inputs = Inputs(program, folder, count)
    failures = []
    print(f"{'':48}{'messages/s':>12}{'jq':>10}{'ratio':>8}{'goal':>6}")
    for command, (goal, _) in COMMANDS.items():
        pairs = [
            (seconds([program, *inputs.arguments(command)]), seconds(["jq", "-c", ".", inputs.lines])) for _ in range(rounds)]
        ours, theirs = (statistics.median(times) for times in zip(*pairs))
        ratio = theirs / ours
        shown = "" if goal is None else f"{goal}"
        print(f"{command:48}{count / ours:12,.0f}{count / theirs:10,.0f}{ratio:8.1f}{shown:>6}", flush=True)
        if goal is not None and ratio < goal:
            failures.append(f"{command} is {ratio:.1f} times as fast as jq, expected {goal} times")
    return failures


def instructions(program, arguments):
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", result.stderr).group(1))


def count(program, folder, number, record):
    # valgrind cannot read Swift's debug information, and counting needs none.
    stripped = f"{folder}/eventstream"
    subprocess.run(["strip", "-o", stripped, program], check=True)
    small, large = Inputs(program, folder, number), Inputs(program, folder, 2 * number)
    # Without a record, the counts are only printed.
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() and not record else {}
    counted, failures = {}, []
    print(f"{'':48}{'instructions':>14}{'recorded':>10}")
    for command in COMMANDS:
        once, twice = (instructions(stripped, inputs.arguments(command)) for inputs in (small, large))
        counted[command] = round((twice - once) / number)
        before = recorded.get(command, counted[command])
        change = counted[command] / before - 1
        print(f"{command:48}{counted[command]:14,}{before:10,}{change:+9.1%}", flush=True)
        if change > TOLERANCE:
            failures.append(f"{command} takes {counted[command]} instructions for a message, {before} are recorded")
    if record:
        RECORD.write_text(json.dumps(counted, indent=2) + "\n")
    return failures


def main():
    parser = argparse.ArgumentParser(description="Measures the command against jq, and counts its instructions.")
    parser.add_argument("program")
    parser.add_argument("--count", action="store_true", help="count instructions instead")
    parser.add_argument("--record", action="store_true", help="count instructions and record them")
    parser.add_argument("--messages", type=int, help="the number of messages")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.count or arguments.record:
            failures = count(arguments.program, folder, arguments.messages or 1_000, arguments.record)
        else:
            failures = measure(arguments.program, folder, arguments.messages or 100_000, rounds=5)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
