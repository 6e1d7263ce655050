#!/usr/bin/env python3
"""Takes the picture of mitmproxy's content view, mitmproxy.png, with mitmweb and a headless Chromium.

    python3 Viewers/screenshot.py [VECTOR]

Needs a Python (3.12 or newer) that has mitmproxy 12, and the programs mitmweb (next to it) and chromium.
"""

import base64
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow, tutils

FOLDER = Path(__file__).resolve().parent
MEDIA_TYPE = b"application/vnd.amazon.eventstream"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def write_flow(path, vector):
    body = (FOLDER.parent / "Tests" / "Vectors" / "eventstream" / f"{vector}.bin").read_bytes()
    request = tutils.treq(
        host="bedrock-runtime.eu-west-1.amazonaws.com", path=b"/model/example/converse-stream", content=b"{}", method=b"POST"
    )
    flow = tflow.tflow(req=request, resp=tutils.tresp(content=body, headers=((b"content-type", MEDIA_TYPE),)))
    with open(path, "wb") as file:
        FlowWriter(file).add(flow)
    return flow.id


class Browser:
    """A page of a headless Chromium, driven through its debugging protocol over a WebSocket (RFC 6455)."""

    def __init__(self, port):
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        url = next(page for page in pages if page["type"] == "page")["webSocketDebuggerUrl"]
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        path = url.split(str(port), 1)[1]
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        self.file = self.socket.makefile("rb")
        while self.file.readline() != b"\r\n":
            pass
        self.number = 0

    def call(self, method, **parameters):
        self.number += 1
        data = json.dumps({"id": self.number, "method": method, "params": parameters}).encode()
        length = struct.pack(">BH", 0xFE, len(data)) if len(data) > 125 else bytes([0x80 | len(data)])
        # A mask of zeros.
        self.socket.sendall(b"\x81" + length + bytes(4) + data)
        while True:
            answer = json.loads(self.read())
            if answer.get("id") == self.number:
                return answer["result"]

    def read(self):
        data = b""
        while True:
            first, length = self.file.read(2)
            if length == 126:
                length = int.from_bytes(self.file.read(2), "big")
            elif length == 127:
                length = int.from_bytes(self.file.read(8), "big")
            data += self.file.read(length)
            if first & 0x80:
                return data

    def evaluate(self, expression):
        return self.call("Runtime.evaluate", expression=expression)["result"].get("value")

    def wait_for(self, expression):
        deadline = time.monotonic() + 60
        while not self.evaluate(expression):
            if time.monotonic() > deadline:
                sys.exit(f"screenshot.py: {expression} is not true after 60 seconds")
            time.sleep(0.1)


def wait_for_port(port):
    deadline = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def main():
    vector = sys.argv[1] if len(sys.argv) > 1 else "bedrock-converse"
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        flow = write_flow(f"{folder}/flow", vector)
        web, debugging = free_port(), free_port()
        try:
            mitmweb = [Path(sys.executable).parent / "mitmweb", "-r", f"{folder}/flow", "-s", FOLDER / "mitmproxy_eventstream.py"]
            mitmweb += ["-n", "--no-web-open-browser", "--web-port", str(web), "--set", "web_password=screenshot"]
            mitmweb += ["--set", f"confdir={folder}/settings"]
            processes.append(subprocess.Popen(mitmweb, stdout=subprocess.DEVNULL))
            wait_for_port(web)
            chromium = ["chromium", "--headless=new", "--no-sandbox", "--hide-scrollbars", "--window-size=1340,800"]
            chromium += [f"--remote-debugging-port={debugging}", f"--user-data-dir={folder}/chromium", "about:blank"]
            processes.append(subprocess.Popen(chromium, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            wait_for_port(debugging)
            browser = Browser(debugging)
            browser.call("Page.enable")
            browser.call("Page.navigate", url=f"http://127.0.0.1:{web}/?token=screenshot#/flows/{flow}/response")
            browser.wait_for("document.body && document.body.innerText.includes('total length')")
            picture = browser.call("Page.captureScreenshot", format="png")["data"]
            (FOLDER / "mitmproxy.png").write_bytes(base64.b64decode(picture))
        finally:
            for process in processes:
                process.terminate()
                process.wait(timeout=20)
    print(f"wrote {FOLDER / 'mitmproxy.png'}")


if __name__ == "__main__":
    main()
