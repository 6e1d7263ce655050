#!/usr/bin/env python3
"""Measures the command against `jq -c .`, and counts its instructions for each message.

    swift build -c release --product eventstream
    python3 Scripts/command-speed.py .build/release/eventstream            # throughput relative to jq, medians of five
    python3 Scripts/command-speed.py .build/release/eventstream --count    # instructions and allocations, compared
    python3 Scripts/command-speed.py .build/release/eventstream --record   # after an intended change

Messages have 300 bytes, as those of Bedrock, and the output goes to /dev/null. jq reads the JSON lines of the same messages. Both
programs run alternately on one core. Instructions and allocations are counted under valgrind as the difference between N and 2 N
messages, so the load of the machine has no effect. More instructions than recorded, beyond the tolerance, are a failure, and so is
any allocation for a message. The record is of the program that Scripts/install builds on Linux.
"""

import argparse
import concurrent.futures
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

TOLERANCE = 0.02

# A command allocates a few times more or less often for twice as many messages, because its input arrives in other pieces.
ALLOCATIONS = 0.05

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


def count(program, arguments, tool, pattern):
    # Random hash seeds would change the numbers.
    environment = os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}
    result = subprocess.run(
        ["valgrind", *tool, program, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True, env=environment)
    return int(re.search(pattern, result.stderr).group(1).replace(",", ""))


def instructions(program, arguments):
    return count(program, arguments, ["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"Collected : (\d+)")


def allocations(program, arguments):
    # DHAT is the fastest of valgrind's tools that count them.
    return count(program, arguments, ["--tool=dhat", "--dhat-out-file=/dev/null"], r"Total:.* in ([\d,]+) blocks")


def compare(program, folder, number, record):
    # valgrind cannot read Swift's debug information, and counting needs none.
    stripped = f"{folder}/eventstream"
    subprocess.run(["strip", "-o", stripped, program], check=True)
    inputs = Inputs(program, folder, number), Inputs(program, folder, 2 * number)
    recorded = json.loads(RECORD.read_text()) if not record else {}

    def each(command):
        def difference(measure):
            once, twice = (measure(stripped, input.arguments(command)) for input in inputs)
            return (twice - once) / number

        return round(difference(instructions)), difference(allocations)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as executor:
        counted = dict(zip(COMMANDS, executor.map(each, COMMANDS)))
    failures = []
    print(f"{'':48}{'instructions':>14}{'recorded':>10}{'':9}{'allocations':>13}")
    for command, (instructions_each, allocations_each) in counted.items():
        if command not in recorded and not record:
            failures.append(f"{command} has no recorded instructions")
        before = recorded.get(command, instructions_each)
        change = instructions_each / before - 1
        print(f"{command:48}{instructions_each:14,}{before:10,}{change:+9.1%}{abs(allocations_each):13.2f}", flush=True)
        if change > TOLERANCE:
            failures.append(f"{command} takes {instructions_each} instructions for a message, {before} are recorded")
        if allocations_each > ALLOCATIONS:
            failures.append(f"{command} allocates {allocations_each:.2f} times for a message, expected never")
    if record:
        RECORD.write_text(json.dumps({command: counts[0] for command, counts in counted.items()}, indent=2) + "\n")
    return failures


def main():
    parser = argparse.ArgumentParser(description="Measures the command against jq, and counts its instructions.")
    parser.add_argument("program")
    parser.add_argument("--count", action="store_true", help="count instructions and allocations instead")
    parser.add_argument("--record", action="store_true", help="count them, and record the instructions")
    parser.add_argument("--messages", type=int, help="the number of messages")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.count or arguments.record:
            failures = compare(arguments.program, folder, arguments.messages or 1_000, arguments.record)
        else:
            failures = measure(arguments.program, folder, arguments.messages or 100_000, rounds=5)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
