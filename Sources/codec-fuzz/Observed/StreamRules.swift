import EventStreamCodec
import ReferenceDecoders

/// Limits and policy for decoding an event stream, told to the library and to the reference alike.
struct StreamRules: CustomStringConvertible {
    let description: String
    let limits: EventStreamLimits
    let policy: EventStreamPolicy

    /// What a decoder does unless told otherwise.
    static let standard = StreamRules(description: "standard rules", limits: .decoding, policy: .strict)

    /// Whatever the wire can express.
    static let lenient = StreamRules(description: "lenient rules", limits: .unlimited, policy: .lenient)

    /// Limits that short inputs reach.
    static let tight = StreamRules(
        description: "tight rules",
        limits: EventStreamLimits(messageLength: 200, headersLength: 60, payloadLength: 80, headerValueLength: 9),
        policy: EventStreamPolicy(duplicateHeaderNames: .reject, emptyHeaderNames: .accept))

    static let all = [standard, lenient, tight]

    /// The same rules for the reference.
    var reference: ReferenceEventStream.Rules {
        ReferenceEventStream.Rules(
            longestMessage: limits.messageLength, longestHeaders: limits.headersLength,
            longestPayload: limits.payloadLength, longestHeaderValue: limits.headerValueLength,
            acceptsRepeatedNames: policy.duplicateHeaderNames == .accept,
            acceptsEmptyNames: policy.emptyHeaderNames == .accept)
    }
}
