#!/usr/bin/env python3
"""A Lambda function and its runtime with nothing but Python's standard library.

What it does depends on the path of a function URL, or on "do" in the event of an SDK; the tests say what they expect.
"""

import base64
import http.client
import json
import os
import signal
import socket
import sys
import threading
import time

API = "/2018-06-01/runtime/"
HOST = os.environ["AWS_LAMBDA_RUNTIME_API"]
PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response"


class Response:
    """A streamed response to one invocation, its framing written by hand, so that it can also be wrong."""

    def __init__(self, identifier, content_type="application/octet-stream", mode="streaming"):
        host, port = HOST.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.socket.sendall(
            (
                f"POST {API}invocation/{identifier}/response HTTP/1.1\r\n"
                f"Host: {HOST}\r\n"
                f"Content-Type: {content_type}\r\n"
                f"Lambda-Runtime-Function-Response-Mode: {mode}\r\n"
                "Transfer-Encoding: chunked\r\n"
                "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
            ).encode()
        )

    def write(self, data):
        self.socket.sendall(b"%x\r\n%b\r\n" % (len(data), data))

    def prelude(self, **prelude):
        self.write(json.dumps(prelude).encode() + bytes(8))

    def end(self, trailers=b""):
        self.socket.sendall(b"0\r\n" + trailers + b"\r\n")
        return self.answer()

    def fail(self, kind, message):
        body = json.dumps({"errorType": kind, "errorMessage": message, "stackTrace": ["function.py"]})
        return self.end(
            b"Lambda-Runtime-Function-Error-Type: %b\r\nLambda-Runtime-Function-Error-Body: %b\r\n"
            % (kind.encode(), base64.b64encode(body.encode()))
        )

    def answer(self):
        answer = http.client.HTTPResponse(self.socket)
        answer.begin()
        text = answer.read().decode()
        self.socket.close()
        print(f"the Runtime API answers {answer.status} {text}", flush=True)
        return answer.status


def post(path, body, is_quiet=False, **fields):
    connection = http.client.HTTPConnection(HOST)
    connection.request("POST", API + path, body, {name.replace("_", "-"): value for name, value in fields.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    if not is_quiet:
        print(f"the Runtime API answers {answer.status} {text}", flush=True)
    connection.close()


def handle(identifier, event, headers):
    words = (event.get("do") or event.get("rawPath", "/").strip("/")).split("/")
    query = event.get("queryStringParameters") or {}

    def wait():
        """Waits until the client, who has got what was written so far, makes a file of this name."""
        path = query.get("hold", event.get("hold"))
        while path and not os.path.exists(path):
            time.sleep(0.005)

    match words:
        case ["hello"]:
            response = Response(identifier, "text/plain")
            response.write(b"Hello\n")
            wait()
            response.write(b"streaming\n")
            response.write(b"world\n")
            response.end()
        case ["ping"]:
            response = Response(identifier, "text/plain")
            response.write(b"pong")
            response.end()
        case ["page"]:
            response = Response(identifier, PRELUDE_TYPE)
            response.prelude(statusCode=200, headers={"Content-Type": "text/html; charset=utf-8"})
            # Browsers show nothing before they have seen about a kilobyte.
            response.write(b"<!doctype html><title>page</title><p id=first>first part</p><!--" + b" " * 2_048 + b"-->")
            wait()
            response.write(b"<p id=last>last part</p>")
            response.end()
        case ["prelude"]:
            response = Response(identifier, PRELUDE_TYPE)
            # The NULs straddle chunks.
            head = json.dumps(
                {
                    "statusCode": 418,
                    "headers": {"X-One": "1", "Content-Type": "text/plain", "Content-Length": "9"},
                    "multiValueHeaders": {"X-Many": ["a", "b"]},
                    "cookies": ["a=1; Path=/", "b=2"],
                }
            ).encode()
            for piece in [head[:7], head[7:] + bytes(3), bytes(4), b"\0short and stout"]:
                response.write(piece)
            response.end()
        case ["empty"]:
            response = Response(identifier, PRELUDE_TYPE)
            response.prelude(statusCode=404, headers={})
            response.end()
        case ["bad-prelude"]:
            response = Response(identifier, PRELUDE_TYPE)
            response.write(b"this is no prelude" + bytes(8))
            response.end()
        case ["echo", *_]:
            body = json.dumps({"event": event, "headers": headers}).encode()
            post(f"invocation/{identifier}/response", body, Content_Type="application/json")
        case ["described"]:
            described = {"statusCode": 201, "headers": {"X-Number": 7}, "cookies": ["c=3"], "body": "aGkK", "isBase64Encoded": True}
            post(f"invocation/{identifier}/response", json.dumps(described).encode())
        case ["describe"]:
            # The body of the request describes the response.
            post(f"invocation/{identifier}/response", event["body"].encode())
        case ["prelude-of"]:
            response = Response(identifier, PRELUDE_TYPE)
            response.write(event["body"].encode() + bytes(8) + b"body")
            response.end()
        case ["no-prelude"]:
            response = Response(identifier, PRELUDE_TYPE)
            response.write(b'{"statusCode":200}')
            response.end()
        case ["environment"]:
            post(f"invocation/{identifier}/response", json.dumps(dict(os.environ)).encode())
        case ["mumble"]:
            print("no line feed", end="", flush=True)
            post(f"invocation/{identifier}/response", b'"mumbled"', is_quiet=True)
        case ["print"]:
            print("something for the log", flush=True)
            post(f"invocation/{identifier}/response", b'"printed"')
        case ["record", word]:
            wait()
            with open(event["file"], "a") as file:
                print(word, file=file)
            post(f"invocation/{identifier}/response", b'"recorded"')
        case ["fail-once"]:
            # Fails unless the file is there, and makes it.
            if os.path.exists(event["file"]):
                post(f"invocation/{identifier}/response", b'"succeeded"')
            else:
                open(event["file"], "w").close()
                post(f"invocation/{identifier}/error", b'{"errorType":"Teapot.Cold","errorMessage":"no tea"}')
        case ["late-init-error"]:
            post("init/error", json.dumps({"errorType": "Teapot.Missing", "errorMessage": "no kettle"}).encode())
            post(f"invocation/{identifier}/response", b'"late"')
        case ["exit", status]:
            os._exit(int(status))
        case ["shout", count]:
            for _ in range(int(count)):
                sys.stdout.write("x" * 999 + "\n")
            sys.stdout.flush()
            post(f"invocation/{identifier}/response", b'"shouted"')
        case ["fail"]:
            error = {"errorType": "Teapot.Cold", "errorMessage": "no tea", "stackTrace": []}
            post(
                f"invocation/{identifier}/error", json.dumps(error).encode(),
                Lambda_Runtime_Function_Error_Type="Teapot.Cold",
            )
        case ["fail-in-lines"]:
            error = {"errorType": "Teapot.Cold", "errorMessage": "no \u001b[31mtea"}
            post(f"invocation/{identifier}/error", json.dumps(error, indent=1, ensure_ascii=False).encode())
        case ["fail-midway"]:
            response = Response(identifier, "text/plain")
            response.write(b"so far so good\n")
            wait()
            response.fail("Teapot.Broken", 'the "pot" broke')
        case ["fail-at-once"]:
            Response(identifier, "text/plain").fail("Teapot.Broken", "no pot")
        case ["cut"]:
            response = Response(identifier, "text/plain")
            response.write(b"so far so good\n")
            response.socket.sendall(b"20\r\nnot thirty-two")
            response.socket.shutdown(socket.SHUT_WR)
            response.answer()
        case ["garbage"]:
            response = Response(identifier, "text/plain")
            response.write(b"so far so good\n")
            response.socket.sendall(b"xyz\r\n")
            response.answer()
        case ["mode"]:
            Response(identifier, mode="dripping").answer()
        case ["die"]:
            response = Response(identifier, "text/plain")
            response.write(b"so far so good\n")
            wait()
            os.kill(os.getpid(), signal.SIGKILL)
        case ["hang"]:
            response = Response(identifier, "text/plain")
            response.write(b"so far so good\n")
            time.sleep(60)
        case ["large", count]:
            response = Response(identifier)
            block = bytes(range(256)) * 256
            left = int(count)
            try:
                while left > 0:
                    response.write(block[:left])
                    left -= len(block)
            except OSError as error:
                print(f"writing failed: {error}", flush=True)
                response.socket.close()
                return
            response.end()
        case ["buffered", count]:
            post(f"invocation/{identifier}/response", json.dumps("x" * int(count)).encode())
        case ["twice"]:
            post(f"invocation/{identifier}/response", b'"once"')
            post(f"invocation/{identifier}/response", b'"twice"')
        case ["twice-at-once"]:
            response = Response(identifier, "text/plain")
            response.write(b"once\n")
            wait()
            Response(identifier, "text/plain").answer()
            response.end()
        case ["speak-for", other]:
            Response(other, "text/plain").answer()
            post(f"invocation/{other}/error", b"{}")
            post(f"invocation/{identifier}/response", b'"myself"')
        case ["stop"]:
            post(f"invocation/{identifier}/response", b'"the last"')
            time.sleep(60)
        case ["wait"]:
            wait()
            post(f"invocation/{identifier}/response", b'"waited"')
        case ["deaf"]:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            post(f"invocation/{identifier}/response", str(os.getpid()).encode())
            time.sleep(60)
        case ["pid"]:
            post(f"invocation/{identifier}/response", str(os.getpid()).encode())
        case _:
            post(f"invocation/{identifier}/response", json.dumps(event).encode())


def loop():
    connection = http.client.HTTPConnection(HOST)
    while True:
        connection.request("GET", API + "invocation/next")
        answer = connection.getresponse()
        event = json.loads(answer.read())
        handle(answer.headers["Lambda-Runtime-Aws-Request-Id"], event, dict(answer.headers))


if len(sys.argv) > 1 and sys.argv[1] == "--fail-to-start":
    post("init/error", json.dumps({"errorType": "Teapot.Missing", "errorMessage": "no kettle"}).encode())
    sys.exit(1)
threads = int(sys.argv[2]) if len(sys.argv) > 2 and sys.argv[1] == "--threads" else 1
for _ in range(threads - 1):
    threading.Thread(target=loop, daemon=True).start()
loop()
