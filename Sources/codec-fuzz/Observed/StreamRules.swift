import EventStreamCodec
import ReferenceDecoders

/// The limits and the policy of an event stream decoder, for the library and for the reference.
struct StreamRules: CustomStringConvertible {
    let description: String
    let limits: EventStreamLimits
    let policy: EventStreamPolicy

    /// The defaults of a decoder.
    static let standard = StreamRules(description: "standard rules", limits: .decoding, policy: .strict)

    /// Everything that the wire format can express.
    static let lenient = StreamRules(description: "lenient rules", limits: .unlimited, policy: .lenient)

    /// Limits that short inputs reach.
    static let tight = StreamRules(
        description: "tight rules",
        limits: EventStreamLimits(messageLength: 200, headersLength: 60, payloadLength: 80, headerValueLength: 9),
        policy: EventStreamPolicy(duplicateHeaderNames: .reject, emptyHeaderNames: .accept))

    static let all = [standard, lenient, tight]

    /// The same rules in the types of the reference.
    var reference: ReferenceEventStream.Rules {
        ReferenceEventStream.Rules(
            longestMessage: limits.messageLength, longestHeaders: limits.headersLength,
            longestPayload: limits.payloadLength, longestHeaderValue: limits.headerValueLength,
            acceptsRepeatedNames: policy.duplicateHeaderNames == .accept,
            acceptsEmptyNames: policy.emptyHeaderNames == .accept)
    }
}
