import TestSupport

/// What a target's inputs look like: how to make good ones, damage them, and repair what hides the damage.
enum InputShape: Sendable {
    /// Bytes of no structure; also what targets read choices from.
    case bytes
    /// Bytes of no structure, short and long.
    case longBytes
    /// Messages of an event stream.
    case eventStream
    /// The header block of a message.
    case headerBlock
    /// A body in the chunked transfer coding, and what follows it.
    case chunked
    /// A byte that says what is signed and summed, see ``AWSChunkedMode``, then an aws-chunked body.
    case awsChunked

    /// A new input, mostly a good one.
    func make(_ random: inout SeededGenerator) -> [UInt8] {
        var input: [UInt8] = []
        switch self {
        case .bytes: random.append(random.below(64), to: &input)
        case .longBytes: random.append(random.below(random.pick([32, 300, 300, 1_200, 9_000, 70_000])), to: &input)
        case .eventStream: EventStreamInput.appendStream(to: &input, &random)
        case .headerBlock: EventStreamInput.appendHeaders(to: &input, &random)
        case .chunked: ChunkedInput.appendBody(to: &input, &random)
        case .awsChunked: AWSChunkedInput.append(to: &input, &random)
        }
        return input
    }

    /// Damages `input` at a few places; often repairs checksums and lengths, so that the damage is met behind them.
    func mutate(_ input: inout [UInt8], _ random: inout SeededGenerator) {
        if self == .eventStream, random.oneIn(4) { return BoundaryLengths.set(in: &input, &random) }
        for _ in 0...random.below(3) { ByteMutator.mutate(&input, tokens: tokens, &random) }
        repair(&input, &random)
    }

    /// Repairs, three times out of four, what would hide the damage.
    func repair(_ input: inout [UInt8], _ random: inout SeededGenerator) {
        switch self {
        case .bytes, .longBytes, .headerBlock: break
        case .eventStream where !random.oneIn(4): EventStreamRepair.repair(&input, lengthsToo: random.oneIn(2))
        case .chunked where !random.oneIn(4): ChunkedRepair.repair(&input, from: 0)
        case .awsChunked where !random.oneIn(4): ChunkedRepair.repair(&input, from: 1)
        case .eventStream, .chunked, .awsChunked: break
        }
    }

    /// Pieces that mean something, to be put in.
    private var tokens: [[UInt8]] {
        switch self {
        case .bytes, .longBytes: []
        case .eventStream, .headerBlock: EventStreamInput.tokens
        case .chunked: ChunkedInput.tokens
        case .awsChunked: AWSChunkedInput.tokens
        }
    }
}
