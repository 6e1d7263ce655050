"""Answers of two services: Lambda's InvokeWithResponseStream, and the models of Bedrock."""

import string as characters

from .meaning import event, exception, json_event
from .outcomes import accepted, cut_message, refused
from .wire import base64_text, binary, compact, split

PUBLISHED_PAYLOAD_CHUNK = bytes.fromhex(
    "000000770000005aa56e5b5c0b3a6576656e742d7479706507000c5061796c6f61644368756e6b0d3a636f6e74656e742d74797065070018"
    "6170706c69636174696f6e2f6f637465742d73747265616d0d3a6d6573736167652d747970650700056576656e7448656c6c6f2c20776f72"
    "6c6421afa6bd08"
)
PUBLISHED_INVOKE_COMPLETE = bytes.fromhex(
    "00000066000000541f56c8690b3a6576656e742d7479706507000e496e766f6b65436f6d706c6574650d3a636f6e74656e742d7479706507"
    "00106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576656e747b7d7006d467"
)


def payload_chunk(payload):
    return event("PayloadChunk", payload, "application/octet-stream")


def invoke_complete(**fields):
    return json_event("InvokeComplete", fields)


def published(name, stream, expected):
    """A vector of bytes from elsewhere, which this generator has to reproduce."""
    if stream != expected.wire:
        raise ValueError(f"{name}: the encoding differs from the published bytes")
    return accepted(name, expected)


def lambda_vectors():
    yield published("lambda-payload-chunk", PUBLISHED_PAYLOAD_CHUNK, payload_chunk(b"Hello, world!"))
    yield published("lambda-invoke-complete", PUBLISHED_INVOKE_COMPLETE, invoke_complete())
    chunks = [payload_chunk(part) for part in (b"Once ", b"upon ", b"a time", b"", binary(100))]
    yield accepted("lambda-invocation", *chunks, invoke_complete())
    log = b"START RequestId: 6f1c Version: $LATEST\nEND RequestId: 6f1c\nREPORT RequestId: 6f1c\tDuration: 12.50 ms\n"
    yield accepted("lambda-invocation-with-log", *chunks[:2], invoke_complete(LogResult=base64_text(log)))
    details = compact({"errorType": "Runtime.Unknown", "errorMessage": "the source \"failed\"", "stackTrace": []})
    failed = invoke_complete(ErrorCode="Runtime.Unknown", ErrorDetails=details, LogResult=base64_text(log))
    yield accepted("lambda-invocation-that-fails", *chunks[:3], failed)
    yield accepted("lambda-invocation-without-payload", invoke_complete())
    yield accepted("lambda-invocation-without-invoke-complete", *chunks)
    yield refused("lambda-invocation-cut", cut_message(chunks[2].wire, 60), before=tuple(chunks[:2]))
    characters_in_pieces = map(payload_chunk, split("né 😀".encode(), 2, 5))
    yield accepted("lambda-chunks-split-characters", *characters_in_pieces, invoke_complete())
    yield from lambda_http_vectors()


def lambda_http_vectors():
    head = compact({"statusCode": 404, "headers": {"content-type": "text/html"}, "cookies": ["a=b; Secure"]}).encode()
    end = len(head)
    response = head + bytes(8) + b"<h1>Not here</h1>"
    splits = {
        "whole": (),
        "split-in-the-json": (20, end),
        "split-in-the-nuls": (end + 3, end + 8),
        "nuls-split-into-three": (end, end + 1, end + 7),
        "in-single-bytes": tuple(range(1, 30)),
    }
    for name, offsets in splits.items():
        chunks = map(payload_chunk, split(response, *offsets))
        yield accepted(f"lambda-http-prelude-{name}", *chunks, invoke_complete())
    head_only, nuls = payload_chunk(head + bytes(8)), payload_chunk(bytes(9))
    yield accepted("lambda-http-prelude-without-body", head_only, invoke_complete())
    yield accepted("lambda-http-prelude-body-of-nuls", head_only, nuls, invoke_complete())


SENTENCE = "Streams carry small pieces of text , “quoted” , naïve , 日本 or 🙂 , one event each .".split()


def padded(value, index):
    """The value with a key of varying length that hides the size of the rest, as Bedrock sends it."""
    alphabet = characters.ascii_lowercase + characters.ascii_uppercase + characters.digits
    return {**value, "p": alphabet[: 1 + 11 * index % len(alphabet)]}


def model_chunk(value, index):
    """A `chunk` event, whose payload holds the model's own JSON in base64."""
    return json_event("chunk", padded({"bytes": base64_text(compact(value).encode())}, index))


def model_chunks():
    for index, word in enumerate(SENTENCE):
        yield model_chunk({"index": index, "outputText": word + " ", "completionReason": None}, index)
    metrics = {"inputTokenCount": 12, "outputTokenCount": len(SENTENCE), "invocationLatency": 873}
    last = {"outputText": "", "completionReason": "FINISH", "amazon-bedrock-invocationMetrics": metrics}
    yield model_chunk(last, len(SENTENCE))


def conversation():
    """Text, a call of a tool, and the counts: the events of one answer of ConverseStream."""
    yield "messageStart", {"role": "assistant"}
    for word in SENTENCE:
        yield "contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": word + " "}}
    yield "contentBlockStop", {"contentBlockIndex": 0}
    tool = {"toolUseId": "tooluse_0001", "name": "weather"}
    yield "contentBlockStart", {"contentBlockIndex": 1, "start": {"toolUse": tool}}
    for piece in ("", '{"city', '": "Zürich"', ', "days": 3}'):
        yield "contentBlockDelta", {"contentBlockIndex": 1, "delta": {"toolUse": {"input": piece}}}
    yield "contentBlockStop", {"contentBlockIndex": 1}
    yield "messageStop", {"stopReason": "tool_use"}
    usage = {"inputTokens": 40, "outputTokens": 31, "totalTokens": 71}
    yield "metadata", {"metrics": {"latencyMs": 1204}, "usage": usage}


def bedrock_vectors():
    chunks = tuple(model_chunks())
    yield accepted("bedrock-invoke-model", *chunks)
    throttled = exception("throttlingException", {"message": "Too many requests, please wait before trying again."})
    yield accepted("bedrock-invoke-model-throttled", *chunks[:3], throttled)
    failed = exception("modelStreamErrorException", {"message": "stopped", "originalStatusCode": 424})
    yield accepted("bedrock-invoke-model-stream-error", chunks[0], failed)
    yield accepted("bedrock-invoke-model-empty-chunk", json_event("chunk", {"bytes": ""}))
    events = [json_event(name, padded(value, index)) for index, (name, value) in enumerate(conversation())]
    yield accepted("bedrock-converse", *events)
    yield refused("bedrock-converse-cut", cut_message(events[5].wire, 100), before=tuple(events[:5]))
