#!/usr/bin/env python3
"""Counts instructions and allocations per operation, and compares the instructions with the recorded ones.

    swift build -c release --product Benchmarks && python3 Scripts/count-instructions.py .build/release/Benchmarks

They are counted under valgrind as the difference between N and 2 N operations, so the load of the machine has no effect. More
instructions than recorded, beyond the tolerance, are a failure, and so is any allocation. After an intended change, or with
another compiler:

    python3 Scripts/count-instructions.py .build/release/Benchmarks --record

To count only the allocations, of all benchmarks, which takes minutes:

    python3 Scripts/count-instructions.py .build/release/Benchmarks --allocations
"""

import json
import os
import pathlib
import re
import subprocess
import sys

RECORD = pathlib.Path(__file__).parent.parent / "Benchmarks" / "instructions.json"

# The C library selects its copy functions by the processor. They differ by this much.
TOLERANCE = 0.05

# Each method of the checksum, and decoding and encoding where the checksum is not most of the work.
BENCHMARKS = {
    "crc32/16": 10_000,
    "crc32/256": 10_000,
    "crc32/4096": 2_000,
    "crc32c/256": 10_000,
    "crc32c/4096": 2_000,
    "crc64nvme/256": 10_000,
    "crc64nvme/4096": 2_000,
    "eventstream/decode/0": 5_000,
    "eventstream/decode/200": 5_000,
    "eventstream/decode-split/200": 5_000,
    "eventstream/encode/0": 5_000,
    "eventstream/encode/200": 5_000,
    "chunked/decode/16": 50_000,
    "chunked/encode/16": 50_000,
}


def count(program, name, operations, tool, pattern):
    command = ["valgrind", *tool, program, "--filter", f"^{name}$", "--iterations", str(operations)]
    # Random hash seeds would change the number of allocations at start.
    environment = os.environ | {"SWIFT_DETERMINISTIC_HASHING": "1"}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return int(re.search(pattern, result.stderr).group(1).replace(",", ""))


def each(program, name, operations, tool, pattern):
    once, twice = (count(program, name, times * operations, tool, pattern) for times in (1, 2))
    return (twice - once) / operations


def instructions(program, name, operations):
    return each(program, name, operations, ["--tool=callgrind", "--callgrind-out-file=/dev/null"], r"refs:\s*([\d,]+)")


def allocations(program, name, operations):
    # valgrind must not replace the program's own malloc, which counts.
    tool = ["--tool=memcheck", "--soname-synonyms=somalloc=NONE", "--undef-value-errors=no"]
    return each(program, name, operations, tool, r"total heap usage: ([\d,]+) allocs")


def all_benchmarks(program):
    """Yields the name of each benchmark, and the number of operations: fewer for longer inputs."""
    result = subprocess.run([program, "--iterations", "1"], capture_output=True, text=True, check=True)
    for line in result.stdout.splitlines():
        name = line.split(":")[0]
        longest = max(int(number) for number in re.findall(r"\d+", name))
        yield name, 4 if longest >= 1_000_000 else 40 if longest >= 10_000 else 400


def report_allocations(program):
    found = 0
    for name, operations in all_benchmarks(program):
        allocated = allocations(program, name, operations)
        # One or two allocations in a whole run belong to the start of the process.
        found += abs(allocated) * operations > 2
        print(f"{name:36}{operations:6} and {2 * operations} operations: {allocated:g} allocations per operation", flush=True)
    sys.exit(1 if found else 0)


def main():
    program = sys.argv[1]
    if "--allocations" in sys.argv:
        report_allocations(program)
    recorded = {} if "--record" in sys.argv else json.loads(RECORD.read_text())
    counted, failures = {}, []
    print(f"{'benchmark':32}{'instructions':>14}{'recorded':>10}{'':>9}{'allocations':>13}")
    for name, operations in BENCHMARKS.items():
        counted[name] = round(instructions(program, name, operations))
        allocated = allocations(program, name, operations // 10)
        before = recorded.get(name, counted[name])
        change = counted[name] / before - 1
        print(f"{name:32}{counted[name]:14}{before:10}{change:+9.1%}{allocated:13g}", flush=True)
        if change > TOLERANCE:
            failures.append(f"{name} takes {counted[name]} instructions per operation, {before} are recorded")
        # One or two allocations in a whole run belong to the start of the process.
        if abs(allocated) > 0.01:
            failures.append(f"{name} allocates {allocated} times per operation")
    if "--record" in sys.argv:
        RECORD.write_text(json.dumps(counted, indent=2) + "\n")
        print(f"recorded in {RECORD.name}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
