/// What a complete aws-chunked body contained, besides its data: the result of ``AWSChunkedDecoder/finish()``.
public struct AWSChunkedSummary: Sendable, Hashable {
    /// The number of bytes of data.
    public let decodedLength: UInt64

    /// The number of chunks with data.
    public let chunkCount: UInt64

    /// The checksums that were computed or declared. Every declared one that was computed is right.
    public let checksums: [AWSChunkedChecksum]

    /// The fields of the trailer section in the order of the wire, with names in lower case, without the signature.
    public let trailers: [ChunkedTrailer]

    /// Returns the checksum of an algorithm.
    ///
    /// - Parameter algorithm: The algorithm.
    /// - Returns: The checksum, or nil if it was neither computed nor declared.
    public func checksum(_ algorithm: AWSChecksumAlgorithm) -> AWSChunkedChecksum? {
        checksums.first { $0.algorithm == algorithm }
    }
}

/// A checksum of the data of an aws-chunked body: the value that the sender declared, and the value that the data has.
///
/// Equality and hashing compare the bytes of the texts.
public struct AWSChunkedChecksum: Sendable {
    /// The name of its trailer or header in lower case: `x-amz-checksum-crc32`.
    public let name: String

    /// The base64 that the sender declared in a trailer or in a header of the request; nil if there is none.
    public let declared: String?

    /// The base64 of the checksum of the data so far; nil if the decoder does not compute it.
    public let computed: String?

    /// The algorithm, if it is one of S3's.
    public var algorithm: AWSChecksumAlgorithm? { AWSChecksumAlgorithm(trailerName: name) }

    /// The value to store: the computed one, or else the declared one.
    public var value: String? { computed ?? declared }
}

extension AWSChunkedChecksum: Hashable {
    /// Returns whether two checksums have the same bytes.
    public static func == (left: AWSChunkedChecksum, right: AWSChunkedChecksum) -> Bool {
        func same(_ left: String?, _ right: String?) -> Bool {
            guard let left, let right else { return left == nil && right == nil }
            return left.hasSameUTF8(as: right)
        }
        return left.name.hasSameUTF8(as: right.name) && same(left.declared, right.declared)
            && same(left.computed, right.computed)
    }

    /// Hashes the bytes of the name.
    public func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
