#!/usr/bin/env python3
"""Reads streamed responses with http.client.

lambda_client.py stream PORT PATH HOLD     prints status, first piece and body as JSON; makes the file HOLD, for which the
                                           function waits, when the first piece has come
lambda_client.py slow PORT PATH            reads a little, prints a line, waits for a line on standard input, and reads the rest;
                                           prints its length and SHA-256
lambda_client.py first-bytes PORT PATH N   N requests on one connection; prints the times to the first byte in ms
lambda_client.py gunzip PORT PATH          decompresses each piece when it arrives; prints the first piece, the body, and the time
                                           between the first piece and the end as JSON
lambda_client.py leave PORT PATH           leaves when the first piece has come
lambda_client.py raw PORT [half]           sends standard input as it is, and prints what comes back; closes its half first
lambda_client.py events PORT                invokes the function as an event with each line of standard input on one connection, in
                                           order; prints the statuses as JSON
lambda_client.py connect PORT...           connects and closes again and again, until nothing listens; prints a line when it has
                                           done so a hundred times at each port
lambda_client.py abandon PORT HOLD         leaves in the middle of a head, of a body, of a response, and before one; the function
                                           waits for the file HOLD, which is made when the client has left
"""

import hashlib
import http.client
import json
import socket
import sys
import threading
import time
import zlib

what, port = sys.argv[1], int(sys.argv[2])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)


def get(path):
    connection.request("GET", path)
    return connection.getresponse()


if what == "stream":
    response = get(sys.argv[3])
    body = first = response.read1()
    open(sys.argv[4], "w").close()
    body += response.read()
    print(json.dumps({"status": response.status, "first": first.decode("latin-1"), "body": body.decode("latin-1")}))
elif what == "slow":
    response = get(sys.argv[3])
    digest, count = hashlib.sha256(), 0
    while piece := response.read(65_536):
        if count == 0:
            print("reading", flush=True)
            sys.stdin.readline()
        digest.update(piece)
        count += len(piece)
    print(json.dumps({"count": count, "digest": digest.hexdigest()}))
elif what == "first-bytes":
    times = []
    for _ in range(int(sys.argv[4])):
        begin = time.perf_counter()
        response = get(sys.argv[3])
        response.read1()
        times.append((time.perf_counter() - begin) * 1_000)
        response.read()
    print(json.dumps(times))
elif what == "gunzip":
    response, inflate = get(sys.argv[3]), zlib.decompressobj(16 + zlib.MAX_WBITS)
    first = b""
    while not first:
        first = inflate.decompress(response.read1())
    begin = time.perf_counter()
    body = first + inflate.decompress(response.read())
    seconds = time.perf_counter() - begin
    print(json.dumps({"first": first.decode("latin-1"), "body": body.decode("latin-1"), "seconds": seconds}))
elif what == "leave":
    response = get(sys.argv[3])
    print(len(response.read1()))
elif what == "raw":
    with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
        peer.sendall(sys.stdin.buffer.read())
        if sys.argv[3:] == ["half"]:
            peer.shutdown(socket.SHUT_WR)
        while piece := peer.recv(65_536):
            sys.stdout.buffer.write(piece)
elif what == "events":
    statuses = []
    for line in sys.stdin:
        connection.request(
            "POST", "/2015-03-31/functions/function/invocations", line.strip(), {"X-Amz-Invocation-Type": "Event"})
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    print(json.dumps(statuses))
elif what == "connect":
    begun = threading.Barrier(len(sys.argv) - 2, action=lambda: print("connecting", flush=True))

    def connect(port):
        count = 0
        try:
            while True:
                socket.create_connection(("127.0.0.1", port), timeout=60).close()
                count += 1
                if count == 100:
                    begun.wait()
        except OSError:
            pass

    for port in sys.argv[2:]:
        threading.Thread(target=connect, args=(int(port),)).start()
elif what == "abandon":
    for request in [
        b"GET /pi",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
        b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"GET /large/1000000 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /wait?hold=%b HTTP/1.1\r\nHost: a\r\n\r\n" % sys.argv[3].encode(),
    ]:
        for reads in [False, True]:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as peer:
                peer.sendall(request)
                if reads and request.startswith(b"GET /large"):
                    peer.recv(100)
            if request.startswith(b"GET /wait"):
                open(sys.argv[3], "w").close()
