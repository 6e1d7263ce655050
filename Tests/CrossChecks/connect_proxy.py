#!/usr/bin/env python3
"""A proxy on loopback that connects every host to one port, or answers in place of every host.

    connect_proxy.py PORT|- [USER:PASSWORD]

Prints its port, then one JSON line for each connection: the line of the CONNECT request, the line of the request in it, and the
latter's header fields. With "-", requests to http URLs are answered with an empty event stream, and others are not.
"""

import base64
import json
import socket
import sys
import threading


def forward(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def read_head(connection):
    head = b""
    while b"\r\n\r\n" not in head:
        data = connection.recv(65536)
        if not data:
            break
        head += data
    lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    return lines[0], {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:]}


def serve(connection):
    connect, fields = read_head(connection)
    logged = {"connect": connect, "line": "", "headers": {}}
    answers_itself = sys.argv[1] == "-" and ":443 " not in connect
    expected = "Basic " + base64.b64encode(sys.argv[2].encode()).decode() if len(sys.argv) > 2 else None
    if fields.get("proxy-authorization") != expected:
        print(json.dumps(logged), flush=True)
        return connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    if answers_itself:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        logged["line"], logged["headers"] = read_head(connection)
    print(json.dumps(logged), flush=True)
    if answers_itself:
        return connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    if sys.argv[1] == "-":
        return
    server = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    thread = threading.Thread(target=forward, args=(server, connection), daemon=True)
    thread.start()
    forward(connection, server)
    thread.join()


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(60)
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        connection.settimeout(60)
        try:
            serve(connection)
        except OSError:
            pass
        connection.close()


if __name__ == "__main__":
    try:
        main()
    except TimeoutError:
        pass
