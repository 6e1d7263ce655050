#!/usr/bin/env bash
# A Lambda function with nothing but bash and curl. It streams three lines, each when it is written; after the first it
# waits until there is a file of the name that a query of hold=NAME gives.
set -euo pipefail
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
head=$(mktemp)
trap 'rm -f "$head"' EXIT

handle() {
    printf '{"statusCode":201,"headers":{"Content-Type":"text/plain"}}\0\0\0\0\0\0\0\0'
    printf 'bash begins\n'
    hold=$(sed -n 's/.*"rawQueryString":"hold=\([^"]*\)".*/\1/p' <<< "$1")
    until [ -z "$hold" ] || [ -e "$hold" ]; do sleep 0.02; done
    printf 'bash goes on\n'
    printf 'bash has done, %d bytes of event\n' "${#1}"
}

while true; do
    event=$(curl -sS -D "$head" "$api/invocation/next")
    id=$(tr -d '\r' < "$head" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: //Ip')
    # -T - reads the pipe as it fills, and sends chunks.
    handle "$event" | curl -sS -N -o /dev/null -X POST -T - \
        -H 'Transfer-Encoding: chunked' -H 'Expect:' \
        -H 'Lambda-Runtime-Function-Response-Mode: streaming' \
        -H 'Content-Type: application/vnd.awslambda.http-integration-response' \
        "$api/invocation/$id/response"
done
