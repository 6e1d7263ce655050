import EventStreamCodec

extension FuzzTarget {
    /// The stateless frame layer finds the same messages as the decoder, and returns how many bytes it needs.
    static let frames = FuzzTarget(
        name: "frames", about: "the stateless frame layer against the decoder", shape: .eventStream
    ) { input throws(FuzzFailure) in
        for rules in StreamRules.all {
            let decoded = try StreamTranscript.decoding(input, .whole, rules)
            var parsed = StreamTranscript()
            var position = 0
            var needed: Int?
            do throws(EventStreamError) {
                while needed == nil, position < input.count {
                    let rest = unsafe input.span.bytes.extracting(droppingFirst: position)
                    switch try EventStreamFrame.parse(
                        rest, streamOffset: UInt64(position), limits: rules.limits, policy: rules.policy)
                    {
                    case .message(let message):
                        parsed.note(message.frame, at: message.offset)
                        position += message.frame.byteCount
                    case .incomplete(let count): needed = count
                    }
                }
            } catch {
                parsed.note(error)
            }
            try require(parsed.withoutError == decoded.withoutError, "\(rules): other messages")
            if let needed {
                // An incomplete message is not an error in this layer.
                let rest = input.count - position
                let total = rest >= 12 ? input.number(at: position) : 12
                try require(needed == total && needed > rest, "\(rules): needs \(needed), has \(rest)")
                try require(
                    decoded.error?.code == .unexpectedEnd, "\(rules): needs more; decoder: \(text(decoded.error))")
            } else {
                try require(parsed.error == decoded.error, "\(rules): \(text(parsed.error)); \(text(decoded.error))")
            }
        }
    }
}
