"""Signatures of chunks: missing, malformed, wrong, and right but for their place in the chain."""

from dataclasses import replace

from .outcomes import S3, SIGNED, UNSIGNED, Receiver, body, broken, incomplete, vector
from .wire import CRLF, END, MINIMUM, Piece, chunk, data, joined, last, patterned, size_line

FULL, SECOND, THIRD = (patterned(MINIMUM, first) for first in (0, 77, 150))
WRONG = b"0" * 64
FIRST = S3.chain(FULL)[0]  # the signature of a first chunk with that data
TAIL = b"hello\r\n" + last(WRONG).wire + CRLF

# What is no signature, and what it is.
MALFORMED = {
    "63-digits": (WRONG[:-1], "63 digits"),
    "65-digits": (WRONG + b"0", "65 digits"),
    "last-no-digit": (WRONG[:-1] + b"g", "63 digits and another letter"),
    "143-padded": (b"30".ljust(143, b"*"), "digits, padded to 143 characters"),
    "padded-inside": (b"30*45".ljust(144, b"*"), "144 characters, with an asterisk between digits"),
}


def missing_vectors():
    case = broken("signatureMissing", rest=joined(body(UNSIGNED, b"hello").pieces))
    yield vector("signature-missing-first", "an unsigned body", SIGNED, case)
    case = broken("signatureMissing", *chunk(FULL, FIRST), rest=joined(body(UNSIGNED, b"hello").pieces))
    yield vector("signature-missing-second", "a second chunk without a signature", SIGNED, case)
    case = broken("signatureMissing", *chunk(FULL, FIRST), rest=last().wire + END.wire)
    yield vector("signature-missing-last", "a last chunk without a signature", SIGNED, case)
    case = broken("signatureMissing", *chunk(FULL, FIRST), rest=last().wire)
    about = "a last chunk without a signature, and no final CRLF"
    yield vector("signature-missing-last-without-crlf", about, SIGNED, case)
    case = broken("signatureMissing", rest=last().wire + END.wire)
    yield vector("signature-missing-empty", "an unsigned body without data", SIGNED.announced(0), case)
    case = broken("signatureMissing", rest=b"5;chunk-signaturE2=" + WRONG + CRLF + TAIL)
    yield vector("signature-missing-other-name", "an extension that is almost a signature", SIGNED, case)
    case = incomplete(size_line(b"5"))
    about = "a size line without a signature, and no data yet"
    yield vector("signature-missing-cut-before-data", about, SIGNED, case)
    case = broken("signatureMissing", rest=size_line(b"5").wire + b"h")
    yield vector("signature-missing-cut-after-byte", "a chunk without a signature, and 1 byte of it", SIGNED, case)


def malformed_vectors():
    for name, (signature, about) in MALFORMED.items():
        case = broken("signatureMalformed", rest=size_line(b"5", signature).wire + TAIL)
        yield vector(f"signature-malformed-{name}", f"a signature of {about}", SIGNED, case)
    malformed = WRONG[:-1]
    case = broken("signatureMalformed", *chunk(FULL, FIRST), rest=size_line(b"5", malformed).wire + TAIL)
    yield vector("signature-malformed-second", "a second chunk with a signature of 63 digits", SIGNED, case)
    case = broken("signatureMalformed", *chunk(FULL, FIRST), rest=last(malformed).wire + END.wire)
    yield vector("signature-malformed-last", "a last chunk with a signature of 63 digits", SIGNED, case)
    case = broken("signatureMalformed", rest=size_line(b"5", malformed).wire)
    yield vector("signature-malformed-cut-before-data", "a signature of 63 digits, and no data yet", SIGNED, case)
    first = S3.chain(b"hello")[0]
    case = broken("signatureMalformed", *chunk(b"hello", first), rest=size_line(b"5", malformed).wire + TAIL)
    about = "a signature of 63 digits after a chunk that is too small: the signature comes first"
    yield vector("signature-malformed-after-small-chunk", about, SIGNED, case)


def mismatch_vectors():
    tail = CRLF + last(WRONG).wire + CRLF
    yield mismatch("first", "a wrong signature", size_line(b"5", WRONG), data(b"hello"), rest=tail)
    second = size_line(b"5", WRONG), data(b"hello")
    yield mismatch("second", "a wrong signature of the second chunk", *chunk(FULL, FIRST), *second, rest=tail)
    yield mismatch("last", "a wrong signature of the last chunk", *chunk(FULL, FIRST), last(WRONG), END)
    yield mismatch("empty", "a wrong signature of the only chunk", last(WRONG), END)
    signature = S3.chain(b"hello")[0]
    yield mismatch("data", "data of which one bit is another", size_line(b"5", signature), data(b"hellO"), rest=tail)
    padded = b"3045022100".ljust(144, b"*")
    about = "a signature in the form of Signature Version 4A"
    yield mismatch("padded", about, size_line(b"5", padded), data(b"hello"), rest=tail)
    for name, change in {
        "key": {"secret_access_key": "another key"},
        "seed": {"seed_signature": WRONG},
    }.items():
        other = body(Receiver(replace(S3, **change)), b"hello")
        about = f"another {name}"
        yield mismatch(f"other-{name}", about, *other.pieces[:2], rest=joined(other.pieces[2:]))
    case = broken("signatureMismatch", size_line(b"5", WRONG), data(b"hello"))
    about = "a wrong signature, and all of the data but not its CRLF"
    yield vector("signature-mismatch-cut-after-data", about, SIGNED, case)
    case = incomplete(size_line(b"5", WRONG), data(b"hell"))
    about = "a wrong signature, and all of the data but the last byte"
    yield vector("signature-mismatch-cut-in-data", about, SIGNED, case)
    case = broken("signatureMismatch", size_line(b"5", WRONG), data(b"hello"), rest=b"!!")
    yield vector("signature-mismatch-then-framing", "a wrong signature, and data without a CRLF", SIGNED, case)
    about = "a wrong signature of the last chunk, and no final CRLF"
    yield mismatch("last-without-crlf", about, *chunk(FULL, FIRST), last(WRONG))


def mismatch(name, about, *pieces, rest=b""):
    return vector(f"signature-mismatch-{name}", about, SIGNED, broken("signatureMismatch", *pieces, rest=rest))


def chain_vectors():
    """Three signed chunks and what may happen to them on the way."""
    good = body(SIGNED, FULL, SECOND, THIRD)
    one, two, three = good.chunks
    end = (good.last, END)
    yield chain("swapped-first", "the first two chunks swapped", *two[:2], rest=joined((two[2], *one)))
    about = "the second and the third chunk swapped"
    yield chain("swapped-later", about, *one, *three[:2], rest=joined((three[2], *two)))
    yield chain("replayed", "the first chunk twice", *one, *one[:2], rest=joined((one[2], *end)))
    yield chain("removed-first", "without the first chunk", *two[:2], rest=joined((two[2], *end)))
    yield chain("removed-middle", "without the second chunk", *one, *three[:2], rest=joined((three[2], *end)))
    short = body(SIGNED, FULL, b"hello")
    kept = (*short.chunks[0], short.last, END)
    yield chain("removed-last", "without the last chunk with data", *kept)
    case = broken("decodedLengthMismatch", *kept)
    about = "without the last chunk with data: the announced length comes first"
    yield vector("chain-removed-last-announced", about, SIGNED.announced(MINIMUM + 5), case)
    yield chain("removed-all", "the last chunk only", short.last, END)
    about = "cut after the first chunk, and then the last chunk of an empty body"
    yield chain("ended-by-another-last-chunk", about, *short.chunks[0], *body(SIGNED).pieces)
    size, content, _ = body(SIGNED, b"hello").chunks[0]
    about = "the signature of the first data as the second chunk's: not chained to it"
    yield chain("second-signed-as-first", about, *short.chunks[0], size, content, rest=CRLF + joined(end))
    merged = Piece(b"2005" + short.chunks[0][0].wire[4:])
    about = "two chunks merged, with the signature of the first"
    yield chain("merged", about, merged, data(FULL + b"hello"), rest=CRLF + joined(end))
    case = incomplete(*one)
    yield vector("chain-cut-after-first", "cut after the first chunk", SIGNED, case)


def chain(name, about, *pieces, rest=b""):
    return vector(f"chain-{name}", about, SIGNED, broken("signatureMismatch", *pieces, rest=rest))
