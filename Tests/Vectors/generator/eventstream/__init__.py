"""The vectors of the event-stream format (application/vnd.amazon.eventstream).

There is no decoder in here. Every vector is built from the messages that a decoder has to deliver and from the fault
that it has to find; both are stated, not computed, so the expectation never depends on anybody's reading of the bytes.
"""

from . import (
    broken_headers,
    errors,
    lambda_and_bedrock,
    meaning,
    messages,
    policies_and_limits,
    transcribe_s3_kinesis,
)

GROUPS = (
    messages.plain_vectors,
    messages.payload_vectors,
    messages.type_vectors,
    messages.name_vectors,
    messages.many_vectors,
    broken_headers.cut_header_vectors,
    broken_headers.unknown_type_vectors,
    broken_headers.utf8_vectors,
    policies_and_limits.policy_vectors,
    policies_and_limits.limit_vectors,
    policies_and_limits.hostile_vectors,
    errors.error_vectors,
    errors.order_vectors,
    errors.truncated_vectors,
    meaning.meaning_vectors,
    lambda_and_bedrock.lambda_vectors,
    lambda_and_bedrock.bedrock_vectors,
    transcribe_s3_kinesis.transcribe_vectors,
    transcribe_s3_kinesis.s3_select_vectors,
    transcribe_s3_kinesis.kinesis_vectors,
)
