"""Serves one shard like Kinesis, on the loopback address: `python3 server.py [PORT]`.

The shard has twenty records and is then closed. Each subscription ends in another way: normally (as after five minutes), with a
connection cut inside a message, with an exception, between two messages, and refused because the consumer has a subscription already.
"""

import base64
import http.server
import json
import struct
import sys
import zlib

RECORDS = 20
ENDS = ["normal", "cut inside a message", "in use", "exception", "cut between messages", "internal failure"]
endings = iter(ENDS * RECORDS)


def message(kind, type_name, payload):
    """An event-stream message with string headers."""
    fields = [(":message-type", kind), (f":{kind}-type", type_name), (":content-type", "application/json")]
    block = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(value)) + value.encode()
        for name, value in fields)
    body = json.dumps(payload).encode()
    head = struct.pack("!II", 16 + len(block) + len(body), len(block))
    head += struct.pack("!I", zlib.crc32(head))
    frame = head + block + body
    return frame + struct.pack("!I", zlib.crc32(frame))


def event(first):
    """An event with up to two records."""
    numbers = range(first, min(first + 2, RECORDS + 1))
    last = numbers[-1]
    fields = {
        "Records": [
            {"SequenceNumber": f"{number:05}", "PartitionKey": f"key-{number % 3}",
             "ApproximateArrivalTimestamp": 1.7e9 + number,
             "Data": base64.b64encode(f"record {number}".encode()).decode()} for number in numbers],
        "MillisBehindLatest": 0}
    if last < RECORDS:
        fields["ContinuationSequenceNumber"] = f"{last:05}"
    else:
        fields["ChildShards"] = [{"ShardId": "shardId-1"}, {"ShardId": "shardId-2"}]
    return last, message("event", "SubscribeToShardEvent", fields)


class Shard(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        position = request["StartingPosition"]
        last = int(position.get("SequenceNumber", 0))
        ending = next(endings)
        if ending in ("in use", "internal failure"):
            name = "ResourceInUseException" if ending == "in use" else "InternalFailure"
            body = json.dumps({"__type": name, "message": "Try again later."}).encode()
            self.send_response(400 if ending == "in use" else 500)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.amazon.eventstream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.chunk(message("event", "initial-response", {}))
        for _ in range(2):
            last, frame = event(last + 1)
            self.chunk(frame)
            if last == RECORDS:
                ending = "normal"
                break
        if ending == "cut inside a message":
            self.chunk(event(last + 1)[1][:50])
        if ending == "exception":
            self.chunk(message("exception", "InternalFailureException", {"message": "Try again later."}))
        if ending.startswith("cut"):
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 9004), Shard)
print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
