import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// A decoder that recognizes header blocks behaves as the stateless layer, which cannot remember any.
    static let knownHeaders = FuzzTarget(
        name: "known-headers",
        about: "header blocks that repeat, alternate and are damaged, against the stateless layer",
        shape: .eventStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let rules = StreamRules.all[random.below(3)]
        let blocks = HeaderBlocks(of: input, &random)
        var gathering = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
        var segments = EventStreamSegmentDecoder(limits: rules.limits, policy: rules.policy)
        // More messages than unknown blocks are needed until one replaces another.
        for _ in 0..<96 {
            let message = blocks.message(&random)
            let splitting = Splitting.random(seed: random.next())
            let expected = Outcome.ofFrame(message, at: gathering.offset, rules)
            let gathered = Outcome.of(&gathering, message, splitting)
            try require(gathered == expected, "\(rules), \(splitting): \(gathered); not remembered: \(expected)")

            let expectedSegments = Outcome.ofFrame(message, at: segments.offset, rules)
            let segmented = Outcome.of(&segments, message, splitting)
            // Segments report an invalid header before the message CRC has arrived.
            let isEarlier =
                expectedSegments.error?.code == .messageCRCMismatch
                && segmented.error?.code.description.hasPrefix("header") == true
            try require(
                isEarlier || segmented == expectedSegments,
                "\(rules), \(splitting): segments \(segmented); not remembered: \(expectedSegments)")
        }
    }
}

/// The result of one message: its bytes, or its error. A decoder that has thrown is reset.
private struct Outcome: Equatable, CustomStringConvertible {
    var bytes: [UInt8] = []
    var error: EventStreamError?

    var description: String { error.map { "\($0)" } ?? "\(bytes.count) bytes" }

    static func ofFrame(_ message: [UInt8], at offset: UInt64, _ rules: StreamRules) -> Outcome {
        var outcome = Outcome()
        outcome.error = thrown { () throws(EventStreamError) in
            let frame = try unsafe EventStreamFrame.parse(
                message.span.bytes, streamOffset: offset, limits: rules.limits, policy: rules.policy)
            if case .message(let view) = frame { outcome.bytes = [UInt8](view.frame) }
        }
        return outcome
    }

    static func of(_ decoder: inout EventStreamDecoder, _ message: [UInt8], _ splitting: Splitting) -> Outcome {
        var outcome = Outcome()
        outcome.error = thrown { () throws(EventStreamError) in
            for range in splitting.ranges(of: message.count) {
                try decoder.decode(Array(message[range])) { outcome.bytes.append(contentsOf: $0.frame) }
            }
        }
        if outcome.error != nil { decoder.reset() }
        return outcome
    }

    static func of(_ decoder: inout EventStreamSegmentDecoder, _ message: [UInt8], _ splitting: Splitting) -> Outcome {
        // The prelude is the same, and not delivered in its encoded form.
        var unverified = Array(message.prefix(EventStreamPrelude.length))
        var outcome = Outcome()
        outcome.error = thrown { () throws(EventStreamError) in
            for range in splitting.ranges(of: message.count) {
                try decoder.decode(Array(message[range])) { segment in
                    switch segment {
                    case .begin(let headers, _): unverified.append(contentsOf: headers.encoded)
                    case .payload(let bytes): unverified.append(contentsOf: bytes)
                    case .end(let crc):
                        for shift in [24, 16, 8, 0] as [UInt32] {
                            unverified.append(UInt8(truncatingIfNeeded: crc >> shift))
                        }
                        outcome.bytes = unverified
                    }
                }
            }
        }
        if outcome.error != nil { decoder.reset() }
        return outcome
    }
}

/// The header blocks of a stream, and messages with them and with variants of them.
private struct HeaderBlocks {
    private let blocks: [[UInt8]]

    /// Finds the blocks by their lengths. There are one to eight, so that some inputs alternate more than a decoder remembers.
    init(of input: [UInt8], _ random: inout SeededGenerator) {
        var blocks: [[UInt8]] = []
        var position = 0
        while blocks.count < 4, input.count - position >= 16 {
            let (total, headers) = (input.number(at: position), input.number(at: position + 4))
            guard total >= 16, total <= input.count - position, headers <= total - 16 else { break }
            blocks.append(Array(input[(position + 12)..<(position + 12 + headers)]))
            position += total
        }
        for _ in 0..<(1 + random.below(4)) {
            var block: [UInt8] = []
            EventStreamInput.appendHeaders(to: &block, &random)
            blocks.append(block)
        }
        self.blocks = blocks
    }

    /// Returns a message with one of the blocks. One in four has a damaged block, and one in sixteen a wrong checksum.
    func message(_ random: inout SeededGenerator) -> [UInt8] {
        let block = random.oneIn(4) ? damaged(random.pick(blocks), &random) : random.pick(blocks)
        var message = [UInt8](repeating: 0, count: 12) + block
        random.append(random.length(upTo: 40), to: &message)
        message.append(contentsOf: repeatElement(0, count: 4))
        message.store(UInt32(message.count), at: 0)
        message.store(UInt32(block.count), at: 4)
        EventStreamRepair.sign(&message, messageAt: 0..<message.count)
        if random.oneIn(16) { message[12 + random.below(message.count - 12)] ^= 1 &<< UInt8(random.below(8)) }
        return message
    }

    /// Changes a byte, drops the end, or joins the start of the block and the end of another one.
    private func damaged(_ block: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var block = block
        switch random.below(4) {
        case 0: block.removeLast(random.below(block.count + 1))
        case 1:
            let other = random.pick(blocks)
            block = Array(block.prefix(random.below(block.count + 1)) + other.suffix(random.below(other.count + 1)))
        case _ where block.isEmpty: break
        case 2: block[block.count - 1] ^= 0x80
        default: block[random.below(block.count)] ^= 1 &<< UInt8(random.below(8))
        }
        return block
    }
}
