import TestSupport

/// The shape of a target's inputs: how to generate valid ones, mutate them, and repair checksums and lengths afterwards.
enum InputShape: Sendable {
    /// Bytes without structure. Some targets only use them as a source of choices.
    case bytes
    /// Bytes without structure, short and long.
    case longBytes
    /// Messages of an event stream.
    case eventStream
    /// Signed messages of an event stream.
    case signedStream
    /// The header block of a message.
    case headerBlock
    /// A body in the chunked transfer coding, and bytes after it.
    case chunked
    /// The byte of an ``AWSChunkedMode``, then an aws-chunked body.
    case awsChunked
    /// The headers of a request, then an aws-chunked body.
    case awsRequest
    /// An input that may be something else than an event stream.
    case other

    /// Returns a new input, which is usually valid.
    func make(_ random: inout SeededGenerator) -> [UInt8] {
        var input: [UInt8] = []
        switch self {
        case .bytes: random.append(random.below(64), to: &input)
        case .longBytes: random.append(random.below(random.pick([32, 300, 300, 1_200, 9_000, 70_000])), to: &input)
        case .eventStream: EventStreamInput.appendStream(to: &input, &random)
        case .signedStream: SignedInput.append(to: &input, &random)
        case .headerBlock: EventStreamInput.appendHeaders(to: &input, &random)
        case .chunked: ChunkedInput.appendBody(to: &input, &random)
        case .awsChunked: AWSChunkedInput.append(to: &input, &random)
        case .awsRequest: AWSRequestInput.append(to: &input, &random)
        case .other: OtherInput.append(to: &input, &random)
        }
        return input
    }

    /// Mutates `input` at a few positions, and often repairs checksums and lengths, so that a decoder gets past them.
    func mutate(_ input: inout [UInt8], _ random: inout SeededGenerator) {
        if self == .eventStream, random.oneIn(4) { return BoundaryLengths.set(in: &input, &random) }
        for _ in 0...random.below(3) { ByteMutator.mutate(&input, tokens: tokens, &random) }
        repair(&input, &random)
    }

    /// Repairs checksums and lengths, three times out of four.
    func repair(_ input: inout [UInt8], _ random: inout SeededGenerator) {
        switch self {
        case .bytes, .longBytes, .headerBlock, .awsRequest, .other: break
        case .eventStream where !random.oneIn(4), .signedStream where !random.oneIn(4):
            EventStreamRepair.repair(&input, lengthsToo: random.oneIn(2))
        case .chunked where !random.oneIn(4): ChunkedRepair.repair(&input, from: 0)
        case .awsChunked where !random.oneIn(4): ChunkedRepair.repair(&input, from: 1)
        case .eventStream, .signedStream, .chunked, .awsChunked: break
        }
    }

    /// Byte sequences that have a meaning in the format.
    private var tokens: [[UInt8]] {
        switch self {
        case .bytes, .longBytes: []
        case .eventStream, .signedStream, .headerBlock: EventStreamInput.tokens
        case .chunked: ChunkedInput.tokens
        case .awsChunked: AWSChunkedInput.tokens
        case .awsRequest: AWSRequestInput.tokens
        case .other: OtherInput.tokens
        }
    }
}
