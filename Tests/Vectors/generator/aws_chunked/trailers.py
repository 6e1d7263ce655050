"""Trailers: missing, unexpected, with a wrong signature or a wrong checksum, and what comes first of two faults."""

from .outcomes import S3, SIGNED, SIGNED_TRAILER, UNSIGNED, UNSIGNED_TRAILER, body, broken, complete, vector
from .wire import CHECKSUM, CRLF, END, MINIMUM, TRAILER_SIGNATURE, Piece, chunk, crc32, field, last, patterned

FULL = patterned(MINIMUM)
HELLO, WORLD = crc32(b"hello"), crc32(b"world")
SHA1 = field(b"x-amz-checksum-sha1", b"qvTGHdzF6KLavt4PO0gs2a6pQ00=")  # of hello
WRONG = b"0" * 64

UNSIGNED_HELLO = (*chunk(b"hello"), last())
CHUNK, FINAL = S3.chain(b"hello")
SIGNED_HELLO = (*chunk(b"hello", CHUNK), last(FINAL))


def signed_field(value, previous=FINAL, over=None):
    """The checksum's line and that of the trailers' signature, which may be over another value."""
    signature = S3.trailers(previous, (CHECKSUM, value if over is None else over))
    return field(CHECKSUM, value), field(TRAILER_SIGNATURE, signature)


def missing_vectors():
    case = broken("trailerMissing", last(), END)
    yield vector("trailer-missing-unsigned-empty", "no data and no trailer", UNSIGNED_TRAILER.announced(0), case)
    case = broken("trailerMissing", *body(UNSIGNED, FULL, b"hello").pieces)
    yield vector("trailer-missing-unsigned", "two chunks and no trailer", UNSIGNED_TRAILER, case)
    case = broken("trailerMissing", *UNSIGNED_HELLO)
    yield vector("trailer-missing-unsigned-without-crlf", "no trailer and no final CRLF", UNSIGNED_TRAILER, case)
    case = broken("trailerMissing", *UNSIGNED_HELLO, END, rest=field(CHECKSUM, HELLO).wire + CRLF)
    yield vector("trailer-missing-after-end", "a trailer after the final CRLF", UNSIGNED_TRAILER, case)
    case = broken("trailerMissing", *SIGNED_HELLO, END)
    yield vector("trailer-missing-signed", "a signed body without trailers", SIGNED_TRAILER, case)
    alone = field(TRAILER_SIGNATURE, S3.trailers(FINAL))
    case = broken("trailerMissing", *SIGNED_HELLO, alone, END)
    about = "a signature of trailers and no other trailer"
    yield vector("trailer-missing-signed-signature-alone", about, SIGNED_TRAILER, case)


def unexpected_vectors():
    line = field(CHECKSUM, HELLO)
    case = broken("trailerUnexpected", last(), field(CHECKSUM, crc32(b"")), END)
    yield vector("trailer-unexpected-unsigned-empty", "a checksum where none is expected", UNSIGNED, case)
    case = broken("trailerUnexpected", *UNSIGNED_HELLO, line, END)
    yield vector("trailer-unexpected-unsigned", "a chunk, and a checksum where none is expected", UNSIGNED, case)
    case = broken("trailerUnexpected", *UNSIGNED_HELLO, SHA1, END)
    yield vector("trailer-unexpected-other-checksum", "another checksum than expected", UNSIGNED_TRAILER, case)
    case = broken("trailerUnexpected", *UNSIGNED_HELLO, line, SHA1, END)
    about = "the checksum, which is expected, and another one"
    yield vector("trailer-unexpected-second", about, UNSIGNED_TRAILER, case)
    case = broken("trailerUnexpected", *UNSIGNED_HELLO, line, line, END)
    yield vector("trailer-unexpected-twice", "the same checksum twice", UNSIGNED_TRAILER, case)
    case = broken("trailerUnexpected", *SIGNED_HELLO, *signed_field(HELLO), END)
    yield vector("trailer-unexpected-signed", "a signed checksum where none is expected", SIGNED, case)
    case = broken("trailerUnexpected", *SIGNED_HELLO, field(TRAILER_SIGNATURE, S3.trailers(FINAL)), END)
    about = "a signature of trailers where none are expected"
    yield vector("trailer-unexpected-signed-signature", about, SIGNED, case)
    signature = signed_field(HELLO)[1]
    case = broken("trailerUnexpected", *SIGNED_HELLO, line, signature, signature, END)
    yield vector("trailer-unexpected-signature-twice", "the signature of trailers twice", SIGNED_TRAILER, case)


def signature_vectors():
    case = broken("signatureMissing", *SIGNED_HELLO, field(CHECKSUM, HELLO), END)
    yield vector("trailer-signature-missing", "a checksum without a signature", SIGNED_TRAILER, case)
    empty = S3.chain()[0]
    case = broken("signatureMissing", last(empty), field(CHECKSUM, crc32(b"")), END)
    yield vector("trailer-signature-missing-empty", "no data, and a checksum without a signature", SIGNED_TRAILER, case)
    for name, signature in {"63 digits": WRONG[1:], "no digits": b"g" * 64}.items():
        lines = field(CHECKSUM, HELLO), field(TRAILER_SIGNATURE, signature), END
        case = broken("signatureMalformed", *SIGNED_HELLO, *lines)
        about = f"a signature of trailers of {name}"
        yield vector(f"trailer-signature-malformed-{name.replace(' ', '-')}", about, SIGNED_TRAILER, case)
    good = signed_field(HELLO)
    for name, about, lines in (
        ("other-value", "the signature over another value", signed_field(HELLO, over=WORLD)),
        ("value-replaced", "another value with the signature over the right one", signed_field(WORLD, over=HELLO)),
        ("of-first-chunk", "chained to the first chunk instead of the last", signed_field(HELLO, CHUNK)),
        ("of-last-chunk", "the signature of the last chunk again", (good[0], field(TRAILER_SIGNATURE, FINAL))),
    ):
        case = broken("signatureMismatch", *SIGNED_HELLO, *lines, END)
        yield vector(f"trailer-signature-mismatch-{name}", f"of the trailers: {about}", SIGNED_TRAILER, case)
    case = broken("signatureMismatch", *SIGNED_HELLO, good[0], field(TRAILER_SIGNATURE, WRONG))
    about = "of the trailers: 64 zeros, and no final CRLF"
    yield vector("trailer-signature-mismatch-without-crlf", about, SIGNED_TRAILER, case)


def checksum_vectors():
    for name, value, about in (
        ("other", WORLD, "the checksum of other data"),
        ("zero", b"AAAAAA==", "four zeros"),
    ):
        case = broken("checksumMismatch", *UNSIGNED_HELLO, field(CHECKSUM, value), END)
        yield vector(f"checksum-mismatch-{name}", about, UNSIGNED_TRAILER, case)
    case = broken("checksumMismatch", last(), field(CHECKSUM, HELLO), END)
    yield vector("checksum-mismatch-no-data", "a checksum of data where there is none", UNSIGNED_TRAILER, case)
    first = body(UNSIGNED, FULL, b"hello").data_chunks
    case = broken("checksumMismatch", *first, last(), field(CHECKSUM, crc32(FULL)), END)
    yield vector("checksum-mismatch-first-chunk", "the checksum of the first chunk only", UNSIGNED_TRAILER, case)
    case = broken("checksumMismatch", *SIGNED_HELLO, *signed_field(WORLD), END)
    about = "the checksum of other data, with the right signature"
    yield vector("checksum-mismatch-signed", about, SIGNED_TRAILER, case)
    case = broken("checksumMismatch", *UNSIGNED_HELLO, field(CHECKSUM, WORLD))
    about = "the checksum of other data, and no final CRLF"
    yield vector("checksum-mismatch-without-crlf", about, UNSIGNED_TRAILER, case)
    case = broken("checksumMismatch", *UNSIGNED_HELLO, field(CHECKSUM, WORLD), END, rest=b"GET / HTTP/1.1\r\n")
    about = "the checksum of other data, then the next request"
    yield vector("checksum-mismatch-leftover", about, UNSIGNED_TRAILER, case)


def malformed_vectors():
    for name, value, about in (
        ("short", b"AAAA", "three bytes"),
        ("long", b"NhCmhgA=", "five bytes"),
        ("empty", b"", "no value"),
        ("hexadecimal", b"3610a686", "the right checksum in hexadecimal"),
        ("without-padding", b"NhCmhg", "base64 without its padding"),
        ("url-alphabet", b"-_CmhA==", "base64 of the alphabet for URLs"),
        ("bits-after-the-end", b"NhCmhh==", "the right bytes, and a bit after them"),
    ):
        case = broken("checksumMalformed", *UNSIGNED_HELLO, field(CHECKSUM, value), END)
        yield vector(f"checksum-malformed-{name}", f"a checksum of {about}", UNSIGNED_TRAILER, case)
    case = broken("checksumMalformed", *SIGNED_HELLO, *signed_field(b"AAAA"), END)
    about = "a checksum of three bytes, with the right signature"
    yield vector("checksum-malformed-signed", about, SIGNED_TRAILER, case)


def tolerated_vectors():
    """What S3 accepts beyond the grammar that it documents."""
    lines = [(line.wire[:-2], line.wire) for line in signed_field(HELLO)]
    minio = [Piece(line + b"\n\r\n") for line, _ in lines]
    about = "a LF before the CRLF of the trailer, as minio-go sends it"
    yield vector("tolerated-lf", about, UNSIGNED_TRAILER, complete(*UNSIGNED_HELLO, minio[0], END))
    about = "a LF before the CRLF of the trailer, and no final CRLF"
    yield vector("tolerated-lf-without-crlf", about, UNSIGNED_TRAILER, complete(*UNSIGNED_HELLO, minio[0]))
    about = "a LF before the CRLF of both trailers, which the signature does not cover"
    yield vector("tolerated-signed-lf", about, SIGNED_TRAILER, complete(*SIGNED_HELLO, *minio, END))
    spaced = [Piece(whole.replace(b":", b" \t:", 1)) for _, whole in lines]
    about = "whitespace before the colon of the trailer"
    yield vector("tolerated-whitespace", about, UNSIGNED_TRAILER, complete(*UNSIGNED_HELLO, spaced[0], END))
    about = "whitespace before the colons of both trailers"
    yield vector("tolerated-signed-whitespace", about, SIGNED_TRAILER, complete(*SIGNED_HELLO, *spaced, END))
    both = Piece(lines[0][0].replace(b":", b" : ", 1) + b" \n\r\n")
    about = "whitespace around the colon and after the value, and a LF before the CRLF"
    yield vector("tolerated-whitespace-and-lf", about, UNSIGNED_TRAILER, complete(*UNSIGNED_HELLO, both, END))
    about = "signatures that the receiver does not verify"
    case = complete(*SIGNED_HELLO, *signed_field(HELLO), END)
    yield vector("tolerated-signatures", about, UNSIGNED_TRAILER, case)
    case = complete(*UNSIGNED_HELLO, field(CHECKSUM, HELLO), field(TRAILER_SIGNATURE, b"short"), END)
    about = "a malformed signature of trailers that the receiver does not verify"
    yield vector("tolerated-malformed-signature", about, UNSIGNED_TRAILER, case)


def order_vectors():
    """Two faults that are found at the end, of which the first one counts."""
    wrong_last = (*chunk(b"hello", CHUNK), last(WRONG))
    wrong_checksum = field(CHECKSUM, WORLD)
    wrong_signature = field(TRAILER_SIGNATURE, WRONG)
    too_short, mismatch = "decodedLengthMismatch", "signatureMismatch"
    for name, about, receiver, code, pieces in (
        ("length-signature", "length, last chunk", SIGNED.announced(6), too_short, wrong_last),
        ("length-trailer", "length, missing trailer", UNSIGNED_TRAILER.announced(6), too_short, UNSIGNED_HELLO),
        ("signature-trailer", "last chunk, missing trailer", SIGNED_TRAILER, mismatch, wrong_last),
        (
            "signature-missing-checksum",
            "missing signature of trailers, checksum",
            SIGNED_TRAILER,
            "signatureMissing",
            (*SIGNED_HELLO, wrong_checksum),
        ),
        (
            "trailer-signature-checksum",
            "signature of trailers, checksum",
            SIGNED_TRAILER,
            mismatch,
            (*SIGNED_HELLO, wrong_checksum, wrong_signature),
        ),
    ):
        yield vector(f"order-{name}", f"two faults: {about}", receiver, broken(code, *pieces, END))
