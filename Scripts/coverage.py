#!/usr/bin/env python3
"""Reports which lines of Sources/EventStreamCodec the tests reach, and lists those they do not.

    swift test --enable-code-coverage && python3 Scripts/coverage.py [LEAST PERCENTAGE]

Exits with 1 when fewer lines than that are reached.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = str(ROOT / "Sources" / "EventStreamCodec") + "/"


def unreached(segments):
    """The lines of a file on which a region without executions begins or goes on, and no region with some."""
    lines, last, is_counted, count = {}, None, False, 0
    for line, _, region_count, has_count, is_entry, *_ in segments:
        if last is not None and is_counted:
            for number in range(last, line + 1 if line == last else line):
                lines[number] = max(lines.get(number, 0), count)
        last, is_counted, count = line, has_count, region_count
        if has_count and is_entry:
            lines[line] = max(lines.get(line, 0), region_count)
    return sorted(number for number, count in lines.items() if count == 0), len(lines)


def main():
    least = float(sys.argv[1]) if len(sys.argv) > 1 else 0
    path = subprocess.run(
        ["swift", "test", "--show-codecov-path"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    reached = total = 0
    for file in sorted(json.loads(pathlib.Path(path).read_text())["data"][0]["files"], key=lambda file: file["filename"]):
        if not file["filename"].startswith(LIBRARY):
            continue
        name = file["filename"].removeprefix(LIBRARY)
        summary = file["summary"]["lines"]
        reached += summary["covered"]
        total += summary["count"]
        missing, _ = unreached(file["segments"])
        if summary["covered"] < summary["count"]:
            print(f"{summary['percent']:6.2f} %  {name}: lines {', '.join(map(str, missing))}")
    percentage = 100 * reached / total
    print(f"{reached} of {total} lines of Sources/EventStreamCodec reached: {percentage:.2f} %")
    sys.exit(0 if percentage >= least else 1)


if __name__ == "__main__":
    main()
