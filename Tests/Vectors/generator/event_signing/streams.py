"""Streams that are valid."""

from ..eventstream.wire import binary, frame
from .signing import Signing, Vector, date_header, signature_header, signed_stream

SIGNING = Signing("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "eu-central-1", "transcribe", bytes(range(32)))
NOON = 1_748_779_200_000  # 2025-06-01T12:00:00Z
AUDIO = frame(b"\x0d:message-type\x07\x00\x05event\x0b:event-type\x07\x00\x0aAudioEvent", binary(640))
TEXT = frame(b"\x0d:content-type\x07\x00\x0atext/plain", b"Hello, world!")
EMPTY = frame(b"")


def stream_vectors():
    yield valid("stream-only-end", "A stream without messages.", (NOON, b""))
    yield valid(
        "stream-empty-message",
        "A message without headers and payload has 16 bytes, unlike the end.",
        (NOON, EMPTY),
        (NOON, b""),
    )
    yield valid(
        "stream-same-message-twice",
        "The same message at the same time has another signature.",
        (NOON, TEXT),
        (NOON, TEXT),
        (NOON, b""),
    )
    yield valid(
        "stream-milliseconds",
        "Milliseconds are in the header, and not in the string to sign.",
        (NOON + 1, AUDIO),
        (NOON + 999, TEXT),
        (NOON + 1999, b""),
    )
    yield valid("stream-payload-of-20000-bytes", "A long payload.", (NOON, frame(b"", binary(20_000))), (NOON, b""))
    yield valid(
        "stream-leap-day",
        "February 29 of 2000, and of 2024.",
        (951_782_400_000, TEXT),
        (1_709_251_199_999, TEXT),
        (1_709_251_200_000, b""),
    )
    yield valid("stream-before-1970", "A negative timestamp.", (-1, TEXT), (-86_400_001, TEXT), (0, b""))
    yield valid(
        "stream-first-and-last-year",
        "The first and the last second of the years 1 to 9999.",
        (-62_135_596_800_000, TEXT),
        (253_402_300_799_999, b""),
    )
    yield valid(
        "stream-date-goes-back",
        "A verifier without a clock does not compare dates.",
        (NOON, TEXT),
        (NOON - 5000, TEXT),
        (NOON, b""),
    )
    event = SIGNING.event(NOON, TEXT)
    end = SIGNING.event(NOON, b"", event.signature)
    stream = event.message(signature_header(event.signature) + date_header(NOON)) + end.message()
    yield Vector("stream-signature-first", "The order of the headers has no meaning.", SIGNING, [event, end], stream, 1)


def valid(name, about, *dated):
    events = SIGNING.chain(*dated)
    return Vector(name, about, SIGNING, events, signed_stream(events), len(events) - 1)
