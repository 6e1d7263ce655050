#!/usr/bin/env python3
"""The adapter for nginx, which reads each input as a request and passes the body on. It drops trailers."""

import atexit
import os
import re
import select
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress

from adapter import Incomplete, base64_text, serve

HEAD = b"POST / HTTP/1.1\r\nHost: example\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log stderr error;
events {{}}
http {{
    access_log off; client_max_body_size 0; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
    fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen unix:{folder}/front;
        location / {{
            # The clients of this adapter close their side of the connection when they have sent everything.
            proxy_pass http://unix:{folder}/back; proxy_http_version 1.1; proxy_ignore_client_abort on;
        }}
    }}
}}
"""

folder = tempfile.mkdtemp()
back = socket.socket(socket.AF_UNIX)
back.bind(f"{folder}/back")
back.listen()
with open(f"{folder}/nginx.conf", "w") as file:
    file.write(CONFIGURATION.format(folder=folder))
nginx = subprocess.Popen(
    ["nginx", "-c", f"{folder}/nginx.conf", "-p", folder, "-e", "stderr"], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
)


@atexit.register
def stop():
    nginx.terminate()
    nginx.wait(timeout=20)
    shutil.rmtree(folder, ignore_errors=True)


def receive_all(connection):
    data = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            data += piece
    return data


def request_from_nginx():
    """Returns the body that nginx passes on, with a Content-Length."""
    connection, _ = back.accept()
    with connection:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1]) if b"ontent-" in head else 0
        while len(body) < length:
            body += connection.recv(65536)
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        return body


def decode(format, data):
    back.setblocking(False)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"{folder}/front")
        client.setblocking(True)
        with suppress(ConnectionError):
            client.sendall(HEAD + data)
            client.shutdown(socket.SHUT_WR)
        # The request arrives at the back, or the client gets an answer or the end of the connection.
        readable, _, _ = select.select([back, client], [], [])
        if back in readable:
            back.setblocking(True)
            return {"body": base64_text(request_from_nginx())}
        answer = receive_all(client)
        if answer:
            raise ValueError(answer.split(b"\r\n")[0].decode())
        raise Incomplete


deadline = time.monotonic() + 20
while not os.path.exists(f"{folder}/front") and time.monotonic() < deadline:
    time.sleep(0.01)
version = subprocess.run(["nginx", "-v"], capture_output=True, text=True).stderr.rpartition("/")[2].strip()
serve("nginx", version, ["chunked"], decode)
