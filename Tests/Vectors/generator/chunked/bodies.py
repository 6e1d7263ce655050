"""Bodies that every decoder accepts: sizes in every notation, data of every kind, and what follows a body."""

from .outcomes import complete, only_chunk, vector
from .wire import BINARY, END, LAST, chunk, extension, field, last_line

TEN = b"0123456789"


def plain_vectors():
    yield vector("body-empty", "no chunk but the last", complete(LAST, END))
    yield vector("body-of-one-chunk", "one chunk", only_chunk(b"hello"))
    yield vector("body-of-two-chunks", "two chunks", complete(*chunk(b"hello, "), *chunk(b"world"), LAST, END))
    single = [piece for letter in (b"a", b"b", b"c", b"d") for piece in chunk(letter)]
    yield vector("body-of-one-byte-chunks", "four chunks of one byte", complete(*single, LAST, END))
    sizes = (1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257)
    around = [piece for size in sizes for piece in chunk(patterned(size))]
    yield vector("body-of-chunks-around-powers-of-2", "sizes next to powers of two", complete(*around, LAST, END))
    growing = [piece for size in range(1, 50) for piece in chunk(patterned(size))]
    yield vector("body-of-growing-chunks", "chunks of 1 to 49 bytes", complete(*growing, LAST, END))
    large = complete(*chunk(patterned(1023)), *chunk(patterned(1024)), LAST, END)
    yield vector("body-of-1023-and-1024-bytes", "sizes 3ff and 400", large)
    story = b"once upon a time there was a chunk that knew its own size "
    words = [piece for word in story.split() for piece in chunk(word + b" ")]
    yield vector("body-of-words", "one chunk a word", complete(*words, LAST, END))


def patterned(length):
    """That many bytes whose period is odd."""
    return bytes(0x21 + index % 89 for index in range(length))


NOTATIONS = {
    "lower-case": (b"a", TEN, "a lower-case digit"),
    "upper-case": (b"A", TEN, "an upper-case digit"),
    "mixed-case": (b"aA", bytes(170), "a lower-case and an upper-case digit"),
    "mixed-case-reversed": (b"Aa", bytes(170), "an upper-case and a lower-case digit"),
    "lowest-letter": (b"1a", b"x" * 26, "a digit, then the lowest letter"),
    "highest-letter": (b"1F", b"x" * 31, "a digit, then the highest letter"),
    "two-digits": (b"1e", b"all your base are belong to us", "two digits"),
    "three-digits": (b"100", b"x" * 256, "three digits"),
    "highest-decimal-digit": (b"9", b"123456789", "the highest decimal digit"),
    "one-leading-zero": (b"05", b"hello", "a leading zero"),
    "two-leading-zeros": (b"005", b"hello", "two leading zeros"),
    "8-digits": (b"00000005", b"hello", "a size of fixed width, eight digits"),
    "8-digits-upper-case": (b"0000000A", TEN, "a size of fixed width, eight digits, in upper case"),
    "15-digits": (b"5".zfill(15), b"hello", "15 digits, 14 of them zeros"),
    "16-digits": (b"5".zfill(16), b"hello", "16 digits, 15 of them zeros"),
    "17-digits": (b"5".zfill(17), b"hello", "17 digits, 16 of them zeros: more than an integer of 64 bits needs"),
    "18-digits": (b"1e".zfill(18), b"x" * 30, "18 digits, 16 of them zeros"),
    "40-digits": (b"b".zfill(40), b"hello world", "40 digits, 39 of them zeros"),
}

LAST_CHUNKS = {
    "2-zeros": (b"00", "two zeros"),
    "3-zeros": (b"000", "three zeros"),
    "16-zeros": (b"0" * 16, "16 zeros"),
    "17-zeros": (b"0" * 17, "17 zeros"),
    "40-zeros": (b"0" * 40, "40 zeros"),
}


def size_vectors():
    for name, (digits, content, about) in NOTATIONS.items():
        yield vector(f"size-{name}", f"{about}: {digits.decode()}", only_chunk(content, digits=digits))
    digits = b"123456789abcdefABCDEF"
    every = [piece for each in digits for piece in chunk(b"x" * int(chr(each), 16), digits=bytes([each]))]
    yield vector("size-every-digit", "a chunk for every digit", complete(*every, LAST, END))
    for name, (digits, about) in LAST_CHUNKS.items():
        case = complete(*chunk(b"hello"), last_line(digits), END)
        yield vector(f"last-chunk-{name}", f"a last chunk of {about}", case)
    yield vector("last-chunk-2-zeros-only", "no chunk but a last one of two zeros", complete(last_line(b"00"), END))
    fixed = complete(
        *chunk(b"one", digits=b"00000003"), *chunk(b"three", digits=b"00000005"), last_line(b"00000000"), END
    )
    yield vector("size-fixed-width-throughout", "every size of eight digits, that of the last chunk too", fixed)


DATA = {
    "all-256-bytes": (BINARY, "every byte there is"),
    "all-256-bytes-reversed": (BINARY[::-1], "every byte there is, the highest first"),
    "one-nul": (b"\0", "a single NUL"),
    "nuls": (bytes(20), "nothing but NULs"),
    "ff": (b"\xff" * 20, "nothing but ff"),
    "one-cr": (b"\r", "a single CR"),
    "one-lf": (b"\n", "a single LF"),
    "crlf": (b"\r\n", "a CRLF"),
    "crlf-twice": (b"\r\n\r\n", "two CRLFs"),
    "crs": (b"\r" * 12, "nothing but CRs"),
    "lfs": (b"\n" * 12, "nothing but LFs"),
    "starts-with-lf": (b"\nhello", "starts with LF, which comes right after the CRLF of the size line"),
    "starts-with-crlf": (b"\r\nhello", "starts with CRLF"),
    "ends-with-cr": (b"hello\r", "ends with CR, which comes right before the CRLF of the data"),
    "ends-with-crlf": (b"hello\r\n", "ends with CRLF"),
    "looks-like-a-chunk": (b"5\r\nhello\r\n0", "looks like a chunk and the start of another"),
    "looks-like-the-end": (b"\r\n0\r\n\r\n", "looks like the end of the body"),
    "looks-like-a-body": (b"5\r\nhello\r\n0\r\n\r\n", "looks like a whole body"),
    "looks-like-a-request": (b"0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "looks like the end and another request"),
    "looks-like-a-size": (b"ffffffffffffffffffff", "nothing but hexadecimal digits"),
    "looks-like-extensions": (b';a="b\r\n', "looks like an extension that is not finished"),
    "looks-like-a-trailer": (b"0\r\nContent-Length: 5\r\n\r\n", "looks like a trailer section"),
    "utf-8": ("Größe, 日本語, 🙂".encode(), "UTF-8"),
    "not-utf-8": (b"\xc3\x28 \xf0\x9f\x98 \xed\xa0\x80", "sequences that are not UTF-8"),
    "of-another-protocol": (b"\x16\x03\x01\x02\x00\x01\x00", "the start of a TLS record"),
}


def data_vectors():
    for name, (content, about) in DATA.items():
        yield vector(f"data-{name}", f"data that is: {about}", only_chunk(content))
    smile = "🙂".encode()
    bytes_of_it = [piece for each in smile for piece in chunk(bytes([each]))]
    case = complete(*bytes_of_it, LAST, END)
    yield vector("data-character-in-four-chunks", "a character of four bytes, one a chunk", case)
    halves = complete(*chunk(b"one\r"), *chunk(b"\ntwo\r\n0"), *chunk(b"\r\n\r\n"), LAST, END)
    yield vector("data-line-endings-across-chunks", "a CRLF and a false end, each divided between two chunks", halves)


BODY = (*chunk(b"hello"), LAST, END)

LEFTOVERS = {
    "one-byte": (b"G", "a single byte"),
    "cr": (b"\r", "a CR"),
    "lf": (b"\n", "a LF"),
    "crlf": (b"\r\n", "a CRLF, as some clients send after a body"),
    "nul": (b"\0", "a NUL"),
    "request": (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "the next request"),
    "response": (b"HTTP/1.1 200 OK\r\n\r\n", "the next response"),
    "body": (b"3\r\nfoo\r\n0\r\n\r\n", "another body"),
    "end": (b"0\r\n\r\n", "another last chunk"),
    "field": (b"A: b\r\n\r\n", "a line that would have been a trailer field"),
    "digits": (b"ffffffffffffffff", "digits that would have been too large a size"),
    "binary": (b"\x16\x03\x01\x00\xff", "bytes of another protocol"),
}


def leftover_vectors():
    for name, (leftover, about) in LEFTOVERS.items():
        yield vector(f"leftover-{name}", f"a body, then {about}", complete(*BODY, leftover=leftover))
    request = b"POST / HTTP/1.1\r\n"
    rich = (*chunk(b"hello", extension(b"a", b"b")), last_line(b"00", extension(b"c")), field(b"A", b"b"), END)
    yield vector("leftover-after-trailers", "a body with trailers, then a request", complete(*rich, leftover=request))
    empty_line = complete(LAST, field(b"A", b"b"), END, leftover=b"\r\n")
    yield vector("leftover-crlf-after-trailers", "a body with trailers, then a CRLF", empty_line)
    yield vector("leftover-after-an-empty-body", "an empty body, then a request", complete(LAST, END, leftover=request))
