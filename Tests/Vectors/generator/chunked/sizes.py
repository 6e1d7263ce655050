"""Sizes that are refused: bytes that are no digits, signs and prefixes, nothing at all, and too large a number."""

from .catalogue import HEX_PREFIX, SIZE_WRAPS
from .outcomes import GOOD, HELLO, TAIL, broken, complete, incomplete, vector
from .wire import CRLF, DATA_END, END, LAST, chunk, data, extension, size_line

# What comes instead of the first digit of a size of five, and what it is.
BEGINNINGS = {
    "minus": (b"-5", "a minus sign"),
    "plus": (b"+5", "a plus sign"),
    "space": (b" 5", "a space"),
    "tab": (b"\t5", "a tab"),
    "nul": (b"\x005", "a NUL"),
    "vertical-tab": (b"\x0b5", "a vertical tab"),
    "form-feed": (b"\x0c5", "a form feed"),
    "delete": (b"\x7f5", "DEL"),
    "semicolon": (b";5", "a semicolon"),
    "semicolon-and-extension": (b";a=b", "an extension and no size"),
    "hash": (b"#5", "a hash sign"),
    "dollar": (b"$5", "a dollar sign"),
    "percent": (b"%35", "a digit that is percent-encoded"),
    "quote": (b'"5"', "a quote"),
    "parenthesis": (b"(5)", "a parenthesis"),
    "dot": (b".5", "a dot"),
    "underscore": (b"_5", "an underscore"),
    "x": (b"x5", "an x"),
    "backslash-x": (b"\\x5", "a backslash"),
    "slash": (b"/", "2f, one below the digits"),
    "colon": (b":", "3a, one above the digits"),
    "at": (b"@", "40, one below the upper-case letters"),
    "upper-case-g": (b"G", "47, one above the upper-case digits"),
    "backquote": (b"`", "60, one below the lower-case letters"),
    "lower-case-g": (b"g", "67, one above the lower-case digits"),
    "z": (b"z", "the last letter"),
    "control-10": (b"\x10", "10, which is a zero but for one bit"),
    "control-15": (b"\x15", "15, which is a five but for one bit"),
    "control-01": (b"\x01", "01, which is an A but for one bit"),
    "high-bit": (b"\xb5", "b5, which is a five but for the highest bit"),
    "high-bit-letter": (b"\xe1", "e1, which is an a but for the highest bit"),
    "superscript": (b"\xb2", "a superscript two in Latin-1"),
    "no-break-space": (b"\xa05", "a no-break space in Latin-1"),
    "next-line": (b"\x855", "a next-line character in Latin-1"),
    "byte-order-mark": ("\ufeff5".encode(), "a byte order mark in UTF-8"),
    "full-width-digit": ("５".encode(), "a full-width five in UTF-8"),
    "full-width-letter": ("ａ".encode(), "a full-width a in UTF-8"),
    "arabic-digit": ("٥".encode(), "an Arabic-Indic five in UTF-8"),
    "mathematical-digit": ("𝟓".encode(), "a mathematical bold five in UTF-8"),
    "ideographic-space": ("\u30005".encode(), "an ideographic space in UTF-8"),
    "missing": (b"", "the CR of an empty line"),
    "lone-lf": (b"\n5", "a LF: no line has begun that it could end"),
    "ff": (b"\xff", "ff"),
}

# What follows a first digit of five.
CONTINUATIONS = {
    "underscore": (b"_0", "an underscore"),
    "h": (b"h", "an h"),
    "upper-case-l": (b"L", "a suffix of C"),
    "dot": (b".0", "a dot"),
    "comma": (b",5", "a comma"),
    "colon": (b":", "a colon"),
    "equals": (b"=5", "an equals sign"),
    "minus": (b"-", "a minus sign"),
    "plus": (b"+0", "a plus sign"),
    "quote": (b'"', "a quote"),
    "single-quote": (b"'000", "a digit separator of C++"),
    "parenthesis": (b"(5)", "a comment"),
    "slash": (b"/", "2f, one below the digits"),
    "at": (b"@", "40, one below the upper-case letters"),
    "lower-case-g": (b"g", "67, one above the lower-case digits"),
    "upper-case-g": (b"G", "47, one above the upper-case digits"),
    "backquote": (b"`", "60, one below the lower-case letters"),
    "nul": (b"\0", "a NUL"),
    "nul-and-digit": (b"\x000", "a NUL and another digit"),
    "backspace": (b"\x08", "a backspace"),
    "vertical-tab": (b"\x0b", "a vertical tab"),
    "form-feed": (b"\x0c", "a form feed"),
    "delete": (b"\x7f", "DEL"),
    "control-15": (b"\x15", "15, which is a five but for one bit"),
    "high-bit": (b"\xb5", "b5, which is a five but for the highest bit"),
    "no-break-space": (b"\xa0", "a no-break space in Latin-1"),
    "next-line": (b"\x85", "a next-line character in Latin-1"),
    "line-separator": ("\u2028".encode(), "a line separator in UTF-8"),
    "full-width-digit": ("５".encode(), "a full-width five in UTF-8"),
    "combining-mark": ("\u0301".encode(), "a combining accent in UTF-8: one character with the digit before it"),
    "full-width-semicolon": ("；a".encode(), "a full-width semicolon in UTF-8"),
    "words": (b"-these-bytes-are-never-looked-at", "words"),
    "escaped-crlf": (b"\\r\\n", "a backslash, as of a CRLF that was escaped twice"),
    "percent-encoded-crlf": (b"%0d%0a", "a percent sign, as of a CRLF that was encoded"),
}


def digit_vectors():
    for name, (bad, about) in BEGINNINGS.items():
        case = broken("chunkSizeInvalid", rest=bad + TAIL)
        yield vector(f"size-begins-with-{name}", f"where a size must begin: {about}", case)
    for name, (bad, about) in CONTINUATIONS.items():
        case = broken("chunkSizeInvalid", fine=b"5", rest=bad + TAIL)
        yield vector(f"size-continues-with-{name}", f"after the digits of a size: {about}", case)


def notation_vectors():
    for name, sign in {"lower-case": b"x", "upper-case": b"X"}.items():
        case = broken("chunkSizeInvalid", fine=b"0", rest=sign + b"5" + TAIL)
        yield vector(f"size-0x-{name}", "a prefix for hexadecimal digits", case, cve=HEX_PREFIX)
    case = broken("chunkSizeInvalid", *HELLO, DATA_END, fine=b"0", rest=b"x0" + CRLF + CRLF)
    yield vector("size-0x0-last", "a last chunk with a prefix for hexadecimal digits", case, cve=HEX_PREFIX)
    case = complete(*chunk(b"hello world", digits=b"0b"), LAST, END)
    yield vector("size-0b-is-11", "what may be a prefix for binary digits elsewhere is the number 11", case)
    case = broken("chunkSizeInvalid", fine=b"5e", rest=b"+0" + TAIL)
    yield vector("size-5e-plus-0", "a number for those who know floating point", case)
    yield vector("size-0o", "a prefix for octal digits", broken("chunkSizeInvalid", fine=b"0", rest=b"o5" + TAIL))
    case = broken("chunkSizeInvalid", fine=b"0", rest=b"_0" + CRLF + CRLF)
    yield vector("size-0-underscore-0", "a last chunk with a digit separator", case)
    for name, sign in {"plus": b"+", "minus": b"-"}.items():
        case = broken("chunkSizeInvalid", rest=sign + b"0" + CRLF + CRLF + b"X")
        yield vector(f"size-{name}-0", f"a last chunk with a {name} sign", case)
    case = broken("chunkSizeInvalid", rest=b"-ffffffffffffffff" + TAIL)
    yield vector("size-minus-large", "a negative number that wraps around to 1", case)


def missing_vectors():
    case = broken("chunkSizeInvalid", *chunk(b"Z"), rest=CRLF + CRLF)
    yield vector("size-missing-after-a-chunk", "an empty line does not end a body", case)
    case = broken("chunkSizeInvalid", *HELLO, DATA_END, rest=CRLF + b"0" + CRLF + CRLF)
    yield vector("size-missing-between-chunks", "an empty line between two chunks", case)
    case = broken("chunkSizeInvalid", *GOOD, rest=b"\n0" + CRLF + CRLF)
    yield vector("size-missing-lone-lf-between-chunks", "a lone LF between two chunks", case)
    case = broken("chunkSizeInvalid", *GOOD, rest=b"GET / HTTP/1.1" + CRLF)
    yield vector("size-missing-last-chunk", "the next request instead of the last chunk", case)
    case = broken("chunkSizeInvalid", rest=b"hello")
    yield vector("size-missing-all-is-data", "a body that is not chunked", case)
    yield vector("size-missing-crlf-only", "nothing but a CRLF", broken("chunkSizeInvalid", rest=CRLF))
    json_case = broken("chunkSizeInvalid", rest=b'{"a":1}' + CRLF)
    yield vector("size-missing-json", "a document instead of chunks", json_case)


# The digits up to the one that overflows, that one and the rest, and what is special about the number.
TOO_LARGE = {
    "int64-max-plus-1": (b"800000000000000", b"0", "2^63, one more than fits"),
    "int64-max-plus-1-upper-case": (b"FFFFFFFFFFFFFFF", b"F", "2^64 - 1 in upper case"),
    "uint64-max": (b"f" * 15, b"f", "2^64 - 1, as if it were -1"),
    "uint64-max-minus-4": (b"f" * 15, b"b", "2^64 - 5, as if it were -5"),
    "one-digit-after-int64-max": (b"7fffffffffffffff", b"0", "2^63 - 1 and another digit"),
    "17-f": (b"f" * 15, b"ff", "17 digits, all of them f"),
    "17-digits": (b"1" + b"f" * 15, b"f", "2^65 - 1, where the 17th digit overflows"),
    "100-nines": (b"9" * 15, b"9" * 85, "100 digits"),
    "after-leading-zeros": (b"0" * 20 + b"8" + b"0" * 14, b"0", "2^63 after 20 zeros"),
    "with-extension": (b"800000000000000", b"0;a=b", "2^63 with an extension"),
}

WRAPPING = {
    "to-0": (b"1" + b"0" * 15, b"0", "2^64: the last chunk in 64 bits"),
    "to-3": (b"f" + b"0" * 14, b"03", "15 * 2^64 + 3: 3 in 64 bits"),
    "to-5": (b"1" + b"0" * 15, b"5", "2^64 + 5: 5 in 64 bits"),
    "by-shifting": (b"F" * 15, b"F0", "2^68 - 16, whose highest digits may be shifted out"),
    "twice": (b"1" + b"0" * 15, b"0" * 16 + b"5", "2^128 + 5: 5 in 64 bits"),
}

ACCEPTED = {
    "int64-max": (b"7fffffffffffffff", "2^63 - 1, the largest there is"),
    "int64-max-upper-case": (b"7FFFFFFFFFFFFFFF", "2^63 - 1 in upper case"),
    "int64-max-with-zeros": (b"7fffffffffffffff".zfill(24), "2^63 - 1 after 8 zeros"),
    "int32-max": (b"7fffffff", "2^31 - 1"),
    "2-to-the-31": (b"80000000", "2^31: negative in 32 bits"),
    "uint32-max": (b"ffffffff", "2^32 - 1: -1 in 32 bits"),
    "2-to-the-32": (b"100000000", "2^32: nothing in 32 bits"),
    "2-to-the-32-and-5": (b"100000005", "2^32 + 5: 5 in 32 bits"),
    "2-to-the-52": (b"10000000000000", "2^52"),
    "2-to-the-53-and-1": (b"20000000000001", "2^53 + 1: not a floating-point number of 64 bits"),
    "2-to-the-60": (b"1000000000000000", "2^60: the largest power of 16 that fits"),
}


def overflow_vectors():
    for name, (fine, rest, about) in TOO_LARGE.items():
        yield vector(f"overflow-{name}", f"a size of {about}", broken("chunkSizeTooLarge", fine=fine, rest=rest + TAIL))
    for name, (fine, rest, about) in WRAPPING.items():
        case = broken("chunkSizeTooLarge", fine=fine, rest=rest + TAIL)
        yield vector(f"overflow-wraps-{name}", f"a size of {about}", case, cve=SIZE_WRAPS)
    for name, (digits, about) in ACCEPTED.items():
        case = incomplete(size_line(digits), data(b"hello\r\n0\r\n\r\n"))
        yield vector(f"overflow-none-{name}", f"a size of {about}, and the first bytes of its data", case)
    case = incomplete(start=b"7fffffffffffffff")
    yield vector("overflow-none-int64-max-cut", "the digits of the largest size and no more", case)
    case = broken("chunkSizeTooLarge", *GOOD, fine=b"800000000000000", rest=b"0" + TAIL)
    yield vector("overflow-third-chunk", "a size of 2^63 after two good chunks", case)


# Sizes that lose their highest digits in 32 bits, or are negative or overflow there. The first bytes of the data look
# like the data of the number that is left, and what may follow it.
NARROWED = {
    "to-0": (b"100000000", b"\r\n", "2^32: the last chunk in 32 bits"),
    "to-0-15-digits": (b"700000000000000", b"\r\n", "a number of 15 digits that is 0 in 32 bits"),
    "to-1": (b"4000000000000001", b"x\r\n0\r\n\r\n", "2^62 + 1: 1 in 32 bits"),
    "to-5": (b"100000005", b"hello\r\n0\r\n\r\n", "2^32 + 5: 5 in 32 bits"),
    "to-5-15-digits": (b"fffffff00000005", b"hello\r\n0\r\n\r\n", "a number of 15 digits that is 5 in 32 bits"),
    "to-5-zeros": (b"000000100000005", b"hello\r\n0\r\n\r\n", "2^32 + 5 after zeros"),
    "to-minus-1": (b"ffffffff", b"x", "2^32 - 1: -1 in 32 bits"),
    "to-minus-12": (b"fffffff4", b"x", "2^32 - 12: -12 in 32 bits, back to the size before"),
    "to-minus-12-upper-case": (b"FFFFFFF4", b"x", "2^32 - 12 in upper case"),
    "to-minimum": (b"80000000", b"x", "2^31: the least number of 32 bits"),
    "maximum": (b"7fffffff", b"hello", "2^31 - 1: with its place or its CRLF, more than 32 bits have"),
    "maximum-minus-2": (b"7ffffffd", b"hello", "2^31 - 3: with its CRLF, as much as 32 bits have"),
    "7-digits": (b"fffffff", b"hello", "2^28 - 1: the largest number of seven digits"),
    "8-digits": (b"10000000", b"hello", "2^28: the least number of eight digits"),
    "int64-max": (b"7fffffffffffffff", b"\r\n0\r\n\r\n", "2^63 - 1: -1 in 32 bits"),
}


def narrowed_vectors():
    for name, (digits, start, about) in NARROWED.items():
        case = incomplete(size_line(digits), data(start))
        yield vector(f"narrow-{name}", f"a size of {about}", case)
        case = incomplete(*chunk(b"hello"), size_line(digits), data(start))
        yield vector(f"narrow-{name}-second-chunk", f"after a chunk, a size of {about}", case)
        ext = extension(b"a", b"b")
        case = incomplete(*chunk(b"hello"), size_line(digits, ext), data(start))
        yield vector(f"narrow-{name}-extension", f"with an extension, a size of {about}", case)
