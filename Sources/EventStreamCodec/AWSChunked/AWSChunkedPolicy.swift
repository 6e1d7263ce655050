/// What a decoder of aws-chunked accepts beyond the documented grammar.
///
/// | preset | use |
/// |---|---|
/// | ``standard`` | what S3 accepts, and an end without the final CRLF; bytes after the body are left to the caller |
/// | ``upload`` | the same, for a body that must be the whole content of a request |
/// | ``response`` | the same, with any trailers |
/// | ``strict`` | only the documented grammar |
///
/// Sizes in upper case, extensions with other names, and whitespace around the value of a trailer are accepted by all of them.
public struct AWSChunkedPolicy: Sendable, Hashable {
    /// Whether a line feed may precede the CRLF of a trailer: `x-amz-checksum-crc32:NhCmhg==` LF CR LF.
    ///
    /// minio-go sends this, and so do the examples in the user guide of Amazon S3.
    public var allowsLineFeedBeforeTrailerEnd: Bool

    /// Whether spaces and tabs may precede the colon of a trailer. Some old clients send them.
    public var allowsWhitespaceBeforeColon: Bool

    /// Whether the CRLF that ends the body may be missing. S3 rejects such a body; some clients send one if it has no trailers.
    public var allowsMissingFinalLineEnd: Bool

    /// Whether the input may continue after the body. If so, the decoder stops there, and the caller decides what the bytes
    /// are. Otherwise they are an error: for example a second last chunk, which broken clients send.
    public var allowsBytesAfterEnd: Bool

    /// Whether trailers may have names that were not announced.
    public var allowsUnannouncedTrailers: Bool

    /// Creates a policy; each value that is omitted is that of ``standard``.
    ///
    /// - Parameters:
    ///   - allowsLineFeedBeforeTrailerEnd: Whether a line feed may precede the CRLF of a trailer.
    ///   - allowsWhitespaceBeforeColon: Whether whitespace may precede the colon of a trailer.
    ///   - allowsMissingFinalLineEnd: Whether the final CRLF may be missing.
    ///   - allowsBytesAfterEnd: Whether the input may continue after the body.
    ///   - allowsUnannouncedTrailers: Whether trailers may have names that were not announced.
    public init(
        allowsLineFeedBeforeTrailerEnd: Bool = true, allowsWhitespaceBeforeColon: Bool = true,
        allowsMissingFinalLineEnd: Bool = true, allowsBytesAfterEnd: Bool = true,
        allowsUnannouncedTrailers: Bool = false
    ) {
        self.allowsLineFeedBeforeTrailerEnd = allowsLineFeedBeforeTrailerEnd
        self.allowsWhitespaceBeforeColon = allowsWhitespaceBeforeColon
        self.allowsMissingFinalLineEnd = allowsMissingFinalLineEnd
        self.allowsBytesAfterEnd = allowsBytesAfterEnd
        self.allowsUnannouncedTrailers = allowsUnannouncedTrailers
    }

    /// What S3 accepts, and an end without the final CRLF.
    public static let standard = AWSChunkedPolicy()

    /// What S3 accepts, and an end without the final CRLF, for a body that is the whole content of a request.
    public static let upload = AWSChunkedPolicy(allowsBytesAfterEnd: false)

    /// As ``upload``, with any trailers.
    public static let response = AWSChunkedPolicy(allowsBytesAfterEnd: false, allowsUnannouncedTrailers: true)

    /// Only the documented grammar.
    public static let strict = AWSChunkedPolicy(
        allowsLineFeedBeforeTrailerEnd: false, allowsWhitespaceBeforeColon: false, allowsMissingFinalLineEnd: false,
        allowsBytesAfterEnd: false)

    /// The part of the policy that the framing applies.
    var framing: ChunkedPolicy {
        var policy = ChunkedPolicy.strict
        policy.allowsLineFeedBeforeTrailerEnd = allowsLineFeedBeforeTrailerEnd
        policy.allowsWhitespaceBeforeColon = allowsWhitespaceBeforeColon
        return policy
    }
}

/// Limits on an aws-chunked body. `UInt64.max` means no limit.
///
/// A decoder stores no data, so it needs no memory for large chunks and bodies. The limits are for a caller that stores them.
public struct AWSChunkedLimits: Sendable, Hashable {
    /// The number of bytes of data in a chunk. There is no limit by default: S3 has none, other servers have one of 16 MiB.
    public var chunkSize: UInt64

    /// The number of bytes of data in the body. There is no limit by default. S3 has one of 5 GiB for an upload.
    public var decodedLength: UInt64

    /// The limits on overhead. Signatures do not count.
    public var framing: ChunkedLimits

    /// Creates limits; each one that is omitted has its default.
    ///
    /// - Parameters:
    ///   - chunkSize: The number of bytes of data in a chunk.
    ///   - decodedLength: The number of bytes of data in the body.
    ///   - framing: The limits on overhead.
    public init(chunkSize: UInt64 = .max, decodedLength: UInt64 = .max, framing: ChunkedLimits = .standard) {
        self.chunkSize = chunkSize
        self.decodedLength = decodedLength
        self.framing = framing
    }

    /// The default limits.
    public static let standard = AWSChunkedLimits()

    /// No limits.
    public static let unlimited = AWSChunkedLimits(framing: .unlimited)

    /// The length of a signature's line that the framing may read beyond its limits, until it is known to be a signature.
    static let signatureAllowance = 512

    /// The limits that the framing applies. The decoder applies the exact ones to what is not a signature.
    var framingWithAllowance: ChunkedLimits {
        func raised(_ limit: Int, by allowance: Int) -> Int {
            let (sum, overflow) = limit.addingReportingOverflow(allowance)
            return overflow ? .max : sum
        }
        var limits = framing
        limits.extensionsLength = raised(limits.extensionsLength, by: Self.signatureAllowance)
        limits.trailersLength = raised(limits.trailersLength, by: Self.signatureAllowance)
        limits.trailerCount = raised(limits.trailerCount, by: 1)
        return limits
    }
}
