"""Published signatures: what is computed here, as everywhere, has to be what was published.

| vector | source |
|---|---|
| `published-smithy-rs` | smithy-rs, aws-sigv4, event_stream.rs; signature in smithy-kotlin, aws-sdk-swift and smithy-java |
| `published-smithy-rs-test-credentials` | the same input with smithy-rs's test credentials; the signature is computed |
| `published-go-v2` | aws-sdk-go-v2, aws/signer/v4/stream_test.go |
| `published-ruby` | smithy-typescript, SignatureV4.spec.ts, ported from aws-sdk-ruby's signer_spec.rb |
| `published-smithy-java` | smithy-java, SigV4EventSignerTest |
| `published-transcribe` | amazon-transcribe-streaming-sdk, tests/unit/test_eventstream.py |
| `published-java-v2-midnight` | aws-sdk-java-v2, EventStreamAws4SignerTest: the day changes between two events |
"""

import hashlib

from ..eventstream.wire import frame
from .signing import Signing, Vector, signed_stream


def published_vectors():
    yield from smithy_rs()
    yield go_v2()
    yield ruby()
    yield smithy_java()
    yield transcribe()
    yield java_v2_midnight()


def smithy_rs():
    seed = hashlib.sha256(b"last message sts").digest()
    inner = frame(b"\x0bsome-header\x07\x00\x05value", b"test payload")
    about = "One event, whose signature four SDKs have in their tests."
    signing = Signing("fake secret key", "us-east-1", "testservice", seed, "fake access key")
    event = signing.event(123_456_789_000, inner)
    expect(event, "1ea04a4f6becd85ae3e38e379ffaf4bb95042603f209512476cc6416868b31ee")
    yield without_end("published-smithy-rs", about, signing, [event])
    signing = Signing("notrealrnrELgWzOk3IfjzDKtFBhDby", "us-east-1", "testservice", seed, "ANOTREAL")
    event = signing.event(123_456_789_000, inner)
    expect(event, "08fed460df836999e1c4137962a3d6ad66a9e8c1bf8e8888e3cbeee26bbf774d")
    yield without_end("published-smithy-rs-test-credentials", "The same event with other credentials.", signing, [event])


def go_v2():
    signing = Signing("SECRET", "us-east-1", "transcribestreaming", b"foobarbazqux", "AKID")
    events, previous = [], None
    for text, seconds, signature in (
        (b"foo", 10, "e3a136405ec1152f62136742efd41f8639cd647a1cf21fab12aedb22cccd8999"),
        (b"bar", 20, "92a6ad677e839d3003672cb2cefc71ef80d42e8cb300fefce0807e8398c74068"),
        (b"baz", 30, "46d6660bd40f2ff5d6246a347895cabe7f4e89d9e1f4c6dad6dabdc801923be1"),
        (b"", 30, "492bcb3e21de447c85f8a9bef6c0eb833e992e405b9b3584be84edaccc5aad18"),
    ):
        events.append(expect(signing.event(seconds * 1000, text, previous, block=text), signature))
        previous = events[-1].signature
    return Vector("published-go-v2", "A chain over bytes that are not messages, from a seed of 12 bytes.", signing, events)


def ruby():
    signing = Signing("secret", "REGION", "SERVICE", b"", "akid")
    event = signing.event(1_546_045_446_000, b"foo", signed_at=1_369_353_600_000)
    expect(event, "204bb5e2713e95354680e9522986d3ac0304aeafd33397f39e6540ca51ffe226")
    return Vector(
        "published-ruby", "An empty prior signature; the header has another date than the signature.", signing, [event]
    )


def smithy_java():
    seed = bytes.fromhex("e1d8e8c8815e60969f2a34765c9a15945ffc0badbaa4b7e3b163ea19131e949b")
    signing = Signing("secret", "us-west-2", "demo", seed, "access")
    events = signing.chain(
        *((1_768_545_000_000 + 1000 * index, frame(b"", text)) for index, text in enumerate((b"A", b"B", b"C", b"")))
    )
    for event, signature in zip(
        events,
        (
            "4d6dc4197ca9045f693131a8321bffd3f0b5308835a2770c980551d2fd4b2e56",
            "75342279dd941fef5a494cc4b234545ee95be35805d5489ffb24959a9601d6ed",
            "c83a5b9f19bc3fe8247eec6d4a5d7806f4b47a6457559c58055c7017c6f3ce3e",
            "8b01a16c997aa5692d552b0b6cc4f308743882a0a035d9841ba0738a53420bef",
        ),
    ):
        expect(event, signature)
    return without_end(
        "published-smithy-java", "A chain; its last event is a message of 16 bytes, not the end.", signing, events
    )


def transcribe():
    signing = Signing("bar", "region-name", "signing-name", b"prior", "foo")
    event = signing.event(1_595_543_995_029, b"message")
    expect(event, "0ef56ebf8c570b3ef3dc9f41995ed137cd869cdba05918882b9b10707b6e2465")
    return Vector("published-transcribe", "A date with milliseconds.", signing, [event])


def java_v2_midnight():
    seed = bytes.fromhex("f21ae834dae1ebd27ccd3d1b8d93514ec914d4cd79575edd906667e9e12e591b")
    signing = Signing("s", "us-west-2", "name", seed, "a")
    inner = frame(b"", b"foo")
    events = signing.chain((1_577_923_199_000, inner), (1_577_923_200_000, inner), (1_577_923_200_000, b""))
    expect(events[0], "105b7b654d38debfd3244f14fb51b1257b1c98dc68aa621d1ad50897cc04f6ed")
    expect(events[2], "513446a340fb050cad895907d55a1f47ff1fdee16c338579411d40f20aebd7e3")
    return Vector(
        "published-java-v2-midnight", "The signing key changes at midnight UTC.", signing, events, signed_stream(events), 2
    )


def without_end(name, about, signing, events):
    stream = signed_stream(events)
    return Vector(name, about, signing, events, stream, len(events), ("endMissing", len(stream)))


def expect(event, signature):
    if event.signature.hex() != signature:
        raise ValueError(f"computed {event.signature.hex()}, published {signature}")
    return event
