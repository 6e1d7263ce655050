"""Answers of three services: Transcribe, S3 Select and Kinesis."""

from .meaning import error_message, event, exception, headers_of, json_event
from .outcomes import accepted, cut_message, refused
from .wire import Header, Message, base64_text, binary, byte_array, compact, split, timestamp


def transcript_event(words, partial):
    items = [
        {"Content": word, "StartTime": 0.25 * index, "EndTime": 0.25 * index + 0.2, "Type": "pronunciation"}
        for index, word in enumerate(words)
    ]
    result = {
        "Alternatives": [{"Items": items[-3:], "Transcript": " ".join(words)}],
        "EndTime": 0.25 * len(words),
        "IsPartial": partial,
        "ResultId": "5f3c9a1e-0000-4000-8000-00000000002a",
        "StartTime": 0.0,
    }
    return transcribe_message("event", ":event-type", "TranscriptEvent", {"Transcript": {"Results": [result]}})


def transcribe_message(message_type, kind, name, value):
    """Transcribe's order: the kind between the content type and the message type."""
    fields = {":content-type": "application/json", kind: name, ":message-type": message_type}
    return Message(headers_of(fields), compact(value).encode())


def signed(inner, milliseconds):
    """The envelope of a signed event; any 32 bytes do as its signature here."""
    signature = Header(":chunk-signature", byte_array(binary(32)))
    return Message((Header(":date", timestamp(milliseconds)), signature), inner)


def transcribe_vectors():
    words = "the speech goes on and every partial result repeats what came before it".split()
    partials = [transcript_event(words[:count], partial=True) for count in range(1, len(words))]
    whole = transcript_event(words, partial=False)
    yield accepted("transcribe-transcript", *partials, whole)
    text_for_people = "Your request timed out because no new audio was received for 15 seconds."
    refusal = transcribe_message("exception", ":exception-type", "BadRequestException", {"Message": text_for_people})
    yield accepted("transcribe-bad-request-first", refusal)
    yield accepted("transcribe-bad-request-after-transcripts", *partials[:10], refusal)
    audio = event("AudioEvent", binary(320), "application/octet-stream")
    start = 1_700_000_000_000
    inner = (audio.wire, audio.wire, b"")
    yield accepted("transcribe-signed-audio", *(signed(each, start + 20 * index) for index, each in enumerate(inner)))


def select_event(event_type, payload=b"", content_type=None):
    """S3's order: the message type first."""
    content = {":content-type": content_type} if content_type else {}
    return Message(headers_of({":message-type": "event", ":event-type": event_type, **content}), payload)


def select_counts(event_type, scanned, returned):
    root = f"<{event_type}><BytesScanned>{scanned}</BytesScanned><BytesProcessed>{scanned}</BytesProcessed>"
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{root}<BytesReturned>{returned}</BytesReturned></{event_type}>'
    return select_event(event_type, xml.encode(), "text/xml")


def s3_select_vectors():
    rows = "1,Zoë,\"a, b\"\n2,李雷,c\n3,🙂,d\n".encode()
    records = [select_event("Records", part, "application/octet-stream") for part in split(rows, 1, 5, 18, 30)]
    keep_alive, end = select_event("Cont"), select_event("End")
    progress, stats = select_counts("Progress", 512, 20), select_counts("Stats", 1024, len(rows))
    yield accepted("s3-select-records", *records[:2], keep_alive, progress, *records[2:], stats, end)
    yield accepted("s3-select-no-records", stats, end)
    failed = error_message("InternalError", "We encountered an internal error. Please try again.")
    yield accepted("s3-select-error", records[0], keep_alive, failed)
    yield refused("s3-select-cut-before-end", cut_message(end.wire, 12), before=(*records, stats))


KINESIS_JSON = "application/x-amz-json-1.1"


def kinesis_event(number, record_count):
    records = [
        {
            "ApproximateArrivalTimestamp": 1_700_000_000.125 + index,
            "Data": base64_text(f"record {number}.{index}".encode()),
            "EncryptionType": "NONE",
            "PartitionKey": f"key-{index}",
            "SequenceNumber": f"4954398{number:049}{index:03}",
        }
        for index in range(record_count)
    ]
    continuation = f"4954398{number:049}999"
    value = {"ContinuationSequenceNumber": continuation, "MillisBehindLatest": 0, "Records": records}
    return json_event("SubscribeToShardEvent", value, KINESIS_JSON)


def kinesis_vectors():
    opening = json_event("initial-response", {}, KINESIS_JSON)
    events = [kinesis_event(number, record_count) for number, record_count in enumerate((2, 0, 1, 5, 0))]
    yield accepted("kinesis-subscribe-to-shard", opening, *events)
    yield accepted("kinesis-subscribe-to-shard-idle", opening, *events[1:2] * 4)
    failed = exception("ResourceNotFoundException", {"message": "the shard is gone"})
    yield accepted("kinesis-subscribe-to-shard-exception", opening, events[0], failed)
