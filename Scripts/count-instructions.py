#!/usr/bin/env python3
"""Counts instructions and allocations per operation, and compares the instructions with the recorded ones.

    swift build -c release --product Benchmarks && python3 Scripts/count-instructions.py .build/release/Benchmarks

They are counted under valgrind as the difference between N and 2 N operations, so the load of the machine has no effect. More
instructions than recorded, beyond the tolerance, are a failure, and so is any allocation. After an intended change, or with
another compiler:

    python3 Scripts/count-instructions.py .build/release/Benchmarks --record

With the trait HardwareChecksum, add --hardware, for a record of its own. valgrind has PCLMULQDQ but not VPCLMULQDQ, so the program then
takes the path of 128 bits.

To count only the allocations, of all benchmarks, which takes minutes:

    python3 Scripts/count-instructions.py .build/release/Benchmarks --allocations
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

RECORD = pathlib.Path(__file__).parent.parent / "Benchmarks" / "instructions.json"
HARDWARE_RECORD = pathlib.Path(__file__).parent / "instructions-hardware.json"

TOLERANCE = 0.02

# Growth has a script of its own, which counts while inputs double.
LEFT_OUT = "eventstream/growth/"

# Rows whose allocations are counted here too. Without a filter, `Benchmarks` counts those of all rows.
ALLOCATIONS = [
    "crc32/16",
    "crc32/4096",
    "crc64nvme/4096",
    "eventstream/decode/0",
    "eventstream/decode/200",
    "eventstream/decode-split/200",
    "eventstream/encode/0",
    "eventstream/encode/200",
    "chunked/decode/16",
    "chunked/encode/16",
]


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


def longest_number(name):
    return max((int(number) for number in re.findall(r"\d+", name)), default=0)


def names_of(program):
    result = subprocess.run([program, "--iterations", "1"], capture_output=True, text=True, check=True)
    return [line.split(":")[0] for line in result.stdout.splitlines()]


def operations_of(name):
    """Returns a number of operations that takes a second or two under valgrind."""
    if name.startswith("chunked/"):
        return 50_000
    per_operation = 300 * longest_number(name) if "/headers/" in name else 500 + longest_number(name)
    return max(4, min(10_000, 6_000_000 // per_operation))


def all_benchmarks(program):
    """Yields the name of each benchmark, and the number of operations: fewer for longer inputs."""
    for name in names_of(program):
        longest = longest_number(name)
        yield name, 4 if longest >= 1_000_000 else 40 if longest >= 10_000 else 400


def report_allocations(program):
    found = 0
    for name, operations in all_benchmarks(program):
        allocated = allocations(program, name, operations)
        # One or two allocations in a whole run belong to the start of the process.
        found += abs(allocated) * operations > 2
        print(f"{name:36}{operations:6} and {2 * operations} operations: {allocated:g} allocations per operation", flush=True)
    sys.exit(1 if found else 0)


def without_debug_information(program):
    # valgrind 3.19 rejects that of C files which the Swift toolchain's clang has compiled.
    stripped = f"{program}-stripped"
    subprocess.run(["strip", "-g", "-o", stripped, program], check=True)
    return stripped


def main():
    program = without_debug_information(sys.argv[1])
    if "--allocations" in sys.argv:
        report_allocations(program)
    record = HARDWARE_RECORD if "--hardware" in sys.argv else RECORD
    recorded = {} if "--record" in sys.argv else json.loads(record.read_text())
    names = [name for name in names_of(program) if not name.startswith(LEFT_OUT)]
    failures = [f"{name} is recorded, but there is no such benchmark" for name in recorded if name not in names]

    def measure(name):
        counted = round(instructions(program, name, operations_of(name)))
        return counted, allocations(program, name, operations_of(name) // 10) if name in ALLOCATIONS else None

    counts = {}
    print(f"{'benchmark':32}{'instructions':>14}{'recorded':>10}{'':>9}{'allocations':>13}")
    # Counts do not depend on what else the machine does.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (counted, allocated) in zip(names, pool.map(measure, names)):
            counts[name] = counted
            before = recorded.get(name, counted)
            change = counted / before - 1
            shown = "" if allocated is None else f"{allocated:g}"
            print(f"{name:32}{counted:14}{before:10}{change:+9.1%}{shown:>13}", flush=True)
            if "--record" not in sys.argv and name not in recorded:
                failures.append(f"{name} is not recorded")
            if change > TOLERANCE:
                failures.append(f"{name} takes {counted} instructions per operation, {before} are recorded")
            # One or two allocations in a whole run belong to the start of the process.
            if allocated and abs(allocated) > 0.01:
                failures.append(f"{name} allocates {allocated} times per operation")
    if "--record" in sys.argv:
        record.write_text(json.dumps(counts, indent=2) + "\n")
        print(f"recorded in {record.name}")
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


sys.exit(main())
