"""Bodies that stop too early: a small one of either kind, with a trailer."""

from .outcomes import SIGNED_TRAILER, UNSIGNED_TRAILER, Case, body, vector
from .wire import CHECKSUM, CRLF, TRAILER_SIGNATURE, crc32, delivered, first_bytes, joined

NAME = b";chunk-signature="
VALUE = crc32(b"hello")

# The bytes of each body again, with what the input ends after, and the code if that is more than too early.
UNSIGNED_RUNS = (
    (b"", "nothing", None),
    (b"5", "size", None),
    (CRLF, "size-line", None),
    (b"hel", "half-the-data", None),
    (b"lo", "data", None),
    (CRLF, "chunk", None),
    (b"0", "last-size", None),
    (b"\r", "last-line-cr", None),
    (b"\n", "last-line", "trailerMissing"),
    (CHECKSUM + b":" + VALUE[:4], "half-the-checksum", None),
    (VALUE[4:], "checksum", None),
    (b"\r", "trailer-cr", None),
    (b"\n", "trailer-line", "complete"),
    (b"\r", "final-cr", None),
)


def signed_runs():
    first, final, trailers = signatures()
    return (
        (b"5" + NAME + first[:32], "half-the-signature", None),
        (first[32:], "signature", None),
        (CRLF, "size-line", None),
        (b"hello", "data", None),
        (CRLF, "chunk", None),
        (b"0" + NAME + final[:32], "half-the-last-signature", None),
        (final[32:], "last-signature", None),
        (CRLF, "last-line", "trailerMissing"),
        (CHECKSUM + b":" + VALUE, "checksum", None),
        (CRLF, "trailer-line", "signatureMissing"),
        (TRAILER_SIGNATURE + b":" + trailers[:32], "half-the-trailer-signature", None),
        (trailers[32:], "trailer-signature", None),
        (CRLF, "trailer-signature-line", "complete"),
        (b"\r", "final-cr", None),
    )


def signatures():
    """Of the chunk, the last chunk, and the trailers."""
    signing = SIGNED_TRAILER.signing
    first, final = signing.chain(b"hello")
    return first, final, signing.trailers(final, (CHECKSUM, VALUE))


def cut_vectors():
    for mode, receiver, runs in (
        ("unsigned", UNSIGNED_TRAILER, UNSIGNED_RUNS),
        ("signed", SIGNED_TRAILER, signed_runs()),
    ):
        pieces = body(receiver, b"hello").pieces
        whole = joined(pieces)
        if b"".join(run for run, _, _ in runs) != whole[:-1]:
            raise ValueError("the runs are not those of the body")
        length = 0
        for run, place, code in runs:
            length += len(run)
            if code == "complete":
                continue  # tolerated; bodies.end_vectors has it
            content = delivered(first_bytes(pieces, length))
            case = Case(whole[:length], "error" if code else "incomplete", content, code)
            about = f"the input ends after: {place.replace('-', ' ')}"
            yield vector(f"cut-{mode}-after-{place}", about, receiver.announced(5), case)
