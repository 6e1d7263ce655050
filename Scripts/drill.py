#!/usr/bin/env python3
"""Plants faults in the library, one at a time, and shows what catches each.

    python3 Scripts/drill.py [--executions N] [--no-tests] [--list] [PART OF A FAULT'S NAME]...

Works in a copy, .build-drill/copy. Each fault is built and run first against `codec-fuzz --target all` with a fixed seed and
N executions of each target (10000 unless told otherwise), and, should it survive that, against the library's tests. Prints a
row of a table for each, and keeps the shortest input that showed it in .build-drill/inputs. Exits with 1 when a fault survives, and with 2 when one can no longer be planted because what it
replaces is not there, or the library without faults fails.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

from drill_faults import FAULTS

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build-drill"
COPY = FOLDER / "copy"
LIBRARY = COPY / "Sources" / "EventStreamCodec"
LOG = FOLDER / "log"
INPUTS = FOLDER / "inputs"
# A trap in a test ends the whole run; a fault that makes a loop endless must not make the drill so.
PATIENCE = 900


def run(*command):
    """Runs a command in the copy; returns its status, its output and how many seconds it took."""
    start = time.monotonic()
    with LOG.open("w") as log:
        try:
            status = subprocess.run(command, cwd=COPY, stdout=log, stderr=subprocess.STDOUT, timeout=PATIENCE).returncode
        except subprocess.TimeoutExpired:
            status = -1
    return status, LOG.read_text(errors="replace"), time.monotonic() - start


def stop(message):
    print(f"drill: {message}", file=sys.stderr)
    sys.exit(2)


def copy_tree():
    """Brings the copy to the state of the tracked files; what was built there stays."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    names = set(filter(None, listed.decode().split("\0")))
    for part in ("Sources", "Tests"):
        for file in (COPY / part).rglob("*"):
            if file.is_file() and str(file.relative_to(COPY)) not in names:
                file.unlink()
    for name in sorted(names):
        source, target = ROOT / name, COPY / name
        if not source.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)


def build():
    status, output, _ = run("swift", "build", "-c", "release", "--product", "codec-fuzz")
    return status == 0, output


def fuzz(executions):
    """The status, the targets that failed and how soon, and how many seconds all took."""
    program = str(COPY / ".build" / "release" / "codec-fuzz")
    status, output, seconds = run(program, "--target", "all", "--seed", "1", "--iterations", str(executions))
    failed = re.findall(r"^(\S+): FAILED at execution (\d+)", output, re.MULTILINE)
    crashed = re.findall(r"^(\S+): CRASHED", output, re.MULTILINE)
    findings = [f"`{name}` at execution {number}" for name, number in failed] + [f"`{name}`, by a trap" for name in crashed]
    return status, findings, seconds


def keep_input(fault):
    """Keeps the shortest of the inputs that showed the fault, and removes the others."""
    inputs = sorted(COPY.glob("codec-fuzz-*.bin"), key=lambda file: file.stat().st_size)
    if inputs:
        INPUTS.mkdir(exist_ok=True)
        shutil.copyfile(inputs[0], INPUTS / (fault[0].replace(" ", "-") + ".bin"))
    for file in inputs:
        file.unlink()


def tests():
    """The tests that failed; a trap ends all of them."""
    status, output, seconds = run("swift", "test", "--filter", "EventStreamCodecTests")
    names = sorted(set(re.findall(r"Test (\w+)\(.*?\) (?:recorded an issue|failed)", output)))
    if status != 0 and not names:
        names = ["a trap in the tests" if "error: fatalError" in output or "signal" in output else "the tests' build"]
    return status, names, seconds


def drill(fault, executions, with_tests):
    """Plants one fault; returns whether it was caught, and by what."""
    _, path, old, new = fault
    file = LIBRARY / path
    text = file.read_text()
    file.write_text(text.replace(old, new))
    try:
        is_built, output = build()
        if not is_built:
            stop(f"'{fault[0]}' does not compile:\n{output[-2000:]}")
        status, findings, seconds = fuzz(executions)
        keep_input(fault)
        if status != 0:
            first = findings[0] if findings else f"exit status {status}"
            others = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
            return True, f"{first}{others}", f"{seconds:.1f} s of fuzzing"
        if not with_tests:
            return False, "nothing", "fuzzing alone"
        status, names, seconds = tests()
        if status != 0:
            shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
            return True, f"tests: {shown}", f"{seconds:.0f} s of tests"
        return False, "**nothing**", ""
    finally:
        file.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executions", type=int, default=10_000)
    parser.add_argument("--list", action="store_true", help="list the faults, and see that each can be planted")
    parser.add_argument("--no-tests", action="store_true", help="do not run the tests, which take minutes, against survivors")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()

    FOLDER.mkdir(exist_ok=True)
    faults = [fault for fault in FAULTS if not options.names or any(part in fault[0] for part in options.names)]
    for name, path, old, _ in faults:
        file = ROOT / "Sources" / "EventStreamCodec" / path
        count = file.read_text().count(old) if file.exists() else 0
        if count != 1:
            stop(f"'{name}': what it replaces stands {count} times in {path}")
    if options.list:
        print("\n".join(name for name, *_ in faults))
        return

    copy_tree()
    is_built, output = build()
    if not is_built:
        stop(f"the library without faults does not build:\n{output[-2000:]}")
    status, findings, _ = fuzz(options.executions)
    if status != 0:
        stop(f"the library without faults fails: {findings}")

    print("| fault | caught by | after |\n|---|---|---|", flush=True)
    survivors = 0
    for fault in faults:
        is_caught, what, when = drill(fault, options.executions, not options.no_tests)
        survivors += not is_caught
        print(f"| {fault[0]} | {what} | {when} |", flush=True)
    print(f"\n{len(faults)} faults, {survivors} survived")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
