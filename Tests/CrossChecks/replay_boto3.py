#!/usr/bin/env python3
"""Reads a replayed stream with boto3's client for Bedrock.

    replay_boto3.py URL converse|invoke

Prints one JSON object: the types of the events, and the name of the exception that ended them.
"""

import json
import sys

import boto3
from botocore.config import Config

url, operation = sys.argv[1:]
client = boto3.client(
    "bedrock-runtime", endpoint_url=url, region_name="us-east-1", aws_access_key_id="AKID", aws_secret_access_key="SECRET",
    config=Config(retries={"total_max_attempts": 1}, read_timeout=2, proxies={}))
events, failure = [], None
try:
    if operation == "converse":
        stream = client.converse_stream(modelId="model", messages=[{"role": "user", "content": [{"text": "?"}]}])["stream"]
    else:
        stream = client.invoke_model_with_response_stream(modelId="model", body=b"{}")["body"]
    for event in stream:
        events.extend(event)
except Exception as error:
    failure = type(error).__name__
print(json.dumps({"events": events, "failure": failure}))
