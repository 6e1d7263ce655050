"""The lines of Sources/EventStreamCodec that no test executes, with the reasons, for Scripts/coverage.py."""

NO_VALUE = "required by a protocol; the type has no values, so it cannot be called"
NOT_ASKED = "required by a protocol; not used, because the type has no values"

NARROW = "a message of 2 GiB or more cannot be addressed on 32 bits; Tests/ThirtyTwoBits runs it there"

EXPLAINED = {
    ("AWSChunked/AWSChecksum.swift", "public var trailerName: String { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChecksum.swift", "public var valueLength: Int { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChecksum.swift", "public mutating func update(_ data: RawSpan) { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChecksum.swift", "public var value: String { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public mutating func update(_ data: RawSpan) { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public mutating func signChunk() -> String { switch self {} }"): NO_VALUE,
    (
        "AWSChunked/AWSChunkedIntegrity.swift",
        "public mutating func signTrailers(_ canonical: RawSpan) -> String { switch self {} }",
    ): NO_VALUE,
    ("EventStream/EventStreamPrelude.swift", "throw EventStreamError("): NARROW,
    (
        "EventStream/EventStreamPrelude.swift",
        ".messageTooLong, at: offset, found: UInt64(total), expected: UInt64(Int.max))",
    ): NARROW,
}
