#!/usr/bin/env python3
"""Signs requests with botocore, for comparison. Reads a JSON list of requests, and prints one of their Authorization headers.

A request is {"service", "method", "target", "body"}. Credentials, date and headers are those of the Swift test.
"""

import datetime
import json
import sys

import botocore.auth
import botocore.handlers
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CREDENTIALS = Credentials("AKID", "wJalrXUtnFEMI/K7MDENG", "token/+==")
NOW = datetime.datetime(2025, 6, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)


def authorization(request):
    is_s3 = request["service"] in botocore.handlers.S3_SIGNING_NAMES
    signer = (botocore.auth.S3SigV4Auth if is_s3 else botocore.auth.SigV4Auth)(CREDENTIALS, request["service"], "eu-west-1")
    headers = {"Host": "example.com", "X-Amz-Meta-A": " two   words "}
    signed = AWSRequest(request["method"], "https://example.com" + request["target"], headers, request["body"].encode())
    if is_s3:
        signed.context["client_config"] = type("Config", (), {"s3": {"payload_signing_enabled": True}})()
    signer.add_auth(signed)
    return {"authorization": signed.headers["Authorization"]}


def main():
    if hasattr(botocore.auth, "get_current_datetime"):
        botocore.auth.get_current_datetime = lambda remove_tzinfo=True: NOW.replace(tzinfo=None) if remove_tzinfo else NOW
    else:
        botocore.auth.datetime = type("Clock", (), {"datetime": type("Now", (), {"utcnow": staticmethod(lambda: NOW)})})
    print(json.dumps([authorization(request) for request in json.load(sys.stdin)]))


if __name__ == "__main__":
    main()
