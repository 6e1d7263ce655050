#!/usr/bin/env python3
"""Reports how many lines of Sources/EventStreamCodec the tests execute, and lists the others.

    swift test --enable-code-coverage && python3 Scripts/coverage.py

Exits with 1 if a line is neither executed nor explained in Scripts/coverage_explained.py, or if an explanation matches no such
line.
"""

import pathlib
import shutil
import subprocess
import sys

from coverage_explained import EXPLAINED

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "Sources" / "EventStreamCodec"


def output(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def test_program():
    bundle = pathlib.Path(output("swift", "build", "--show-bin-path")) / "EventStreamCodecPackageTests.xctest"
    # On macOS it is a folder.
    return bundle / "Contents" / "MacOS" / bundle.stem if bundle.is_dir() else bundle


def executions():
    """Yields the file, the number, the text and the execution count of each line with code."""
    profile = pathlib.Path(output("swift", "test", "--show-codecov-path")).parent / "default.profdata"
    # The versions that match the compiler are in the same folder.
    tools = pathlib.Path(shutil.which("swiftc")).resolve().parent
    if not profile.exists():
        # `swift test` merges the profiles of its processes only if all tests pass.
        profiles = map(str, profile.parent.glob("*.profraw"))
        output(str(tools / "llvm-profdata"), "merge", "-sparse", *profiles, "-o", str(profile))
    records = output(str(tools / "llvm-cov"), "export", "-format=lcov", "-instr-profile", str(profile), str(test_program()), str(LIBRARY))
    for record in records.splitlines():
        if record.startswith("SF:"):
            file = pathlib.Path(record[3:])
            source = file.read_text().splitlines()
        elif record.startswith("DA:"):
            number, count = map(int, record[3:].split(",")[:2])
            text = source[number - 1].strip()
            # A brace or a comment alone executes nothing.
            if text != "}" and not text.startswith("//"):
                yield str(file.relative_to(LIBRARY)), number, text, count


def main():
    total, explained, used = 0, 0, set()
    unexplained = []
    for file, number, text, count in executions():
        total += 1
        if count > 0:
            continue
        if (file, text) in EXPLAINED:
            explained += 1
            used.add((file, text))
        else:
            unexplained.append(f"{file}:{number}: {text}")
    reached = total - explained - len(unexplained)
    print(
        f"{reached} of {total} lines of Sources/EventStreamCodec executed: {100 * reached / total:.2f} %;"
        f" {explained} explained, {len(unexplained)} not"
    )
    for line in unexplained:
        print(f"neither executed nor explained: {line}")
    for file, text in EXPLAINED.keys() - used:
        print(f"explained, but executed or removed: {file}: {text}")
    sys.exit(1 if unexplained or EXPLAINED.keys() - used else 0)


if __name__ == "__main__":
    main()
