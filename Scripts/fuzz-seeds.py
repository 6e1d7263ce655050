#!/usr/bin/env python3
"""Writes the test vectors in the format of a fuzz target to a folder, as the seeds of its corpus.

    python3 Scripts/fuzz-seeds.py TARGET FOLDER
"""

import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).parent.parent / "Tests" / "Vectors"
LONGEST = 4096


def event_streams():
    for file in sorted((VECTORS / "eventstream").glob("*.bin")):
        yield file.stem, file.read_bytes()


def header_blocks():
    for name, stream in event_streams():
        if len(stream) >= 16:
            yield name, stream[12 : 12 + int.from_bytes(stream[4:8], "big")]


def chunked_bodies():
    for file in sorted((VECTORS / "chunked").glob("*.bin")):
        yield file.stem, file.read_bytes()


def aws_chunked_bodies():
    # The first byte of an input selects what is verified. The real signatures of vectors are invalid for the fuzz target's
    # signer, so these bodies reach its errors.
    for file in sorted((VECTORS / "aws-chunked").glob("*.bin")):
        about = json.loads(file.with_suffix(".json").read_text())
        mode = (about["mode"] == "signed") | (about["trailer"] is not None) << 1
        yield file.stem, bytes([mode]) + file.read_bytes()


def aws_chunked_requests():
    for file in sorted((VECTORS / "aws-chunked").glob("*.bin")):
        about = json.loads(file.with_suffix(".json").read_text())
        headers = ["content-encoding:aws-chunked"]
        if about["trailer"]:
            headers.append(f"x-amz-trailer:{about['trailer']}")
        if about["decodedLength"] is not None:
            headers.append(f"x-amz-decoded-content-length:{about['decodedLength']}")
        yield file.stem, "\n".join([*headers, "", ""]).encode() + file.read_bytes()


def plain_bytes():
    for length in (0, 1, 15, 16, 64, 300, 2000):
        yield f"{length}-bytes", bytes(index * 7 & 0xFF for index in range(length))


def inputs():
    for file in sorted((VECTORS / "inputs").glob("*.bin")):
        yield file.stem, file.read_bytes()


def seeds(target):
    if target == "headers":
        return header_blocks()
    if target == "input-kind":
        return inputs()
    plain = {"crc32", "crc32c", "crc64nvme", "chunked-roundtrip", "aws-chunked-roundtrip", "aws-chunked-tolerances"}
    if target in plain or target.startswith("planted"):
        return plain_bytes()
    if target.startswith("chunked"):
        return chunked_bodies()
    if target == "aws-chunked-request":
        return aws_chunked_requests()
    return aws_chunked_bodies() if target == "aws-chunked" else event_streams()


def main():
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    count = 0
    for name, data in seeds(target):
        if len(data) <= LONGEST:
            (folder / name).write_bytes(data)
            count += 1
    print(f"{count} seeds for {target}")


if __name__ == "__main__":
    main()
