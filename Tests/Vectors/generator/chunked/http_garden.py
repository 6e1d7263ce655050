"""The chunked bodies among the payloads of the HTTP Garden's list of bugs that it found in servers and proxies.

Source: TROPHIES.md of https://github.com/narfindustries/http-garden. A case is named after the section of that list and
the number in it. What is recorded is what this grammar makes of the body; the headers around it are not part of it.
Several payloads have the same body, because their bugs are in the headers.
"""

from .outcomes import Suite, broken, complete, incomplete, vector
from .wire import CRLF, END, LAST, chunk, data, field, size_line

BODY_END = b"0" + CRLF + CRLF


def cases(*names):
    return Suite("HTTP Garden, TROPHIES.md", names)


def request(target, length=None):
    """A request that is hidden behind a body, or in it."""
    fields = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n" + fields + CRLF


def garden_vectors():
    yield from size_vectors()
    yield from line_vectors()
    yield from valid_vectors()


def size_vectors():
    hidden = request(b"/", 5)
    case = broken("chunkSizeInvalid", fine=b"0", rest=b"_%x" % len(hidden) + CRLF + CRLF + hidden + BODY_END)
    about = "0_2e: 46 to Python's int(), 0 to a parser that reads the longest valid prefix"
    yield vector("garden-size-underscore", about, case, suite=cases("server bug 1", "server bug 22"))
    case = broken("chunkSizeInvalid", rest=CRLF + CRLF)
    yield vector("garden-size-empty", "two empty lines: a last chunk without digits", case, suite=cases("server bug 17"))
    case = broken("chunkSizeInvalid", rest=b"INVALID!!!" + CRLF + request(b"/"))
    about = "a line that is no size, then a request"
    yield vector("garden-size-then-request", about, case, suite=cases("server bug 47"))
    case = broken("chunkSizeInvalid", rest=b"Z\r\nZZ\r\nZZZ" + CRLF + CRLF)
    yield vector("garden-size-letters", "lines of letters instead of sizes", case, suite=cases("transducer bug 2"))
    case = broken("chunkSizeInvalid", fine=b"1", rest=b"these-bytes-never-get-validated" + CRLF + b"Z" + CRLF + BODY_END)
    yield vector("garden-size-prefix", "a digit and words after it", case, suite=cases("transducer bug 7"))
    case = broken("chunkSizeInvalid", fine=b"0", rest=b"r\n" + CRLF)
    yield vector("garden-size-letter-r", "an r where a CR should be", case, suite=cases("transducer bug 15"))
    hidden = BODY_END + b"GET / HTTP/1.1" + CRLF + CRLF
    case = broken("chunkSizeInvalid", *chunk(hidden), rest=CRLF + BODY_END)
    about = "an empty line before the last chunk; the data looks like an end and a request"
    yield vector("garden-size-after-empty-line", about, case, suite=cases("transducer bug 17"))
    case = broken("chunkSizeInvalid", rest=b"-0x0" + CRLF + CRLF)
    yield vector("garden-size-minus-0x0", "a minus sign and a prefix", case, suite=cases("transducer bug 19"))
    case = broken("chunkSizeInvalid", rest=b" " * 11 + BODY_END)
    yield vector("garden-size-leading-spaces", "11 spaces before the size", case, suite=cases("transducer bug 24"))


def line_vectors():
    hidden = request(b"/", 5)
    case = broken("lineEndingInvalid", fine=b"5\r", rest=b"\r;ABCD\r\n34\r\nE\r\n" + BODY_END + hidden + BODY_END)
    about = "CR and another byte end the size line"
    yield vector("garden-line-cr-cr-semicolon", about, case, suite=cases("server bug 31"))
    hidden = request(b"/bad_path/pwned", 412) + BODY_END + request(b"/def")
    case = broken("lineEndingInvalid", fine=b"41;a=b\r", rest=b"\r" + b"X" * 65 + CRLF + BODY_END + hidden)
    yield vector("garden-line-cr-cr-after-extension", "two CRs after an extension", case, suite=cases("server bug 36"))
    hidden = request(b"/bad_path/pwned", 430) + BODY_END + request(b"/")
    case = broken("lineEndingInvalid", fine=b"2\r", rest=b"\r;a\r\n02\r\n41" + CRLF + BODY_END + hidden)
    about = "CRs before the semicolon of an extension"
    yield vector("garden-line-cr-before-semicolon", about, case, suite=cases("transducer bug 3"))
    case = broken("lineEndingInvalid", fine=b"1\r", rest=b"0\n")
    yield vector("garden-line-cr-digit-lf", "a digit between CR and LF", case, suite=cases("transducer bug 4"))
    ten = b"0123456789"
    case = broken("chunkDataNotTerminated", size_line(b"a"), data(ten), rest=b"\n" + BODY_END)
    yield vector("garden-data-lf", "a LF without CR after the data", case, suite=cases("transducer bug 13"))


def valid_vectors():
    yield vector("garden-nothing", "no byte at all", incomplete(), suite=cases("server bug 25"))
    line = b"POST / HTTP/1.1"
    case = complete(LAST, field(b"X", line, b"X:" + line), END)
    about = "a trailer that a decoder takes for a request if it skips two bytes after the last chunk"
    yield vector("garden-trailer-looks-like-a-request", about, case, suite=cases("server bug 39"))
    names = ("server bug 11", "server bug 44", "server bug 46", "bonus bug 4")
    yield vector("garden-one-byte", "a chunk of one byte", complete(*chunk(b"Z"), LAST, END), suite=cases(*names))
    names = ("server bug 12", "server bug 21", "server bug 37", "transducer bug 9", "transducer bug 18")
    names = (*names, "transducer bug 23", "transducer bug 25")
    yield vector("garden-empty", "no chunk but the last", complete(LAST, END), suite=cases(*names))
    case = complete(LAST, END, leftover=b"\0")
    yield vector("garden-nul-after-the-end", "a body, then a NUL", case, suite=cases("bonus bug 3"))
