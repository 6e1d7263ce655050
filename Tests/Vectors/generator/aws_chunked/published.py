"""Published examples: what is computed here, as everywhere, has to be what was published.

- the two examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization Header: Transferring
  Payload in Multiple Chunks", without and "Including Trailing Headers"; the second has a CRC-32C, so that it is only
  compared and not one of the vectors
- the example of the integration tests of smithy-rs, aws_chunked/chunk-signing.json
"""

from .outcomes import Receiver, complete, encoded, vector
from .signing import Signing
from .wire import CHECKSUM, crc32

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AWS = Signing(
    KEY, "20130524T000000Z", "us-east-1", "s3", b"4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
)
AWS_TRAILER = Signing(
    KEY, "20130524T000000Z", "us-east-1", "s3", b"106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"
)
SMITHY = Signing(
    "notrealrnrELgWzOk3IfjzDKtFBhDby",
    "20090213T233130Z",
    "us-east-1",
    "s3",
    b"4d5247cc603cc816a7ab5272ed9e47cf173e45bc42bfa68e1181267dd0f0bf73",
)

AWS_PARTS = (b"a" * 65536, b"a" * 1024)
SMITHY_PARTS = (b"a" * 8192, b"a" * 2048)

# The signatures of the chunks, and of the last one.
CHAINS = (
    (
        AWS,
        AWS_PARTS,
        [
            b"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            b"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            b"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
    ),
    (
        AWS_TRAILER,
        AWS_PARTS,
        [
            b"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            b"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            b"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
    ),
    (
        SMITHY,
        SMITHY_PARTS,
        [
            b"25851a3d29c435720498cdfd7540bb131ae653ea7371cb885f4fe1ba092d37f3",
            b"bf16b3638d50be9f090044f98d838e6643fa2d37db299cbdb884a92d2a659a03",
            b"7110bd9a94d4fa381c0ad159f6b14acb99e93ecec95cb3fd0fd61b414a692ae6",
        ],
    ),
)

# The signature of a trailer after those chunks.
TRAILERS = (
    (
        *CHAINS[1],
        (b"x-amz-checksum-crc32c", b"sOO8/Q=="),
        b"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435",
    ),
    (
        *CHAINS[2],
        (CHECKSUM, b"X9RA0w=="),
        b"a1764ee8bc0edc8b723a91b19c28bbcc7f8ac8a5932b0e7b7497dd6a8fee78f0",
    ),
)

CHECKSUMS = {
    b"": b"AAAAAA==",
    b"123456789": b"y/Q5Jg==",
    b"hello world": b"DUoRhQ==",
    b"a" * 10240: b"X9RA0w==",
    b"a" * 66560: b"sK4Y7A==",
}


def compare():
    for signing, parts, signatures in CHAINS:
        if signing.chain(*parts) != signatures:
            raise ValueError(f"{signing.seed_signature}: the signatures are not the published ones")
    for signing, _, signatures, trailer, signature in TRAILERS:
        if signing.trailers(signatures[-1], trailer) != signature:
            raise ValueError(f"{signing.seed_signature}: the trailer's signature is not the published one")
    for content, checksum in CHECKSUMS.items():
        if crc32(content) != checksum:
            raise ValueError(f"{len(content)} bytes: the checksum is not the published one")


def published_vectors():
    compare()
    about = "the published example of AWS: 65,536 and 1,024 bytes of a"
    yield example("published-aws", about, Receiver(AWS), AWS_PARTS, 65536, 66824)
    about = "a published example with a trailer: 8,192 and 2,048 bytes of a"
    yield example("published-smithy-trailer", about, Receiver(SMITHY, CHECKSUM), SMITHY_PARTS, 8192, 10624)


def example(name, about, receiver, parts, chunk_size, length):
    content = b"".join(parts)
    case = complete(*encoded(receiver, content, chunk_size))
    if len(case.wire) != length:
        raise ValueError(f"{name}: the length is not the published one")
    return vector(name, about, receiver.announced(len(content)), case, chunk_size)
