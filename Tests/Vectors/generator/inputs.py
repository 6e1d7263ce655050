"""What people pass to a program that expects an event stream: answers in other formats, pasted text, damaged streams.

NAME.json states the kind of the input, and what `eventstream decode --format payload` prints on standard error and exits with.
"""

import base64
import json
import struct
import zlib
from dataclasses import dataclass

from .eventstream.lambda_and_bedrock import invoke_complete, payload_chunk
from .eventstream.meaning import error_message, event, exception, headers_of, json_event
from .eventstream.outcomes import Message
from .eventstream.wire import Header, byte_array, compact, timestamp

# Compressed data depends on the version of zlib. This is a whole Converse stream, as `answer`.
COMPRESSED_ANSWER = bytes.fromhex(
    "1f8b080000000000020363606028636060089a76f5d73d6eabd4b2d4bc12dd92ca825476069edcd4e2e2c4f4d4e092c4a2125eabe4fcbc12"
    "84a4406241414e66726249667e9e7e56717e1eaf15543954012bd8a86aa5a2fc9c54252ba5c4e2e2cce292c4bc12a5dafc154767026d9c05"
    "c4e1dcb355fa516d1584dae394939f9ced929a539248b6d5c82679e6a5a456285919e828a580cc54b2aa562a49ad2801baccbde8f09ec3f3"
    "5315946a6b43b39f1e07ba6a36c86566bf79ed07d86589a5c50ade87b7e5e4019d7673e3db3b4067d50271d8b30cfe6ba84e13403630b824"
    "bf80aa2eabddace76b02b4b80a88034fe9b8a5a25ace0d4f2714d85b0cd41c949a085401f4786a5e4a7c496911d0dff1fb39ff006ded0262"
    "3f7e01e9b3a83673e4a69624a624521011a52031509067e615949684e467a7e6152b5919eb28e59796200998d6d67ecd4c2f02001006a732"
    "2c030000"
)

SSE = (
    'event: message_start\ndata: {"type":"message_start","message":{"id":"m1"}}\n\n'
    'event: message_stop\ndata: {"type":"message_stop"}\n\n'
)
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.amazon.eventstream\r\nConnection: close\r\n\r\n"
MIDDLE = "a stream that begins in the middle of a message; the first whole one is at byte "


@dataclass(frozen=True)
class Input:
    name: str
    data: bytes
    kind: str
    offset: "int | None"
    status: int
    errors: "tuple[str, ...]"

    @property
    def files(self):
        place = {} if self.offset is None else {"offset": self.offset}
        expected = {"kind": self.kind, **place, "status": self.status, "errors": list(self.errors)}
        return {f"{self.name}.bin": self.data, f"{self.name}.json": (compact(expected) + "\n").encode()}


def stream(*messages):
    return b"".join(message.wire for message in messages)


def event_first_type(event_type, payload=b"", content_type=None):
    """An event with its headers in the order of Kinesis and S3: the message type first."""
    content = {":content-type": content_type} if content_type else {}
    return Message(headers_of({":message-type": "event", ":event-type": event_type, **content}), payload)


def delta(text):
    return json_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": text}})


def answer():
    """A whole answer of Bedrock's Converse."""
    return stream(
        json_event("messageStart", {"role": "assistant"}),
        delta("Grüße "),
        delta("aus Köln"),
        json_event("contentBlockStop", {"contentBlockIndex": 0}),
        json_event("messageStop", {"stopReason": "end_turn"}),
        json_event("metadata", {"usage": {"inputTokens": 3, "outputTokens": 5}}),
    )


def something_else(name, data, kind, looks_like=None, offset=None):
    """An input whose first prelude is invalid."""
    data = data.encode() if isinstance(data, str) else data
    if len(data) < 12:
        fault = f"byte {len(data)}: found the end of the stream after {len(data)} bytes of a message, expected 12"
    else:
        found, expected = struct.unpack(">I", data[8:12])[0], zlib.crc32(data[:8])
        fault = f"byte 8: found prelude CRC {found:08x}, expected {expected:08x}, the CRC-32 of the 8 bytes before it"
    hint = "" if looks_like is None else f" (this looks like {looks_like})"
    status = 75 if looks_like is None and len(data) < 12 else 65
    return Input(name, data, kind, offset, status, (fault + hint,))


def event_stream(name, data, status=0, *errors):
    return Input(name, data, "eventStream", None, status, errors)


def text_inputs():
    body = '{"message":"Validation error: the profile is not valid"}'
    yield something_else("an-error-as-json", body, "json", "JSON: " + body)
    yield something_else("json-of-two-bytes", "{}", "json", "JSON: {}")
    yield something_else("json-on-several-lines", '\n [1,\n 2, 3]\n', "json", "JSON: \\n [1,\\n 2, 3]\\n")
    yield something_else("json-of-a-thousand-bytes", "[" + "1," * 500 + "1]", "json", "JSON: [" + "1," * 99 + "1")
    page = "<html><body>502 Bad Gateway</body></html>"
    yield something_else("a-page-of-a-proxy", page, "markup", "XML or HTML: " + page)
    yield something_else("server-sent-events", SSE, "serverSentEvents", "server-sent events")
    yield something_else("server-sent-events-that-begin-with-a-comment", ": ping\n\n", "serverSentEvents", "server-sent events")
    yield something_else("plain-text", "Internal Server Error", "unknown")
    yield something_else("plain-text-of-five-bytes", "Error", "unknown")
    replaced = answer().decode("utf-8", errors="replace").encode()
    yield something_else(
        "decoded-as-utf-8", replaced, "decodedAsText", "bytes that were decoded as UTF-8 text, which cannot be undone")


def http_inputs():
    yield something_else(
        "an-http-response", HEAD.encode() + answer(), "httpResponse",
        f"an HTTP response; its body begins at byte {len(HEAD)}", len(HEAD))
    interim = "HTTP/1.1 100 Continue\r\n\r\n" + HEAD
    yield something_else(
        "an-http-response-after-an-interim-one", interim.encode() + answer(), "httpResponse",
        f"an HTTP response; its body begins at byte {len(interim)}", len(interim))
    yield something_else("an-http-head-that-is-cut", HEAD[:40], "httpResponse", "an HTTP response")
    chunk = b"%x;a=b\r\n" % len(answer()) + answer() + b"\r\n0\r\n\r\n"
    yield something_else(
        "a-chunked-body", chunk, "chunkedBody", "an HTTP-chunked body; pipe it through eventstream chunked decode")
    yield something_else("gzip", COMPRESSED_ANSWER, "gzip", "gzip")


def encoded_inputs():
    hexadecimal, text = answer().hex(), base64.b64encode(answer()).decode()
    looks_like = "hexadecimal digits; use --input hex"
    yield something_else("hexadecimal-digits", hexadecimal + "\n", "hexadecimal", looks_like)
    spaced = " ".join(f"0x{byte:02X}" for byte in answer())
    yield something_else("hexadecimal-digits-with-prefixes", spaced, "hexadecimal", looks_like)
    lines = "\n".join(text[start : start + 76] for start in range(0, len(text), 76))
    yield something_else("base64-in-lines", lines, "base64", "base64; use --input base64")
    url = base64.urlsafe_b64encode(answer()).decode().rstrip("=")
    yield something_else("base64-for-urls-without-padding", url, "base64", "base64; use --input base64")
    looks_like = "a byte literal; use --input literal"
    yield something_else("a-literal-of-python", repr(answer()) + "\n", "byteLiteral", looks_like)
    octal = '"' + "".join(f"\\{byte:03o}" for byte in answer()) + '"'
    yield something_else("a-literal-of-c", octal, "byteLiteral", looks_like)
    yield something_else("base64-of-something-else", base64.b64encode(bytes(range(64))), "unknown")


def damaged_inputs():
    whole = answer()
    middle = json_event("messageStart", {"role": "assistant"}).wire[37:]
    from_first = stream(delta("Grüße "), delta("aus Köln"), *closing())
    yield something_else(
        "a-stream-from-the-middle-of-a-message", middle + from_first, "middleOfStream", MIDDLE + str(len(middle)), len(middle))
    payload = whole[12 + 82 :]
    yield something_else(
        "a-stream-from-a-payload-of-json", payload, "middleOfStream", MIDDLE + "24", 24)
    bad, good = json_event("contentBlockDelta", {"delta": {"text": "two "}}).wire, json_event(
        "contentBlockDelta", {"delta": {"text": "one "}}).wire
    corrupt = bad.replace(b"two", b"tvo")
    found, expected = struct.unpack(">I", corrupt[-4:])[0], zlib.crc32(corrupt[:-4])
    after = json_event("contentBlockDelta", {"delta": {"text": "three "}}).wire
    yield event_stream(
        "a-corrupt-message-in-the-middle", good + corrupt + after, 65,
        f"byte {len(good) + len(corrupt) - 4}: found message CRC {found:08x}, expected {expected:08x}, the CRC-32 of the "
        "message's bytes before it")


def closing():
    yield json_event("contentBlockStop", {"contentBlockIndex": 0})
    yield json_event("messageStop", {"stopReason": "end_turn"})
    yield json_event("metadata", {"usage": {"inputTokens": 3, "outputTokens": 5}})


def stream_inputs():
    start = json_event("messageStart", {"role": "assistant"})
    yield event_stream(
        "an-answer-without-its-end", stream(start, delta("partial answer"), json_event("contentBlockStop", {"contentBlockIndex": 0})))
    details = '{"message": "the model broke off", "originalStatusCode": 500}'
    broken = exception("modelStreamErrorException", {})
    yield event_stream(
        "an-exception-in-the-stream", stream(start, Message(broken.headers, details.encode())), 76,
        f"byte {len(start.wire)}: found exception modelStreamErrorException: {details}, expected an event")
    sorry = Message(headers_of({":error-message": "We are sorry", ":message-type": "error"}))
    yield event_stream(
        "an-error-without-a-code", sorry.wire, 76,
        "byte 0: found error without :error-code: We are sorry, expected an event")
    record = {"Data": "eyJhIjoxfQ==", "PartitionKey": "k", "SequenceNumber": "1"}
    shard = {"ContinuationSequenceNumber": "1", "MillisBehindLatest": 0, "Records": [record]}
    kinesis = "application/x-amz-json-1.1"
    yield event_stream(
        "an-initial-response", stream(
            event_first_type("initial-response", b"{}", kinesis),
            event_first_type("SubscribeToShardEvent", json.dumps(shard).encode(), kinesis)))
    yield event_stream(
        "an-error-of-a-function", stream(
            payload_chunk(b"half an ans"),
            invoke_complete(ErrorCode="Unhandled", ErrorDetails="boom", LogResult="U1RBUlQKRU5ECg==")))
    audio = event("AudioEvent", bytes(range(16)), "application/octet-stream")
    signed = [
        Message((Header(":date", timestamp(date)), Header(":chunk-signature", byte_array(signature))), payload)
        for date, signature, payload in [
            (1_700_000_000_000, bytes(range(32)), audio.wire), (1_700_000_001_000, bytes(32), b"")]]
    yield event_stream(
        "signed-messages", stream(*signed), 0,
        *(f"byte {offset}: found a message without :message-type, not printed" for offset in (0, len(signed[0].wire))))
    yield event_stream("cbor-that-is-utf-8-by-chance", event_first_type("increment", b"evalue", "application/cbor").wire)
    yield event_stream(
        "a-chunk-without-message-type",
        Message(headers_of({":event-type": "chunk", ":content-type": "application/json"}), b'{"bytes":"SGk="}').wire, 0,
        "byte 0: found a message without :message-type, not printed")
    yield event_stream(
        "chunks-of-an-agent", stream(
            json_event("chunk", {"bytes": "VGhlIGFuc3dlciA="}),
            json_event("chunk", {"attribution": {"citations": []}, "bytes": "aXN0IHNjaMO2bi4="}),
            json_event("trace", {"sessionId": "s", "trace": {}})))
    raw, progress = "application/octet-stream", b"<Progress><Details><BytesScanned>512</BytesScanned></Details></Progress>"
    yield event_stream(
        "rows-of-s3-select-with-progress", stream(
            event_first_type("Records", b"a,b\n1,", raw), event_first_type("Progress", progress, "text/xml"),
            event_first_type("Records", b"2\xc3", raw), event_first_type("Records", b"\xa9\n", raw),
            event_first_type("Stats", b"<Stats/>", "text/xml"), event_first_type("End")))
    slow = error_message("SlowDown", "Reduce your rate")
    yield event_stream(
        "an-error-with-a-code", stream(start, slow), 76,
        f"byte {len(start.wire)}: found error SlowDown: Reduce your rate, expected an event")


GROUPS = (text_inputs, http_inputs, encoded_inputs, damaged_inputs, stream_inputs)
