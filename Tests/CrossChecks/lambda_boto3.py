#!/usr/bin/env python3
"""Calls a local Lambda with boto3 and prints what comes of it as JSON.

lambda_boto3.py ENDPOINT PAYLOAD stream|buffered [HOLD]

With HOLD the file of that name is made when the first piece has come; the function waits for it.
"""

import base64
import json
import sys

import boto3
import botocore.config

endpoint, payload, mode, *hold = sys.argv[1:]
client = boto3.client(
    "lambda", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local",
    config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60),
)
if mode == "stream":
    answer = client.invoke_with_response_stream(FunctionName="function", Payload=payload, LogType="Tail")
    body, first, complete = b"", None, None
    for event in answer["EventStream"]:
        if "PayloadChunk" in event:
            body += event["PayloadChunk"]["Payload"]
            if first is None:
                first = body.decode("latin-1")
                for name in hold:
                    open(name, "w").close()
        if "InvokeComplete" in event:
            complete = event["InvokeComplete"]
else:
    answer = client.invoke(FunctionName="function", Payload=payload, LogType="Tail")
    body, first = answer["Payload"].read(), None
    complete = {"ErrorCode": answer.get("FunctionError"), "LogResult": answer.get("LogResult")}
if (complete or {}).get("LogResult"):
    complete["LogResult"] = base64.b64decode(complete["LogResult"]).decode()
print(
    json.dumps(
        {
            "status": answer["StatusCode"], "version": answer["ExecutedVersion"], "first": first,
            "body": body.decode("latin-1"), "complete": complete,
        }
    )
)
