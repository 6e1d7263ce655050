#!/usr/bin/env python3
"""Sends 1 GiB of messages, or another number of GiB, through `eventstream decode | eventstream encode` and compares the output.

    python3 Scripts/stream-through.py .build/release/eventstream [GIBIBYTES]

Prints the peak memory of both processes, and fails if one exceeds 64 MB or the output differs from the input.
"""

import hashlib
import subprocess
import sys
import threading
import zlib

GIBIBYTE = 1 << 30
LIMIT = 64_000_000


def message(payload):
    head = (16 + len(payload)).to_bytes(4, "big") + bytes(4)
    head += zlib.crc32(head).to_bytes(4, "big")
    return head + payload + zlib.crc32(head + payload).to_bytes(4, "big")


def peak(process):
    with open(f"/proc/{process.pid}/status") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def main():
    block = b"".join(message(b"payload %d " % number * 400) for number in range(200))
    gibibytes = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    rounds = int(GIBIBYTE * gibibytes) // len(block) + 1
    sent, received, peaks = hashlib.sha256(), hashlib.sha256(), []
    decode = subprocess.Popen([sys.argv[1], "decode"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    encode = subprocess.Popen([sys.argv[1], "encode"], stdin=decode.stdout, stdout=subprocess.PIPE)
    decode.stdout.close()

    def feed():
        for _ in range(rounds):
            sent.update(block)
            decode.stdin.write(block)
        peaks.extend((peak(decode), peak(encode)))
        decode.stdin.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    total = 0
    while data := encode.stdout.read(1 << 20):
        received.update(data)
        total += len(data)
    feeder.join()
    assert decode.wait() == 0 and encode.wait() == 0, "exit status"
    assert sent.digest() == received.digest(), "the bytes differ"
    print(f"{total} bytes sent; peak memory {peaks[0]} (decode), {peaks[1]} (encode) bytes")
    assert max(peaks) < LIMIT, "too much memory"


if __name__ == "__main__":
    main()
