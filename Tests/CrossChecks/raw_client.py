#!/usr/bin/env python3
"""Sends bytes to a port of loopback and prints what comes back.

    raw_client.py PORT STEPS

STEPS is a JSON list: ["send", TEXT]; ["repeat", TEXT, COUNT]; ["end"], which ends sending; ["read", COUNT]; ["read-all"];
["idle"], which fails unless nothing comes for a moment;
["reset"], which closes the connection with a reset; ["wait"], until a line comes on standard input. Text is Latin-1. Prints the bytes
that were read, as one JSON string.
"""

import json
import socket
import struct
import sys

connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
connection.settimeout(60)
received = b""
for step, *arguments in json.loads(sys.argv[2]):
    if step == "send":
        connection.sendall(arguments[0].encode("latin-1"))
    elif step == "repeat":
        connection.sendall(arguments[0].encode("latin-1") * arguments[1])
    elif step == "end":
        connection.shutdown(socket.SHUT_WR)
    elif step == "read":
        missing = arguments[0]
        while missing > 0 and (data := connection.recv(missing)):
            received += data
            missing -= len(data)
    elif step == "read-all":
        while data := connection.recv(65536):
            received += data
    elif step == "idle":
        connection.settimeout(0.2)
        try:
            sys.exit(f"received {connection.recv(100)}")
        except TimeoutError:
            connection.settimeout(60)
    elif step == "reset":
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    elif step == "wait":
        sys.stdin.readline()
print(json.dumps(received.decode("latin-1")))
