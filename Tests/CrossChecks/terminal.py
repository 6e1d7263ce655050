"""Runs a program with its standard output on a terminal, and prints what it wrote there.

usage: terminal.py PROGRAM ARGUMENT...
"""

import os
import pty
import subprocess
import sys

terminal, end = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=end)
os.close(end)
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:
        break
    if not piece:
        break
    sys.stdout.buffer.write(piece)
sys.exit(child.wait())
