#!/usr/bin/env python3
"""Runs implementations against the vectors.

    conformance.py [--format FORMAT] [--limit SECONDS] COMMAND...   runs one adapter and prints where it differs
    conformance.py --grid                                           runs the adapters in adapters/ and writes GRID.md
    conformance.py --grid --check                                   the same, and prints how GRID.md would change

An adapter is a program that decodes one vector after another; README.md describes what it reads and writes. `--grid` needs the
implementations that GRID.md names; `--check` leaves out those that are not installed. Its exit status is 1 if this package's own
column changes or the grid lacks an explanation of it, and not if another implementation changes.
"""

import argparse
import base64
import contextlib
import datetime
import fnmatch
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FORMATS = ("eventstream", "chunked")
OWN = "EventStreamCodec"

ADAPTERS = {
    "eventstream_command.py": "`eventstream` (this package)",
    "botocore_adapter.py": "botocore's `EventStreamBuffer`",
    "transcribe_adapter.py": "amazon-transcribe's `EventStreamBuffer`",
    "awscrt_adapter.py": "aws-c-event-stream's streaming decoder, in awscrt",
    "h11_adapter.py": "h11, as a server",
    "httptools_adapter.py": "llhttp, through httptools, as a server",
    "aiohttp_adapter.py": "aiohttp's parser in Python, as a server",
    "node_adapter.mjs": "Node's HTTP server",
    "nginx_adapter.py": "nginx, which passes requests on",
}

# --- Vectors


class Vector:
    """An input and what it must decode to. `status` is complete, incomplete or error."""

    def __init__(self, format, path):
        self.format, self.name = format, path.stem
        self.data = path.read_bytes()
        text = path.with_suffix(".json").read_text()
        if format == "chunked":
            self.expected = json.loads(text)["outcome"]
            self.status = self.expected["status"]
            return
        lines = [json.loads(line) for line in text.split("\n") if line]
        error = lines.pop()["error"]["code"] if lines and "error" in lines[-1] else None
        self.expected = {"messages": lines}
        self.status = {None: "complete", "unexpectedEnd": "incomplete"}.get(error, "error")

    def is_what_was_decoded(self, answer):
        """Whether a complete answer has the right content. What an adapter does not return is not compared."""
        if self.format == "chunked":
            return (
                answer["body"] == self.expected["body"]
                and answer.get("consumed", self.expected["consumed"]) == self.expected["consumed"]
                and ("trailers" not in answer or fields(answer["trailers"]) == fields(self.expected["trailers"]))
            )
        expected = self.expected["messages"]
        return len(answer["messages"]) == len(expected) and all(map(is_message, answer["messages"], expected))


def fields(trailers):
    """Returns field lines for a comparison; names have no case."""
    return [(name.lower(), value) for name, value in trailers]


def is_message(answer, expected):
    if payload(answer) != payload(expected):
        return False
    headers = answer.get("headers")
    if headers is None:
        return True
    return len(headers) == len(expected["headers"]) and all(map(is_header, headers, expected["headers"]))


def payload(message):
    return message["payload"].encode() if "payload" in message else base64.b64decode(message["payloadBase64"])


def is_header(answer, expected):
    """Whether a header has the expected name and value. Bytes stand for a value if the adapter does not know its type."""
    name = base64.b64decode(answer["nameBase64"]) if "nameBase64" in answer else answer["name"].encode()
    if name != expected["name"].encode() or answer.get("type", expected["type"]) != expected["type"]:
        return False
    if "bytes" not in answer:
        return answer["value"] == expected["value"] and isinstance(answer["value"], bool) == (expected["type"] == "boolean")
    value = {
        "byteArray": lambda: base64.b64decode(expected["value"]),
        "string": lambda: expected["value"].encode(),
        "uuid": lambda: bytes.fromhex(expected["value"].replace("-", "")),
    }.get(expected["type"], lambda: None)
    return base64.b64decode(answer["bytes"]) == value()


def vectors(format):
    return [Vector(format, path) for path in sorted((FOLDER / format).glob("*.bin"))]


# --- Adapters


class NotAvailable(Exception):
    """The adapter cannot start: its implementation is not installed."""


class Adapter:
    """A running adapter. It is started again after an input that it does not survive."""

    def __init__(self, command, limit):
        self.command, self.limit = command, limit
        self.process = None
        self.start()

    def start(self):
        self.stop()
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.lines = queue.Queue()
        self.errors = []
        self.readers = [
            threading.Thread(target=self._read, args=(self.process.stdout, self.lines.put, True), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stderr, self.errors.append, False), daemon=True),
        ]
        for reader in self.readers:
            reader.start()
        try:
            # Starting takes longer than a vector.
            self.about = json.loads(self.lines.get(timeout=30) or "null")
        except queue.Empty:
            self.about = None
        if not self.about:
            self.stop()
            raise NotAvailable(b"".join(self.errors[-1:]).decode().strip() or "no answer")

    @staticmethod
    def _read(file, put, marks_end):
        with file:
            for line in file:
                put(line)
        if marks_end:
            put(None)

    def stop(self):
        if self.process:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            try:
                # It ends with its input, and what it has started with it.
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            for reader in self.readers:
                reader.join(timeout=5)
            self.process = None

    def decode(self, vector):
        """Returns the answer, or one with the status `hangs` or `crashes`."""
        request = {"name": vector.name, "format": vector.format, "input": base64.b64encode(vector.data).decode()}
        try:
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=self.limit)
        except queue.Empty:
            self.process.kill()
            self.start()
            return {"status": "hangs"}
        except BrokenPipeError:
            line = None
        if line is None:
            self.start()
            return {"status": "crashes"}
        return json.loads(line)


def verdict(vector, answer):
    """Returns what an implementation does with a vector: `same`, or how it differs."""
    status = answer["status"]
    if status in ("hangs", "crashes", "untested"):
        return status
    if status == "complete":
        if vector.status != "complete":
            return "accepts"
        return "same" if vector.is_what_was_decoded(answer) else "differs"
    if status == "incomplete":
        if vector.status != "incomplete":
            return "waits"
        return "same" if answer.get("reported", True) else "silent"
    # An input that is cut is rejected either way.
    return "rejects" if vector.status == "complete" else "same"


def run(command, formats, limit):
    """Returns what the adapter says about itself, and its verdicts: {format: {vector: verdict}}."""
    adapter = Adapter(command, limit)
    try:
        result = {}
        for format in formats:
            if format in adapter.about["formats"]:
                result[format] = {vector.name: verdict(vector, adapter.decode(vector)) for vector in vectors(format)}
        return adapter.about, result
    finally:
        adapter.stop()


def run_own_adapters(limit):
    """Returns {adapter: (about, verdicts)} for the adapters in adapters/ that can start, and why the others cannot."""
    results, missing = {}, {}
    for file in ADAPTERS:
        command = ["node" if file.endswith(".mjs") else sys.executable, str(FOLDER / "adapters" / file)]
        try:
            results[file] = run(command, FORMATS, limit)
        except (NotAvailable, FileNotFoundError) as error:
            missing[file] = str(error)
    return results, missing


# --- The grid

MARKS = {
    "accepts": "accepts",
    "waits": "waits",
    "silent": "silent",
    "rejects": "rejects",
    "differs": "**differs**",
    "hangs": "**hangs**",
    "crashes": "**crashes**",
    "untested": "untested",
}


def topics():
    return json.loads((FOLDER / "topics.json").read_text())


def topic_of(format, name):
    """Returns the first topic that has the vector, or None."""
    for topic in topics()[format]:
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in topic["vectors"]):
            return topic["name"]
    return None


def grid(results, date):
    """Returns the lines of GRID.md."""
    lines = [
        "# What other implementations do with the vectors",
        "",
        f"Written on {date} by `python3 Tests/Vectors/conformance.py --grid`, which runs the adapters in [adapters](adapters).",
        "[README.md](README.md) describes the vectors and how to run another implementation.",
        "",
        "The vectors have the result that the specification and this package's defaults ask for. Other results are not always",
        "faults: where the specification leaves a choice, the explanation says so.",
        "",
        "| result | |",
        "|---|---|",
        "| accepts | the input is decoded to its end, the vector expects an error or a cut input: more lenient |",
        "| waits | the decoder asks for more input, the vector expects an error or the end: more lenient for an error, "
        "more strict for a complete input |",
        "| rejects | an error, the vector expects none: more strict |",
        "| silent | the decoder keeps unread bytes at the end of a cut input and has no call that reports them: more lenient |",
        "| **differs** | the decoded content is not that of the vector: wrong, unless the explanation says otherwise |",
        "| **hangs**, **crashes** | no answer within the time limit, or the process ended: wrong |",
        "",
    ]
    explained = topics()
    for format in FORMATS:
        columns = {file: entry for file, entry in results.items() if format in entry[1]}
        total = len(vectors(format))
        lines += [f"## {'Event streams' if format == 'eventstream' else 'Chunked bodies'}", ""]
        titles = ["implementation", "version", "as the vectors", "accepts", "waits", "silent", "rejects", "differs", "hangs, crashes"]
        lines += [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
        for file, (about, verdicts) in columns.items():
            counts = {mark: list(verdicts[format].values()).count(mark) for mark in ("same", *MARKS)}
            lines.append(
                f"| {ADAPTERS[file]} | {about['version']} | {counts['same']} of {total} | {counts['accepts']} | {counts['waits']} "
                f"| {counts['silent']} | {counts['rejects']} | {counts['differs']} | {counts['hangs'] + counts['crashes']} |"
            )
        others = {file: entry for file, entry in columns.items() if entry[0]["name"] != OWN}
        names = [about["name"] for about, _ in others.values()]
        lines += ["", f"| vectors | {' | '.join(names)} | what the vectors expect, and why |", "|---" * (len(names) + 2) + "|"]
        cells = {}
        for file, (_, verdicts) in others.items():
            for name, mark in verdicts[format].items():
                if mark != "same":
                    cell = cells.setdefault(topic_of(format, name), {}).setdefault(file, {})
                    cell[mark] = cell.get(mark, 0) + 1
        for topic in explained[format]:
            row = cells.get(topic["name"])
            if row:
                texts = [
                    ", ".join(f"{MARKS[mark]} {count}" for mark, count in sorted(row.get(file, {}).items())) for file in others
                ]
                lines.append(f"| {topic['name']} | {' | '.join(texts)} | {topic['why']} |")
        lines.append("")
    return lines


def unexplained(results):
    """Yields the disagreements that no topic explains."""
    for file, (about, verdicts) in results.items():
        for format, marks in verdicts.items():
            for name, mark in marks.items():
                if mark != "same" and topic_of(format, name) is None:
                    yield f"{about['name']}: {format}/{name}: {mark}: no topic in topics.json explains it"


def structure_problems():
    """Yields what is wrong with topics.json: each pattern must match a vector."""
    for format, entries in topics().items():
        names = [vector.name for vector in vectors(format)]
        for topic in entries:
            for pattern in topic["vectors"]:
                if not fnmatch.filter(names, pattern):
                    yield f"topics.json: no vector of {format} is called {pattern}"


def write_grid(limit):
    results, missing = run_own_adapters(limit)
    for file, reason in missing.items():
        print(f"{file}: not run: {reason}")
    problems = [*structure_problems(), *unexplained(results)]
    for problem in problems:
        print(problem)
    if missing or problems:
        return 1
    (FOLDER / "GRID.md").write_text("\n".join(grid(results, datetime.date.today().isoformat())))
    return 0


def check_grid(limit):
    """Compares with GRID.md. Only this package's own results must be what they were."""
    results, missing = run_own_adapters(limit)
    for file, reason in missing.items():
        print(f"{file}: not run: {reason}")
    failures = list(structure_problems())
    own = [entry for entry in results.values() if entry[0]["name"] == OWN]
    if not own:
        failures.append("the command eventstream did not run; $EVENTSTREAM names it")
    for _, verdicts in own:
        failures += [f"{OWN}: {format}/{name}: {mark}" for format in verdicts for name, mark in verdicts[format].items() if mark != "same"]
    written = (FOLDER / "GRID.md").read_text().split("\n")
    found = grid(results, "today")
    if not missing:
        changes = [line for line in found if line not in written and not line.startswith("Written on ")]
        changes += list(unexplained(results))
        if changes:
            changes.insert(0, "Other implementations have changed since GRID.md was written:")
        print("\n".join(changes or ["GRID.md is up to date"]))
    for failure in failures:
        print(failure)
    for about, verdicts in results.values():
        for format, marks in verdicts.items():
            print(f"{about['name']} {about['version']}: {format}: {list(marks.values()).count('same')} of {len(marks)} as the vectors")
    return 1 if failures else 0


# --- One adapter


def report(command, formats, limit):
    """Prints where one adapter differs. Returns 1 if it does."""
    try:
        about, verdicts = run(command, formats, limit)
    except NotAvailable as error:
        sys.exit(f"conformance.py: the adapter did not start: {error}")
    differs = False
    for format, marks in verdicts.items():
        for name, mark in marks.items():
            if mark != "same":
                differs = True
                print(f"{format}/{name}: {mark}")
        print(f"{about['name']} {about['version']}: {format}: {list(marks.values()).count('same')} of {len(marks)} as the vectors")
    return 1 if differs else 0


def main():
    parser = argparse.ArgumentParser(description="Runs implementations against the vectors.")
    parser.add_argument("--format", choices=FORMATS, action="append", help="without it, all that the adapter can decode")
    parser.add_argument("--limit", type=float, default=10, metavar="SECONDS", help="time for one vector (default: 10)")
    parser.add_argument("--grid", action="store_true", help="run the adapters in adapters/ and write GRID.md")
    parser.add_argument("--check", action="store_true", help="with --grid: compare instead of writing")
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="COMMAND", help="the adapter and its arguments")
    arguments = parser.parse_args()
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    if arguments.grid:
        return check_grid(arguments.limit) if arguments.check else write_grid(arguments.limit)
    if not arguments.command:
        parser.error("found no adapter, expected a command")
    return report(arguments.command, arguments.format or FORMATS, arguments.limit)


if __name__ == "__main__":
    sys.exit(main())
