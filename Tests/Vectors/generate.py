#!/usr/bin/env python3
"""Writes the test vectors.

    python3 Tests/Vectors/generate.py [FORMAT ...]            writes Tests/Vectors/FORMAT/
    python3 Tests/Vectors/generate.py --check [FORMAT ...]    verifies that it holds exactly what would be written

Without a FORMAT, all of them.

README.md, next to this file, describes the vectors.
"""

import argparse
import sys
from pathlib import Path

from generator import aws_chunked, chunked, event_signing, eventstream, files, inputs

FORMATS = {
    "eventstream": eventstream,
    "chunked": chunked,
    "aws-chunked": aws_chunked,
    "event-signing": event_signing,
    "inputs": inputs,
}


def main():
    parser = argparse.ArgumentParser(description="Writes the test vectors.")
    parser.add_argument("--check", action="store_true", help="verify the files instead of writing them")
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=f"of {', '.join(FORMATS)}; without it, all")
    arguments = parser.parse_args()
    for name in arguments.formats:
        if name not in FORMATS:
            parser.error(f"no format is called {name}")
    found = []
    for name in arguments.formats or FORMATS:
        directory = Path(__file__).parent / name
        contents = files.contents(FORMATS[name].GROUPS)
        if not arguments.check:
            files.write(contents, directory)
            continue
        wrong = list(files.differences(contents, directory))
        found += wrong
        print("\n".join(wrong) if wrong else f"{name}: {len(contents)} files are as they should be")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
