import EventStreamCodec
import ReferenceDecoders
import TestSupport

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

extension FuzzTarget {
    /// Decoding any bytes does not trap, and takes memory and steps in proportion to their number.
    static let eventStreamRaw = FuzzTarget(
        name: "eventstream-raw", about: "any bytes: no trap, memory and steps in proportion", shape: .eventStream
    ) { input throws(FuzzFailure) in
        try requireEffort(input, rules: .standard)
    }

    /// The same for bytes with repaired checksums and lengths, under rules that accept more of them.
    static let eventStreamRepaired = FuzzTarget(
        name: "eventstream-repaired", about: "checksums and lengths made right, so that everything behind them is met",
        shape: .eventStream
    ) { input throws(FuzzFailure) in
        var repaired = input
        EventStreamRepair.repair(&repaired, lengthsToo: true)
        try requireEffort(repaired, rules: .standard)
        try requireEffort(repaired, rules: .lenient)
        let transcript = try StreamTranscript.decoding(repaired, .whole, .lenient)
        // The repaired checksums must not be the error.
        try require(
            transcript.error?.code != .preludeCRCMismatch && transcript.error?.code != .messageCRCMismatch,
            "\(text(transcript.error)) after the checksums were made right")
    }

    private static func requireEffort(_ input: [UInt8], rules: StreamRules) throws(FuzzFailure) {
        for splitting in [.whole, .every(1), .random(seed: seed(of: input))] as [Splitting] {
            let pieces = Array(splitting.ranges(of: input.count))
            var touched = 0
            func look(_ bytes: RawSpan) { touched &+= bytes.byteCount }

            try Effort.require(bytes: input.count, calls: pieces.count, "decoder, \(splitting)") {
                var decoder = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
                _ = thrown { () throws(EventStreamError) in
                    for range in pieces {
                        try unsafe decoder.decode(input.span.bytes.extracting(range)) { message in
                            var iterator = message.headers.makeIterator()
                            while let header = iterator.next() { look(header.encodedValue) }
                            look(message.payload)
                        }
                    }
                    try decoder.finish()
                }
            }
            try Effort.require(bytes: input.count, calls: pieces.count, "segment decoder, \(splitting)") {
                var decoder = EventStreamSegmentDecoder(limits: rules.limits, policy: rules.policy)
                _ = thrown { () throws(EventStreamError) in
                    for range in pieces {
                        try unsafe decoder.decode(input.span.bytes.extracting(range)) { segment in
                            switch segment {
                            case .begin(let headers, _): look(headers.encoded)
                            case .payload(let bytes): look(bytes)
                            case .end: break
                            }
                        }
                    }
                    try decoder.finish()
                }
            }
        }
    }
}

extension FuzzTarget {
    /// Any two splits of a stream give the same messages, errors and offsets, also if bodies return early.
    static let eventStreamSplits = FuzzTarget(
        name: "eventstream-splits", about: "any two splits: the same messages, errors and offsets", shape: .eventStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = StreamRules.all[random.below(3)]
        let whole = try StreamTranscript.decoding(input, .whole, rules)
        for splitting in [.random(seed: random.next()), .random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try StreamTranscript.decoding(input, splitting, rules)
            try require(split == whole, "\(rules), \(splitting): \(difference(split, whole))")
        }
        let splitting = Splitting.random(seed: random.next())
        let pulled = try StreamTranscript.pulling(input, splitting, rules, &random)
        try require(pulled == whole, "\(rules), pulled, \(splitting): \(difference(pulled, whole))")
    }

    private static func difference(_ left: StreamTranscript, _ right: StreamTranscript) -> String {
        "\(left.count) messages, \(text(left.error)); whole \(right.count) messages, \(text(right.error))"
    }
}

extension FuzzTarget {
    /// For any split of a stream, the segment decoder verifies the messages that the gathering decoder delivers.
    static let segments = FuzzTarget(
        name: "segments", about: "segments against gathered messages, however split", shape: .eventStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = StreamRules.all[random.below(3)]
        let gathered = try StreamTranscript.decoding(input, .whole, rules)
        let whole = try SegmentTranscript.decoding(input, .whole, rules)
        try require(whole.verified == gathered.withoutError, "\(rules): other messages")
        // A segment decoder finds an invalid header before the message CRC, or the end of the stream, has arrived.
        let isEarlier =
            (gathered.error?.code == .messageCRCMismatch || gathered.error?.code == .unexpectedEnd)
            && whole.error?.code.description.hasPrefix("header") == true
        try require(
            isEarlier || whole.error?.code == gathered.error?.code && whole.error?.offset == gathered.error?.offset,
            "\(rules): \(text(whole.error)); gathered: \(text(gathered.error))")

        for splitting in [.random(seed: random.next()), .every(1)] as [Splitting] {
            let split = try SegmentTranscript.decoding(input, splitting, rules)
            try require(split == whole, "\(rules), \(splitting): \(text(split.error)); whole: \(text(whole.error))")
        }
    }
}

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
