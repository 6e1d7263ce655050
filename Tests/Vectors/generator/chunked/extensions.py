"""Chunk extensions: all that the grammar has, and every way to get them wrong."""

from .catalogue import QUOTED_STRINGS
from .outcomes import GOOD, HELLO, TAIL, broken, complete, only_chunk, vector
from .wire import CRLF, DATA_END, END, LAST, OBS_TEXT, TCHARS, Extension, chunk, extension, field, last_line, quoted

A, B, C = (extension(name) for name in (b"a", b"b", b"c"))
QDTEXT = b"\t !#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}~" + OBS_TEXT
SIGNATURES = (
    b"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    b"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
)

# The extensions of one chunk, and what is special about them.
VALID = {
    "name-only": ([extension(b"ext")], "a name"),
    "token": ([extension(b"ext", b"value")], "a name and a token"),
    "one-byte-name-and-value": ([extension(b"a", b"b")], "a name and a token of one byte each"),
    "quoted": ([quoted(b"ext", b"some quoted string")], "a name and a quoted string"),
    "several": ([A, extension(b"ext", b"value"), quoted(b"q", b"string"), B], "four of them"),
    "repeated-name": ([extension(b"a", b"1"), extension(b"a", b"2"), A], "one name three times"),
    "every-token-character": ([extension(TCHARS, TCHARS[::-1])], "a name and a token of all that a token may have"),
    "name-of-digits": ([extension(b"5", b"5")], "a name and a token that are digits"),
    "name-of-dots": ([extension(b"extension...")], "a name that ends with dots"),
    "name-in-upper-case": ([extension(b"EXT", b"VALUE"), extension(b"ext", b"value")], "names that differ in case"),
    "name-looks-like-a-size": ([extension(b"ffffffffffffffffff", b"0x5")], "a name that would be too large a size"),
    "signature": ([extension(b"chunk-signature", SIGNATURES[0])], "the signature of a signed chunk"),
    "quoted-empty": ([quoted(b"a", b"")], "an empty quoted string"),
    "quoted-empty-then-another": ([quoted(b"a", b""), B], "an empty quoted string and another extension"),
    "quoted-space": ([quoted(b"a", b" ")], "a quoted string that is a space"),
    "quoted-spaces-kept": ([quoted(b"a", b" \tb\t ")], "whitespace at both ends of a quoted string"),
    "quoted-every-character": ([quoted(b"a", QDTEXT)], "a quoted string of all that needs no backslash"),
    "quoted-separators": ([quoted(b"a", b";b=c;")], "separators in a quoted string"),
    "quoted-looks-like-a-field": ([quoted(b"a", b"Content-Length: 5")], "a field in a quoted string"),
    "quoted-utf-8": ([quoted(b"a", "日本".encode())], "UTF-8 in a quoted string, in JSON as Latin-1"),
    "quoted-obs-text": ([quoted(b"a", b"\x80\x85\xa0\xff")], "a quoted string of bytes over 7f"),
    "escaped-quote": ([quoted(b"a", b'"', b'\\"')], "a quoted string that is a quote"),
    "escaped-quotes": ([quoted(b"a", b'b "c" d', b'b \\"c\\" d')], "quotes in a quoted string"),
    "escaped-backslash": ([quoted(b"a", b"\\", b"\\\\")], "a quoted string that is a backslash"),
    "escaped-backslash-then-another": (
        [quoted(b"a", b"\\", b"\\\\"), B],
        "a quoted string whose backslash does not escape the quote that ends it",
    ),
    "escaped-backslash-and-quote": ([quoted(b"a", b'\\"', b'\\\\\\"'), B], "a backslash and a quote, both escaped"),
    "escaped-letter": ([quoted(b"a", b"nrtx", b"\\n\\r\\t\\x")], "escapes that mean nothing but the letter itself"),
    "escaped-space-and-tab": ([quoted(b"a", b" \t", b"\\ \\\t")], "an escaped space and an escaped tab"),
    "escaped-obs-text": ([quoted(b"a", b"\xff\x80", b"\\\xff\\\x80")], "escaped bytes over 7f"),
    "escaped-everything": (
        [quoted(b"a", b"all", b"\\a\\l\\l"), quoted(b"b", b";=", b"\\;\\=")],
        "letters and separators that need no backslash and have one",
    ),
    "space-before-semicolon": ([Extension(b" ;a", b"a")], "whitespace before the semicolon"),
    "space-after-semicolon": ([Extension(b"; a", b"a")], "whitespace after the semicolon"),
    "space-before-equals": ([Extension(b";a =b", b"a", b"b")], "whitespace before the equals sign"),
    "space-after-equals": ([Extension(b";a= b", b"a", b"b")], "whitespace after the equals sign"),
    "space-before-quote": ([Extension(b';a = "b"', b"a", b"b")], "whitespace around an equals sign before a quote"),
    "space-after-name": ([A, Extension(b" ;b", b"b")], "whitespace after a name"),
    "space-after-token": ([extension(b"a", b"b"), Extension(b" ;c", b"c")], "whitespace after a token"),
    "space-after-quoted": ([quoted(b"a", b"b"), Extension(b" ;c", b"c")], "whitespace after a quoted string"),
    "tab-everywhere": (
        [Extension(b"\t;\ta\t=\tb", b"a", b"b"), Extension(b"\t;\tc", b"c")],
        "a tab wherever there may be whitespace",
    ),
    "space-everywhere": (
        [Extension(b" \t ;  a\t\t= \tb", b"a", b"b"), Extension(b'\t ; c = "d"', b"c", b"d")],
        "several spaces and tabs wherever there may be whitespace",
    ),
    "value-of-1000-bytes": ([extension(b"a", b"v" * 1000)], "a token of 1000 bytes"),
}


def valid_vectors():
    for name, (extensions, about) in VALID.items():
        cve = QUOTED_STRINGS if name == "quoted-separators" else ()
        yield vector(f"extension-{name}", f"an extension: {about}", only_chunk(b"hello", *extensions), cve=cve)
    many = [extension(b"e%d" % index, b"%d" % index) for index in range(40)]
    yield vector("extension-40-in-one-line", "40 extensions of one chunk", only_chunk(b"hello", *many))
    case = only_chunk(b"hello", Extension(b" ;a", b"a"), digits=b"0000000000000005")
    yield vector("extension-after-leading-zeros", "an extension after a size of 16 digits", case)
    yield from last_chunk_vectors()


def last_chunk_vectors():
    case = complete(last_line(b"0", extension(b"a", b"b")), END)
    yield vector("extension-of-the-only-line", "an extension of the last chunk, which has index 0", case)
    pieces = (*chunk(b"one", A), *chunk(b"two"), *chunk(b"three", quoted(b"b", b"c")), last_line(b"00", C), END)
    yield vector("extension-of-every-other-line", "extensions of chunks 0, 2 and 3, the last", complete(*pieces))
    pieces = (*chunk(b"hello"), last_line(b"0", Extension(b" ; a = b", b"a", b"b")), field(b"A", b"b"), END)
    about = "an extension of the last chunk and a trailer"
    yield vector("extension-of-last-chunk-and-trailer", about, complete(*pieces))
    first, second = (extension(b"chunk-signature", each) for each in SIGNATURES)
    pieces = (*chunk(b"hello", first), last_line(b"0", second), END)
    yield vector("extension-signatures", "a signed chunk and a signed last chunk", complete(*pieces))
    pieces = [piece for index in range(20) for piece in chunk(b"hello", extension(b"n", b"%d" % index))]
    yield vector("extension-of-20-chunks", "an extension of each of 20 chunks", complete(*pieces, LAST, END))


# What is fine of a line, the rest of it, and what is wrong with that.
FAULTS = {
    "nothing-after-semicolon": (b"5;", b"", "a semicolon and nothing"),
    "nothing-after-semicolon-and-space": (b"5; ", b"", "a semicolon, whitespace and nothing"),
    "space-semicolon": (b"5 ;", b"", "whitespace, a semicolon and nothing"),
    "space-semicolon-space": (b"5   ;   ", b"", "whitespace, a semicolon, whitespace and nothing"),
    "two-semicolons": (b"5;", b";a", "two semicolons"),
    "only-semicolons": (b"5;", b";;  ;", "nothing but semicolons"),
    "semicolon-at-the-end": (b"5;a=b;", b"", "a semicolon at the end of the line"),
    "name-missing": (b"5;", b"=b", "a value and no name"),
    "name-missing-after-space": (b"5; ", b"=b", "whitespace, a value and no name"),
    "name-quoted": (b"5;", b'"a"=b', "a quoted name"),
    "value-missing": (b"5;a=", b"", "an equals sign and nothing"),
    "value-missing-after-space": (b"5;a= ", b"", "an equals sign, whitespace and nothing"),
    "value-missing-before-semicolon": (b"5;a=", b";b", "an equals sign and a semicolon"),
    "two-equals": (b"5;a=", b"=b", "two equals signs"),
    "third-equals": (b"5;a=b", b"=c", "an equals sign after a value"),
    "word-after-size": (b"5 ", b"ext", "whitespace and a name, but no semicolon"),
    "digit-after-space": (b"1 ", b"0", "a size with a space in it"),
    "digit-after-tab": (b"5\t", b"5", "a size with a tab in it"),
    "equals-after-size": (b"5 ", b"=b", "whitespace and an equals sign"),
    "quote-after-size": (b"5 ", b'"a"', "whitespace and a quoted string"),
    "nul-after-space": (b"5 ", b"\0", "whitespace and a NUL"),
    "vertical-tab-after-space": (b"5 ", b"\x0b;a", "whitespace and a vertical tab, which is none"),
    "no-break-space-after-space": (b"5 ", b"\xa0;a", "whitespace and a no-break space, which is none"),
    "word-after-name": (b"5;a ", b"b=c", "a space in a name"),
    "word-after-token": (b"5;a=b ", b"c", "a space in a token"),
    "word-after-quoted": (b'5;a="b" ', b"c", "a word after a quoted string and whitespace"),
    "equals-after-token-and-space": (b"5;a=b ", b"=c", "whitespace and an equals sign after a value"),
    "space-at-the-end-after-name": (b"5;a ", b"", "whitespace after the last name"),
    "space-at-the-end-after-token": (b"5;a=b ", b"", "whitespace after the last token"),
    "space-at-the-end-after-quoted": (b'5;a="b" ', b"", "whitespace after the last quoted string"),
    "space-at-the-end-after-several": (b"5;a;b=c\t", b"", "a tab after the last of two extensions"),
    "quote-after-name": (b"5;a", b'"b"', "a quoted string without an equals sign"),
    "quote-after-token": (b"5;a=b", b'"c"', "a quoted string after a token"),
    "token-after-quoted": (b'5;a="b"', b"c", "a token right after a quoted string"),
    "quoted-after-quoted": (b'5;a="b"', b'"c"', "a quoted string right after another"),
    "single-quotes": (b"5;a='b ", b"c'", "single quotes are no quotes, so that the space ends the value"),
    "bracket-in-name": (b"5;a", b"[0]=b", "a bracket in a name"),
    "comma-in-name": (b"5;a", b",b", "a comma in a name"),
    "colon-in-name": (b"5;a", b":b", "a colon in a name"),
    "slash-in-value": (b"5;a=b", b"/c", "a slash in a token"),
    "at-in-value": (b"5;a=", b"@", "an at sign as a token"),
    "backslash-in-value": (b"5;a=b", b"\\c", "a backslash in a token"),
    "equals-padding-in-value": (b"5;a=Yg", b"==", "base64 as a token, with its padding"),
    "latin-1-name": (b"5;", b"\xe9=1", "a name that is not ASCII"),
    "latin-1-in-name": (b"5;a", b"\xe9", "a name with a letter that is not ASCII"),
    "latin-1-value": (b"5;a=", b"\xe9", "a token that is not ASCII"),
    "nul-name": (b"5;", b"\0ext", "a NUL as a name"),
    "nul-in-name": (b"5;a", b"\0", "a NUL in a name"),
    "nul-in-value": (b"5;a=b", b"\0", "a NUL in a token"),
    "delete-in-value": (b"5;a=b", b"\x7f", "DEL in a token"),
    "vertical-tab-as-whitespace": (b"5;", b"\x0ba", "a vertical tab, which is no whitespace"),
    "form-feed-as-whitespace": (b"5;a", b"\x0c=b", "a form feed, which is no whitespace"),
    "nul-in-quotes": (b'5;a="', b'\0"', "a NUL in a quoted string"),
    "control-01-in-quotes": (b'5;a="b', b'\x01"', "a control character in a quoted string"),
    "control-1f-in-quotes": (b'5;a="b', b'\x1f"', "the last control character in a quoted string"),
    "delete-in-quotes": (b'5;a="b', b'\x7f"', "DEL in a quoted string"),
    "escaped-nul": (b'5;a="\\', b'\0"', "an escaped NUL"),
    "escaped-control": (b'5;a="b\\', b'\x0b"', "an escaped control character"),
    "escaped-delete": (b'5;a="\\', b'\x7f"', "an escaped DEL"),
    "backslash-outside-quotes": (b"5;a=", b'\\"b"', "an escaped quote instead of a quote"),
}

# The same, for line endings in quoted strings.
QUOTED_LINE_ENDINGS = {
    "unbalanced": (b'5;a="b";c="d; e', b"", "a quoted string that does not end in its line"),
    "unbalanced-escaped": (b'5;a="b\\"', b"", "a quoted string whose last quote is escaped"),
    "crlf": (b'5;a="', b'\r\nb"', "a CRLF in a quoted string"),
    "cr": (b'5;a="b', b'\rc"', "a CR in a quoted string"),
    "lf": (b'5;a="b', b'\nc"', "a LF in a quoted string"),
    "escaped-crlf": (b'5;a="\\', b'\r\nb"', "an escaped CRLF in a quoted string"),
    "escaped-lf": (b'5;a="\\', b'\nb"', "an escaped LF in a quoted string"),
    "quoted-crlf-crlf": (b'5;a="', b'\r\n\r\nGET / HTTP/1.1\r\n\r\n"', "a request in a quoted string"),
}


def fault_vectors():
    for name, (fine, rest, about) in FAULTS.items():
        case = broken("chunkExtensionInvalid", fine=fine, rest=rest + TAIL)
        yield vector(f"extension-fault-{name}", about, case)
    for name, (fine, rest, about) in QUOTED_LINE_ENDINGS.items():
        case = broken("chunkExtensionInvalid", fine=fine, rest=rest + TAIL)
        yield vector(f"extension-quoted-{name}", about, case, cve=QUOTED_STRINGS)
    good = (*chunk(b"one", A), *chunk(b"two", quoted(b"b", b"c")))
    case = broken("chunkExtensionInvalid", *good, fine=b"5;c;d=", rest=TAIL)
    yield vector("extension-fault-third-chunk", "only the extensions of whole lines are there", case)
    case = broken("chunkExtensionInvalid", *HELLO, DATA_END, fine=b"0;", rest=CRLF + CRLF)
    yield vector("extension-fault-last-chunk", "a semicolon and nothing after the size of the last chunk", case)
    case = broken("chunkExtensionInvalid", *GOOD, fine=b'0;a="', rest=CRLF + b"A: b" + CRLF + CRLF)
    yield vector("extension-quoted-last-chunk", "a quote that hides the end of a body", case, cve=QUOTED_STRINGS)
