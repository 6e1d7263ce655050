import EventStreamCodec
import ReferenceDecoders

extension FuzzTarget {
    /// A prelude is accepted if and only if the reference accepts it, and its ranges cover the message.
    static let prelude = FuzzTarget(
        name: "prelude", about: "the first twelve bytes: accepted by the same rules, ranges without gaps",
        shape: .eventStream
    ) { input throws(FuzzFailure) in
        let bytes = Array(input.prefix(12))
        for rules in StreamRules.all {
            var prelude: EventStreamPrelude?
            let error = thrown { () throws(EventStreamError) in
                prelude = try unsafe EventStreamPrelude.parse(bytes.span.bytes, limits: rules.limits)
            }
            guard bytes.count == 12 else {
                try require(prelude == nil && error == nil, "\(bytes.count) bytes gave \(text(error))")
                continue
            }
            // With a valid prelude, only the rest of the message is missing.
            let expected = ReferenceEventStreamDecoder.decode(bytes, rules: rules.reference).failure
            guard let prelude else {
                try require(
                    error?.code.description == expected?.code && error?.offset == expected.map { UInt64($0.offset) },
                    "\(rules): \(text(error)), the reference says \(expected?.code ?? "nothing")")
                continue
            }
            try require(expected?.code == "unexpectedEnd", "\(rules): accepted; \(expected?.code ?? "nothing")")
            try require(
                prelude.totalLength == bytes.number(at: 0) && prelude.headersLength == bytes.number(at: 4)
                    && Int(prelude.crc) == bytes.number(at: 8), "fields differ from the bytes")
            try require(
                prelude.headersRange.lowerBound == 12
                    && prelude.headersRange.upperBound == prelude.payloadRange.lowerBound
                    && prelude.headersRange.count == prelude.headersLength
                    && prelude.payloadRange.upperBound == prelude.messageCRCOffset
                    && prelude.payloadRange.count == prelude.payloadLength
                    && prelude.messageCRCOffset + 4 == prelude.totalLength, "ranges leave gaps")
        }
    }
}
