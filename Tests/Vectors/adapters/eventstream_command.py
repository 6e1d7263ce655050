#!/usr/bin/env python3
"""The adapter for this package: the command eventstream, which $EVENTSTREAM names."""

import json
import os
import subprocess

from adapter import Incomplete, serve

PROGRAM = os.environ.get("EVENTSTREAM", "eventstream")


def run(arguments, data):
    return subprocess.run([PROGRAM, *arguments], input=data, capture_output=True)


def decode(format, data):
    if format == "chunked":
        result = run(["chunked", "decode", "--json"], data)
        outcome = json.loads(result.stdout)
        if outcome["status"] == "incomplete":
            raise Incomplete
        if outcome["status"] == "error":
            raise ValueError(outcome["error"])
        return {"body": outcome["body"], "trailers": outcome["trailers"], "consumed": outcome["consumed"]}
    result = run(["decode", "--format", "json"], data)
    if result.returncode == 75:
        raise Incomplete
    if result.returncode:
        raise ValueError(result.stderr.decode().strip())
    return {"messages": [json.loads(line) for line in result.stdout.decode().split("\n") if line]}


version = run(["--version"], b"").stdout.decode().strip()
serve("EventStreamCodec", version, ["eventstream", "chunked"], decode)
