"""Signed messages, each chained to the one before it, and the files of a vector."""

import datetime
import hashlib
import hmac
import json
import struct
from dataclasses import dataclass, field

from ..eventstream.wire import counted, frame, u16


@dataclass(frozen=True)
class Signing:
    """What both sides know. The seed is the signature of the request, as bytes."""

    secret_access_key: str
    region: str
    service: str
    seed: bytes
    access_key_id: str = "AKIDEXAMPLE"

    def event(self, milliseconds, payload, previous=None, block=None, signed_at=None):
        """The event with that payload: a whole encoded message, or nothing at the end of the stream."""
        block = date_header(milliseconds) if block is None else block
        time = milliseconds if signed_at is None else signed_at
        text = self.string_to_sign(time, self.seed if previous is None else previous, block, payload)
        return Event(time, block, payload, text, hmac.digest(self.key(time), text.encode(), "sha256"))

    def string_to_sign(self, milliseconds, previous, block, payload):
        scope = [timestamp(milliseconds)[:8], self.region, self.service, "aws4_request"]
        hashes = [hashlib.sha256(part).hexdigest() for part in (block, payload)]
        return "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", timestamp(milliseconds), "/".join(scope), previous.hex(), *hashes])

    def key(self, milliseconds):
        key = b"AWS4" + self.secret_access_key.encode()
        for part in (timestamp(milliseconds)[:8], self.region, self.service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key

    def chain(self, *dated):
        """The events of a stream, from pairs of a date and a payload."""
        events = []
        for milliseconds, payload in dated:
            events.append(self.event(milliseconds, payload, events[-1].signature if events else None))
        return events


@dataclass(frozen=True)
class Event:
    """A signed event. The headers that are signed are usually only the date."""

    milliseconds: int
    block: bytes
    payload: bytes
    string_to_sign: str
    signature: bytes

    def message(self, headers=None):
        """The signed message, with these headers instead of the usual ones."""
        return frame(self.block + signature_header(self.signature) if headers is None else headers, self.payload)


@dataclass(frozen=True)
class Vector:
    """What a verifier must find. A vector of events without a stream only has signatures to compute."""

    name: str
    about: str
    signing: Signing
    events: list
    stream: bytes | None = None
    messages: int = 0
    error: tuple | None = None
    files: dict = field(default_factory=dict, compare=False)

    def __post_init__(self):
        contents = {
            "about": self.about,
            "accessKeyID": self.signing.access_key_id,
            "secretAccessKey": self.signing.secret_access_key,
            "region": self.signing.region,
            "service": self.signing.service,
            "seedSignature": self.signing.seed.hex(),
            "events": [
                {
                    "date": event.milliseconds,
                    "headers": event.block.hex(),
                    "payload": event.payload.hex(),
                    "stringToSign": event.string_to_sign,
                    "signature": event.signature.hex(),
                }
                for event in self.events
            ],
            "outcome": None,
        }
        if self.stream is not None:
            error = self.error and {"code": self.error[0], "offset": self.error[1]}
            contents["outcome"] = {"messages": self.messages, "error": error}
            self.files[f"{self.name}.bin"] = self.stream
        self.files[f"{self.name}.json"] = (json.dumps(contents, indent=2) + "\n").encode()


def timestamp(milliseconds):
    """The date in the string to sign; datetime has no years before 1, which no vector needs."""
    seconds = datetime.timedelta(seconds=milliseconds // 1000)
    return (datetime.datetime(1970, 1, 1) + seconds).strftime("%Y%m%dT%H%M%SZ").rjust(16, "0")


def date_header(milliseconds):
    return counted(b":date") + b"\x08" + struct.pack(">q", milliseconds)


def signature_header(signature):
    return counted(b":chunk-signature") + b"\x06" + u16(len(signature)) + signature


def signed_stream(events):
    return b"".join(event.message() for event in events)
