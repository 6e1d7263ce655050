/// What of an aws-chunked body can be verified; the first byte of an input says it.
struct AWSChunkedMode {
    let isSigned: Bool
    let hasChecksum: Bool

    /// The least data of a chunk but the last, far below S3's, so that short inputs reach the rule.
    static let minimumChunkSize = 8

    init(_ byte: UInt8) {
        isSigned = byte & 1 == 1
        hasChecksum = byte & 2 == 2
    }
}
