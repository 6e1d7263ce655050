"""Opens a URL in headless Chromium and prints its text while it is incomplete, and when it is complete: `python3 browser.py URL`.

It asks the browser over its debugging protocol, because `chromium --dump-dom` prints a page either before or after its events.
"""

import base64
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request


class Page:
    """A page of the browser, over a WebSocket (RFC 6455)."""

    def __init__(self, url):
        url = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((url.hostname, url.port), timeout=30)
        self.socket.sendall(
            f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def evaluate(self, expression):
        """The value of an expression in the page."""
        message = json.dumps({"id": 1, "method": "Runtime.evaluate", "params": {"expression": expression}}).encode()
        # A final text frame; the mask of a client may be zero.
        self.socket.sendall(b"\x81" + bytes([0x80 | 126]) + len(message).to_bytes(2, "big") + bytes(4) + message)
        length = self.stream.read(2)[1]
        if length >= 126:
            length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
        return json.loads(self.stream.read(length))["result"]["result"].get("value")


def text(page):
    return page.evaluate("document.getElementById('state')?.textContent + ': ' + document.getElementById('answer')?.textContent")


def main():
    browser = subprocess.Popen(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0",
         f"--user-data-dir={tempfile.mkdtemp()}", sys.argv[1]], stderr=subprocess.PIPE, text=True)
    try:
        for line in browser.stderr:
            if port := re.search(r"DevTools listening on ws://[^:]*:(\d+)", line):
                break
        deadline = time.monotonic() + 60
        pages = []
        while not pages and time.monotonic() < deadline:
            with urllib.request.urlopen(f"http://127.0.0.1:{port.group(1)}/json", timeout=30) as response:
                pages = [target for target in json.load(response) if target["type"] == "page"]
        page = Page(pages[0]["webSocketDebuggerUrl"])
        last, since, is_printed = "", time.monotonic(), False
        while not last.startswith("complete") and time.monotonic() < deadline:
            found = text(page)
            if found != last:
                last, since = found, time.monotonic()
            # Nothing has arrived for a second.
            elif found.startswith("answering") and not is_printed and time.monotonic() - since > 1:
                print(found, flush=True)
                is_printed = True
            time.sleep(0.05)
        print(last)
    finally:
        browser.terminate()
        browser.wait(timeout=30)


main()
