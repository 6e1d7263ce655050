"""Runs a program with a non-blocking pipe, as programs in Node.js or over SSH leave it behind.

usage: nonblocking.py input|output PROGRAM ARGUMENT...

input: standard input is passed on in pieces of 50 bytes, the next one when the program has read the one before.
output: the program's output is read only when the pipe is full, or the program has ended.
"""

import array
import fcntl
import os
import subprocess
import sys
import tempfile
import termios
import time


def unread(descriptor):
    count = array.array("i", [0])
    fcntl.ioctl(descriptor, termios.FIONREAD, count)
    return count[0]


def wait_until(condition, child):
    deadline = time.monotonic() + 120
    while not condition() and child.poll() is None:
        if time.monotonic() > deadline:
            child.kill()
            sys.exit("the program did nothing for 120 s")
        time.sleep(0.001)


how, command = sys.argv[1], sys.argv[2:]
data = sys.stdin.buffer.read()
reading, writing = os.pipe()
if how == "input":
    os.set_blocking(reading, False)
    child = subprocess.Popen(command, stdin=reading)
    for start in range(0, len(data), 50):
        try:
            os.write(writing, data[start : start + 50])
        except BrokenPipeError:
            break
        # This end of the pipe is open too, so that a program that has ended is no broken pipe.
        wait_until(lambda: unread(reading) == 0, child)
    os.close(reading)
    os.close(writing)
else:
    os.set_blocking(writing, False)
    # A file, because the program does not read while it waits for its output to be read.
    file = tempfile.TemporaryFile()
    file.write(data)
    file.seek(0)
    child = subprocess.Popen(command, stdin=file, stdout=writing)
    os.close(writing)
    full = fcntl.fcntl(reading, fcntl.F_GETPIPE_SZ) - 4096
    wait_until(lambda: unread(reading) >= full, child)
    while piece := os.read(reading, 65536):
        sys.stdout.buffer.write(piece)
sys.exit(child.wait())
