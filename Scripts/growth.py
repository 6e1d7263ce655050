#!/usr/bin/env python3
"""Counts the instructions of decoding for inputs of doubling size, and fails if they more than double.

    swift build -c release --product eventstream && python3 Scripts/growth.py .build/release/eventstream

Each input is the worst case of its kind: one-byte reads, thousands of headers, names that collide, framing without data. The
instructions are counted under valgrind, so the result does not depend on the load of the machine. The fixed cost of a run is
subtracted: the script compares the increase from half the size to the size with the increase from the size to its double.
"""

import re
import subprocess
import sys
import tempfile
import zlib

# Twice the work, and a margin for costs that grow in steps.
BOUND = 2.3


def message(headers=b"", payload=b""):
    head = (16 + len(headers) + len(payload)).to_bytes(4, "big") + len(headers).to_bytes(4, "big")
    head += zlib.crc32(head).to_bytes(4, "big") + headers
    return head + payload + zlib.crc32(head + payload).to_bytes(4, "big")


def names(count):
    """Headers without a value, whose names differ only in the middle, which the fast comparison does not read."""
    return b"".join(b"\x16same-8-b%06dsame-8-b\x00" % number for number in range(count))


def cases(size):
    """Arguments and input of each case, for inputs of about `size` bytes."""
    yield "a message in one-byte reads", ["decode", "--format", "payload", "--read-size", "1"], message(b"", bytes(size))
    yield "messages of nothing", ["decode", "--format", "payload"], message() * (size // 16)
    yield "messages of nothing, in one-byte reads", ["decode", "--format", "payload", "--read-size", "1"], message() * (size // 64)
    yield "headers that look alike", ["decode", "--format", "payload"], message(names(min(size // 24, 5_000)))
    yield "one-byte chunks", ["chunked", "decode"], b"1\r\nx\r\n" * (size // 6) + b"0\r\n\r\n"
    yield "a chunk in one-byte reads", ["chunked", "decode", "--read-size", "1"], b"%x\r\n" % size + bytes(size) + b"\r\n0\r\n\r\n"


def instructions(program, arguments, data):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, *arguments, file.name],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", result.stderr).group(1))


def main():
    folder = tempfile.TemporaryDirectory()
    # valgrind cannot read Swift's debug information, and counting needs none.
    program = f"{folder.name}/eventstream"
    subprocess.run(["strip", "-o", program, sys.argv[1]], check=True)
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 48_000
    is_linear = True
    for small, medium, large in zip(cases(size // 2), cases(size), cases(size * 2)):
        counts = [instructions(program, arguments, data) for _, arguments, data in (small, medium, large)]
        ratio = (counts[2] - counts[1]) / (counts[1] - counts[0])
        is_linear &= ratio <= BOUND
        print(f"{ratio:5.2f} times the work for twice the input ({counts[2] - counts[1]:,} instructions): {small[0]}")
    sys.exit(0 if is_linear else 1)


if __name__ == "__main__":
    main()
