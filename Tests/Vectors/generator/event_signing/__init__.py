"""The vectors of signed event streams (AWS Signature Version 4).

There is no decoder in here. Signatures are computed from the pieces that are signed, and compared with the published ones in
published.py.
"""

from . import faults, published, streams

GROUPS = (
    published.published_vectors,
    streams.stream_vectors,
    faults.chain_vectors,
    faults.message_vectors,
)
