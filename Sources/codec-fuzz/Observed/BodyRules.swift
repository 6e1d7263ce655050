import EventStreamCodec

/// Limits and policy for decoding a chunked body.
struct BodyRules: CustomStringConvertible {
    let description: String
    let limits: ChunkedLimits
    let policy: ChunkedPolicy

    /// What a decoder does unless told otherwise.
    static let standard = BodyRules(description: "standard rules", limits: .standard, policy: .strict)

    /// The grammar without limits.
    static let unlimited = BodyRules(description: "no limits", limits: .unlimited, policy: .strict)

    /// Limits that short inputs reach, and whitespace after sizes.
    static let tight = BodyRules(
        description: "tight rules",
        limits: ChunkedLimits(extensionsLength: 20, trailersLength: 24, trailerCount: 2, chunkCount: 3),
        policy: ChunkedPolicy(allowsWhitespaceAfterSize: true))

    static let all = [standard, unlimited, tight]
}
