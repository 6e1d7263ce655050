"""The lines of Sources/EventStreamCodec that no test reaches, and why: for Scripts/coverage.py."""

NO_VALUE = "a protocol asks for it; the type has no values, so that nothing can call it"
NOT_ASKED = "a protocol asks for it; nobody does where there is no value to go with it"

NARROW = "a message of 2 GiB or more cannot be addressed on 32 bits; Tests/ThirtyTwoBits runs it there"

EXPLAINED = {
    ("AWSChunked/AWSChunkedIntegrity.swift", 'public static var trailerName: String { "" }'): NOT_ASKED,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public static var valueLength: Int { 0 }"): NOT_ASKED,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public mutating func update(_ data: RawSpan) { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public var value: String { switch self {} }"): NO_VALUE,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public static var signatureLength: Int { 0 }"): NOT_ASKED,
    ("AWSChunked/AWSChunkedIntegrity.swift", "public mutating func signChunk() -> String { switch self {} }"): NO_VALUE,
    (
        "AWSChunked/AWSChunkedIntegrity.swift",
        "public mutating func signTrailers(_ canonical: RawSpan) -> String { switch self {} }",
    ): NO_VALUE,
    ("EventStream/Frame/EventStreamPrelude.swift", "throw EventStreamError("): NARROW,
    (
        "EventStream/Frame/EventStreamPrelude.swift",
        ".messageTooLong, at: offset, found: UInt64(total), expected: UInt64(Int.max))",
    ): NARROW,
}
