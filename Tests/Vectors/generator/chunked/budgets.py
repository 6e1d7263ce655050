"""Budgets: as much of what is not data as a body may have, and one byte more."""

from .catalogue import EXTENSIONS_OF_TINY_CHUNKS, UNBOUNDED_EXTENSIONS
from .outcomes import HELLO, TAIL, broken, complete, incomplete, only_chunk, vector
from .wire import CRLF, DATA_END, END, LAST, Extension, chunk, data, field, last_line, size_line

OVERHEAD = 16_384  # bytes of extensions, of whitespace around them, and of redundant zeros
TRAILER_SECTION = 16_384  # bytes of field lines, each with its CRLF
TRAILER_FIELDS = 128


def overhead_vectors():
    value = b"v" * (OVERHEAD // 4)
    spaces = b" " * (OVERHEAD - len(b';a="' + value + b'"'))
    case = only_chunk(b"hello", Extension(spaces + b';a="' + value + b'"', b"a", value))
    yield vector("budget-extension-exact", "whitespace and an extension of 16384 bytes together", case)
    case = broken("extensionsTooLong", fine=b"5;".ljust(1 + OVERHEAD, b"n"), rest=b"n" + TAIL)
    yield vector("budget-name-1-over", "an extension of 16385 bytes", case, cve=UNBOUNDED_EXTENSIONS)
    case = broken("extensionsTooLong", fine=b'5;a="'.ljust(1 + OVERHEAD, b"v"), rest=b'"' + TAIL)
    yield vector("budget-quote-1-over", "16384 bytes before the last quote", case, cve=UNBOUNDED_EXTENSIONS)
    case = broken("extensionsTooLong", fine=b"5".ljust(1 + OVERHEAD), rest=b" ;a" + TAIL)
    yield vector("budget-whitespace-1-over", "16385 bytes of whitespace before a semicolon", case)
    yield from zero_vectors()
    yield from cumulative_vectors()


def zero_vectors():
    zeros = b"0" * OVERHEAD
    case = only_chunk(b"hello", digits=zeros + b"5")
    yield vector("budget-zeros-exact", "16384 zeros before a digit, all of them redundant", case)
    case = broken("extensionsTooLong", fine=zeros + b"0", rest=b"5" + TAIL)
    yield vector("budget-zeros-1-over", "16385 zeros before a digit that makes the last of them redundant", case)
    case = broken("extensionsTooLong", fine=zeros + b"0", rest=b"0" + CRLF + CRLF)
    yield vector("budget-zeros-of-last-chunk-1-over", "a last chunk of 16386 zeros, one of which it needs", case)
    fixed_width = [piece for _ in range(OVERHEAD // 15 + 2) for piece in chunk(b"A", digits=b"1".zfill(16))]
    case = complete(*fixed_width, last_line(b"0" * 16), END)
    yield vector("budget-zeros-of-16-digit-sizes", "sizes of 16 digits, with 15 zeros each, that cost nothing", case)
    longer = [piece for _ in range(OVERHEAD // 16) for piece in chunk(b"A", digits=b"1".zfill(17))]
    case = broken("extensionsTooLong", *longer, fine=b"0" * 16, rest=b"1" + CRLF + b"A" + TAIL)
    yield vector("budget-zeros-of-17-digit-sizes-1-over", "sizes of 17 digits, with 16 zeros each, that all count", case)


def cumulative_vectors():
    """Everything counts together, over all chunks."""
    a, b = Extension(b" ;\ta", b"a"), Extension(b';b = "c"', b"b", b"c")
    # The zeros of a size of up to 16 digits are free; those of the second and the last size count.
    before = (*chunk(b"one", a, digits=b"3".zfill(16)), *chunk(b"two", b, digits=b"3".zfill(17)))
    zeros = b"0" * 100
    spaces = b" " * (OVERHEAD - len(b"0" * 16 + a.wire + b.wire + zeros + b";e"))
    case = complete(*before, last_line(zeros + b"0", Extension(spaces + b";e", b"e")), END)
    yield vector("budget-cumulative-exact", "zeros, whitespace and extensions of three lines, 16384 in all", case)
    case = broken("extensionsTooLong", *before, fine=zeros + b"0" + spaces + b";e", rest=b"f" + CRLF + CRLF)
    yield vector("budget-cumulative-1-over", "zeros, whitespace and extensions of three lines, 16385 in all", case)
    small = Extension(b";x".rjust(200), b"x")
    count, left = divmod(OVERHEAD, len(small.wire))
    chunks = [piece for _ in range(count) for piece in chunk(b"A", small)]
    fine, rest = b"1" + small.wire[:left], small.wire[left:] + CRLF + b"A" + CRLF
    case = broken("extensionsTooLong", *chunks, fine=fine, rest=rest)
    about = "200 bytes of whitespace and extension for every byte of data"
    yield vector("budget-extensions-of-tiny-chunks", about, case, cve=EXTENSIONS_OF_TINY_CHUNKS)


def uncounted_vectors():
    many = [piece for index in range(3300) for piece in chunk(b"%d" % (index % 10))]
    about = "3300 chunks of one byte, with 16500 bytes of sizes and line endings: these are not counted"
    yield vector("budget-not-for-sizes", about, complete(*many, LAST, END))


def padded_field(length):
    """A field whose line takes that many bytes, most of them whitespace after the value."""
    return field(b"A", b"b", b"A: b".ljust(length - len(CRLF)))


def trailer_vectors():
    before = (*HELLO, DATA_END, LAST)
    case = complete(*before, padded_field(TRAILER_SECTION), END)
    yield vector("budget-trailers-exact", "one field of 16384 bytes with its CRLF, and the empty line", case)
    line = b"A: ".ljust(TRAILER_SECTION, b"v")
    case = broken("trailersTooLong", *before, fine=line, rest=b"v" + CRLF + CRLF)
    yield vector("budget-trailers-1-over", "a value that goes over the limit", case)
    case = broken("trailersTooLong", *before, fine=line[:-1] + b"\r", rest=b"\n" + CRLF)
    yield vector("budget-trailers-1-over-at-lf", "a field of 16384 bytes with the CR but without the LF", case)
    case = broken("trailersTooLong", *before, padded_field(TRAILER_SECTION), rest=b"C: d" + CRLF + CRLF)
    yield vector("budget-trailers-1-over-at-next-field", "a field of 16384 bytes with its CRLF, and another", case)


def field_vectors():
    fields = [field(b"n", b"%d" % index) for index in range(TRAILER_FIELDS)]
    before = (*HELLO, DATA_END, LAST)
    yield vector("budget-fields-exact", "128 fields", complete(*before, *fields, END))
    case = broken("tooManyTrailers", *before, *fields, fine=b"n: 128\r", rest=b"\n" + CRLF)
    yield vector("budget-fields-1-over", "129 fields: too many once the last line is whole", case)
    case = incomplete(*before, *fields, start=b"n: 128\r")
    yield vector("budget-fields-1-over-cut", "129 fields, the LF of the last still to come", case)


def separate_vectors():
    """Extensions do not take from trailers: half of the one and most of the other are more than either may have."""
    line = size_line(b"5", Extension(b";a".rjust(OVERHEAD // 2), b"a"))
    pieces = (line, data(b"hello"), DATA_END, LAST, padded_field(TRAILER_SECTION * 5 // 8), END)
    yield vector("budget-separate", "8192 bytes of extensions and 10240 of trailers", complete(*pieces))
