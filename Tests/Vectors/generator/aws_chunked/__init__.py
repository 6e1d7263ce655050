"""The vectors of aws-chunked, the content coding of uploads to S3.

There is no decoder in here. Every vector is built from the pieces of a body that deliver their data, and from what
follows them; the signatures and checksums are computed, and compared with the published ones in published.py.
"""

from . import bodies, cuts, framing, lengths, published, signatures, trailers

GROUPS = (
    published.published_vectors,
    bodies.canonical_vectors,
    bodies.notation_vectors,
    bodies.end_vectors,
    bodies.leftover_vectors,
    framing.framing_vectors,
    framing.repeated_last_chunk_vectors,
    lengths.small_chunk_vectors,
    lengths.longer_vectors,
    lengths.shorter_vectors,
    lengths.wide_vectors,
    signatures.missing_vectors,
    signatures.malformed_vectors,
    signatures.mismatch_vectors,
    signatures.chain_vectors,
    trailers.missing_vectors,
    trailers.unexpected_vectors,
    trailers.signature_vectors,
    trailers.checksum_vectors,
    trailers.malformed_vectors,
    trailers.tolerated_vectors,
    trailers.order_vectors,
    cuts.cut_vectors,
)
