#!/usr/bin/env python3
"""Plants faults in the library, one at a time, and shows which test finds each.

    python3 Scripts/drill.py [--executions N] [--no-tests] [--list] [--write] [PART OF A FAULT'S NAME]...

Works in a copy, .build-drill/copy. Each fault is built and run against the targets of `codec-fuzz` in their order, with a fixed
seed and N executions of each (default: 10000), until one fails. If none fails, the library's tests run. Prints one table row per
fault, and keeps the failing input in .build-drill/inputs. With --write, the rows are also written to Scripts/DRILL.md. Exits with
1 if a fault survives, and with 2 if a fault cannot be planted because its text is missing, or if the library without faults
fails.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
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
TABLE = ROOT / "Scripts" / "DRILL.md"
# The time limit of a command in seconds, because a fault can cause an endless loop.
PATIENCE = 900
TIMEOUT = -1
NOTHING = "**nothing**"


def run(*command):
    """Runs a command in the copy. Returns its status, its output and its duration in seconds."""
    start = time.monotonic()
    with LOG.open("w") as log:
        # In its own process group, so that its child processes can be ended too.
        process = subprocess.Popen(command, cwd=COPY, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            status = process.wait(PATIENCE)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            status = TIMEOUT
    return status, LOG.read_text(errors="replace"), time.monotonic() - start


def stop(message):
    print(f"drill: {message}", file=sys.stderr)
    sys.exit(2)


def copy_tree():
    """Copies the tracked files. The build products in the copy are kept."""
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


def fuzz(executions, targets=("all",)):
    """Runs the targets until one fails. Returns the failure or None, the output, and the duration in seconds."""
    program = str(COPY / ".build" / "release" / "codec-fuzz")
    outputs, total = "", 0
    for target in targets:
        status, output, seconds = run(program, "--target", target, "--seed", "1", "--iterations", str(executions))
        outputs, total = outputs + output, total + seconds
        if status != 0:
            failed = re.search(r"^(\S+): FAILED at execution (\d+)", output, re.MULTILINE)
            crashed = re.search(r"^(\S+): CRASHED", output, re.MULTILINE)
            what = f"`{failed[1]}` at execution {failed[2]}" if failed else f"`{crashed[1]}`, by a trap" if crashed else None
            return what or f"`{target}`, by exit status {status}", outputs, total
    return None, outputs, total


def keep_input(fault):
    """Keeps the input that found the fault."""
    for file in COPY.glob("codec-fuzz-*.bin"):
        INPUTS.mkdir(exist_ok=True)
        shutil.move(file, INPUTS / (fault[0].replace(" ", "-") + ".bin"))


def tests(pattern):
    """Returns the names of the tests that failed, and the duration in seconds. A trap ends all tests."""
    status, output, _ = run("swift", "build", "--build-tests")
    if status != 0:
        stop(f"the tests do not build:\n{output[-2000:]}")
    # LifetimeTests check what the compiler rejects, which no fault changes.
    status, output, seconds = run("swift", "test", "--skip-build", "--filter", pattern, "--skip", "LifetimeTests")
    names = sorted(set(re.findall(r"Test (\w+)\(.*?\) (?:recorded an issue|failed)", output)))
    if status == TIMEOUT:
        names = ["an endless loop"]
    elif status != 0 and not names:
        names = ["a trap"]
    return names if status != 0 else [], seconds


def drill(fault, executions, targets, test_pattern):
    """Plants one fault. Returns whether it was found, by what, and when."""
    _, path, old, new = fault
    file = LIBRARY / path
    text = file.read_text()
    file.write_text(text.replace(old, new))
    try:
        is_built, output = build()
        if not is_built:
            stop(f"'{fault[0]}' does not compile:\n{output[-2000:]}")
        finding, _, seconds = fuzz(executions, targets)
        keep_input(fault)
        if finding:
            return True, finding, f"{seconds:.1f} s of fuzzing"
        if not test_pattern:
            return False, NOTHING, "fuzzing alone"
        names, seconds = tests(test_pattern)
        if names:
            shown = ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")
            return True, f"tests: {shown}", f"{seconds:.0f} s of tests"
        return False, NOTHING, ""
    finally:
        file.write_text(text)


def write(rows, executions):
    """Writes the rows to DRILL.md. The rows of other faults are kept."""
    before = TABLE.read_text().splitlines() if TABLE.exists() else []
    rows = {line.split(" | ")[0][2:]: line for line in before if line.startswith("| ")} | rows
    table = [rows[name] for name, *_ in FAULTS if name in rows]
    survivors = sum(NOTHING in row for row in table)
    TABLE.write_text(
        f"""# The drill

`drill_faults.py` lists {len(FAULTS)} small faults: a check that is skipped, a bound that is off by one, a state that is lost. Each fault is
planted alone in the library. The library is then built and run against the targets of `codec-fuzz` in their order, up to {executions}
executions each with seed 1, and, if all of them pass, against the tests. The table shows what failed first, and how long after
the build.

{len(table)} faults planted, {survivors} survived. This command writes this page:

```
python3 Scripts/drill.py --write
```

| fault | detected by | after |
|---|---|---|
"""
        + "\n".join(table)
        + "\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executions", type=int, default=10_000)
    parser.add_argument("--list", action="store_true", help="list the faults, and check that each can be planted")
    parser.add_argument("--no-tests", action="store_true", help="do not run the tests, which take minutes, on survivors")
    parser.add_argument("--tests", default="EventStreamCodecTests", metavar="REGEX", help="the tests to run on survivors")
    parser.add_argument("--write", action="store_true", help="write the table to Scripts/DRILL.md")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    if options.write and options.no_tests:
        parser.error("--write and --no-tests exclude each other")

    FOLDER.mkdir(exist_ok=True)
    faults = [fault for fault in FAULTS if not options.names or any(part in fault[0] for part in options.names)]
    for name, path, old, _ in faults:
        file = ROOT / "Sources" / "EventStreamCodec" / path
        count = file.read_text().count(old) if file.exists() else 0
        if count != 1:
            stop(f"'{name}': found its text {count} times in {path}, expected it once")
    if options.list:
        print("\n".join(name for name, *_ in faults))
        return

    copy_tree()
    is_built, output = build()
    if not is_built:
        stop(f"the library without faults does not build:\n{output[-2000:]}")
    finding, output, _ = fuzz(options.executions)
    if finding:
        stop(f"the library without faults fails: {finding}")
    targets = re.findall(r"^(\S+): \d+ executions, ", output, re.MULTILINE)

    print("| fault | detected by | after |\n|---|---|---|", flush=True)
    rows, survivors = {}, 0
    for fault in faults:
        is_caught, what, when = drill(fault, options.executions, targets, "" if options.no_tests else options.tests)
        survivors += not is_caught
        rows[fault[0]] = f"| {fault[0]} | {what} | {when} |"
        print(rows[fault[0]], flush=True)
        if options.write:
            write(rows, options.executions)
    print(f"\n{len(faults)} faults, {survivors} survived")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
