import EventStreamCodec
import TestSupport

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
