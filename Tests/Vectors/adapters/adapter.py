"""The line protocol of adapters, for those in Python. ../README.md describes it."""

import base64
import json
import sys


class Incomplete(Exception):
    """The input ends before the stream or body does."""


class Unread(Incomplete):
    """The decoder holds bytes that it has not decoded, and has no call that says so at the end of the input."""


def serve(name, version, formats, decode):
    """Answers the requests on standard input until it ends.

    `decode(format, data)` returns the answer's keys if the input is complete. It throws `Incomplete`, or any other exception if
    the input is invalid.
    """
    write({"name": name, "version": version, "formats": formats})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"status": "complete"} | decode(request["format"], base64.b64decode(request["input"]))
        except Unread:
            answer = {"status": "incomplete", "reported": False}
        except Incomplete:
            answer = {"status": "incomplete"}
        except Exception as error:
            answer = {"status": "error", "error": f"{type(error).__name__}: {error}"[:200]}
        write(answer)


def write(answer):
    print(json.dumps(answer), flush=True)


def base64_text(data):
    return base64.b64encode(bytes(data)).decode()
