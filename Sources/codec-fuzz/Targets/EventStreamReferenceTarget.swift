import EventStreamCodec
import ReferenceDecoders
import TestSupport

extension FuzzTarget {
    /// The messages, errors and offsets equal those of a naive decoder that shares no code with the library.
    static let eventStreamReference = FuzzTarget(
        name: "eventstream-reference", about: "messages, errors and offsets against a naive decoder",
        shape: .eventStream
    ) { input throws(FuzzFailure) in
        for rules in StreamRules.all {
            let expected = ReferenceEventStreamDecoder.decode(input, rules: rules.reference)
            var decoder = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
            var position = 0
            var mismatch: String?
            let error = thrown { () throws(EventStreamError) in
                for range in Splitting.random(seed: seed(of: input)).ranges(of: input.count) {
                    try decoder.decode(Array(input[range])) { message in
                        if position >= expected.messages.count {
                            mismatch = mismatch ?? "more messages"
                        } else if !isSame(message, expected.messages[position]) {
                            mismatch = mismatch ?? "another message \(position)"
                        }
                        position += 1
                    }
                }
                try decoder.finish()
            }
            if let mismatch { throw FuzzFailure("\(rules): \(mismatch)") }
            try require(
                position == expected.messages.count, "\(rules): \(position) of \(expected.messages.count) messages")
            let failure = expected.failure
            try require(
                error?.code.description == failure?.code && error?.offset == failure.map { UInt64($0.offset) },
                "\(rules): \(text(error)), the reference says \(failure.map { "\($0)" } ?? "nothing")")
        }
    }

    private static func isSame(_ view: EventStreamMessageView, _ expected: ReferenceEventStream.Message) -> Bool {
        guard
            view.offset == UInt64(expected.offset), view.frame.byteCount == expected.length,
            view.prelude.crc == expected.preludeCRC, view.messageCRC == expected.messageCRC,
            [UInt8](view.payload) == expected.payload, view.headers.count == expected.headers.count
        else { return false }
        var iterator = view.headers.makeIterator()
        for header in expected.headers {
            guard
                let found = iterator.next(), [UInt8](found.name.utf8) == header.name,
                found.type.rawValue == header.type, [UInt8](found.encodedValue) == header.value
            else { return false }
        }
        return true
    }
}
