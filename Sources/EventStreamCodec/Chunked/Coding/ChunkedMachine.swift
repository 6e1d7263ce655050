/// The state of a chunked body between two bytes, and the step from one event to the next.
///
/// A pure machine over positions: it reads bytes, keeps none, and knows nothing of who owns them. The decoders are thin
/// shells around it.
struct ChunkedMachine: Sendable {
    /// The number of bytes of the body that have been read.
    private(set) var offset: UInt64 = 0

    /// What is being read.
    private(set) var phase = Phase.sizeLine

    /// The line that is being read, or was read last.
    private(set) var sizeLine = SizeLineScanner()
    private(set) var trailerLine = TrailerLineScanner()

    /// The last size line that was plain.
    private var plainLine = PlainSizeLine()

    /// The size of the current chunk, and what is left of its data.
    private(set) var chunkSize: UInt64 = 0
    private(set) var remaining: UInt64 = 0

    /// The number of chunks whose size line has been read, the last chunk not counted.
    private(set) var chunkCount = 0
    private let chunkLimit: Int

    private var extensionBudget: Int
    private var trailerBudget: Int
    private var fieldBudget: Int
    private let policy: ChunkedPolicy

    enum Phase: UInt8, Sendable {
        /// A chunk's first line.
        case sizeLine
        /// A chunk's data; the CR and the LF after it.
        case data, dataCarriageReturn, dataLineFeed
        /// A line of the trailer section.
        case trailers
        /// Nothing more belongs to the body.
        case end
    }

    /// What a step came to; ranges are positions in the bytes given.
    enum Step {
        /// All bytes are read.
        case needsMore
        /// A size line with more than a size has ended. The bytes of its extensions end before the CRLF that ends at
        /// the position reached; they may have begun in earlier bytes.
        case extensions(length: Int)
        /// Data, one byte at least.
        case data(Range<Int>)
        /// A trailer field has ended. Its bytes end before the CRLF that ends at the position reached; they may have
        /// begun in earlier bytes.
        case trailer(length: Int)
        /// The body has ended at the position reached.
        case end
    }

    init(limits: ChunkedLimits, policy: ChunkedPolicy) {
        extensionBudget = limits.extensionBytes
        trailerBudget = limits.trailerBytes
        fieldBudget = limits.trailerFields
        chunkLimit = limits.chunks
        self.policy = policy
    }

    /// Reads from `position` to the next event or the end of the bytes, and moves `position` there.
    @inline(__always)
    mutating func step(_ bytes: RawSpan, from position: inout Int) throws(ChunkedError) -> Step {
        if phase == .dataCarriageReturn, bytes.hasLineEnd(at: position) {
            phase = .sizeLine
            if !sizeLine.isAtStart { sizeLine = SizeLineScanner() }
            advance(to: position &+ 2, from: &position)
        }
        if isBetweenChunks {
            if PlainChunk.isEnd(bytes, at: position) {
                chunkSize = 0
                phase = .end
                advance(to: position &+ PlainChunk.endByteCount, from: &position)
                return .end
            }
            if chunkCount < chunkLimit, let chunk = PlainChunk(bytes, at: position, expecting: &plainLine) {
                note(chunkSize: chunk.data.count, chunkCount: chunkCount &+ 1)
                // An event ends with its data; the line end is the next one's.
                phase = .dataCarriageReturn
                advance(to: chunk.data.upperBound, from: &position)
                return .data(chunk.data)
            }
        }
        return try readBytes(bytes, from: &position)
    }

    /// Reads as many chunks as are plain and whole, one after the other, and calls `body` with the place of each one's
    /// data.
    @inline(__always)
    mutating func readPlainChunks(
        _ bytes: RawSpan, from position: inout Int, _ body: (Range<Int>) -> Void
    ) {
        guard isBetweenChunks else { return }
        // The loop keeps nothing but these; what else there is to know follows from the last line. When that is the line of
        // a chunk that is not whole, it is the one that is read next.
        var (end, count, line) = (position, chunkCount, plainLine)
        while count < chunkLimit, let chunk = PlainChunk(bytes, at: end, expecting: &line) {
            body(chunk.data)
            end = chunk.end
            count &+= 1
        }
        guard count > chunkCount else { return }
        plainLine = line
        note(chunkSize: line.size, chunkCount: count)
        advance(to: end, from: &position)
    }

    /// Whether a size line comes next, and nothing of it has been read.
    private var isBetweenChunks: Bool { phase == .sizeLine && sizeLine.isAtStart }

    /// Takes note of a chunk whose data has been read, the last of `chunkCount`.
    @inline(__always)
    private mutating func note(chunkSize size: Int, chunkCount: Int) {
        self.chunkCount = chunkCount
        chunkSize = UInt64(size)
        remaining = 0
    }

    /// All bytes before `end` have been read.
    @inline(__always)
    private mutating func advance(to end: Int, from position: inout Int) {
        offset &+= UInt64(end &- position)
        position = end
    }

    /// Reads byte by byte, whatever stands there.
    @inline(never)
    private mutating func readBytes(_ bytes: RawSpan, from position: inout Int) throws(ChunkedError) -> Step {
        let start = position
        // Where `bytes` begins in the body; it wraps around harmlessly when that is before the body.
        let base = offset &- UInt64(start)
        defer { offset = base &+ UInt64(position) }
        while true {
            switch phase {
            case .sizeLine:
                guard
                    try sizeLine.scan(
                        bytes, from: &position, offset: base, budget: &extensionBudget, policy: policy)
                else { return .needsMore }
                guard sizeLine.size == 0 || chunkCount < chunkLimit else {
                    position &-= 1
                    throw ChunkedError(.tooManyChunks, at: base &+ UInt64(position))
                }
                beginChunk()
                if sizeLine.extensionLength > 0 { return .extensions(length: sizeLine.extensionLength) }
            case .data:
                let available = bytes.byteCount &- position
                guard available > 0 else { return .needsMore }
                let count = Int(clamping: Swift.min(remaining, UInt64(available)))
                let range = position..<(position &+ count)
                remaining &-= UInt64(count)
                position = range.upperBound
                if remaining == 0 { phase = .dataCarriageReturn }
                return .data(range)
            case .dataCarriageReturn, .dataLineFeed:
                guard position < bytes.byteCount else { return .needsMore }
                let byte = bytes.byte(at: position)
                let expected = phase == .dataCarriageReturn ? HTTPByte.carriageReturn : HTTPByte.lineFeed
                guard byte == expected else {
                    throw ChunkedError(
                        .chunkDataNotTerminated, at: base &+ UInt64(position), found: UInt64(byte))
                }
                position &+= 1
                if phase == .dataCarriageReturn {
                    phase = .dataLineFeed
                } else {
                    phase = .sizeLine
                    sizeLine = SizeLineScanner()
                }
            case .trailers:
                if trailerLine.hasEnded { trailerLine = TrailerLineScanner() }
                switch try trailerLine.scan(bytes, from: &position, offset: base, budget: &trailerBudget) {
                case .needsMore: return .needsMore
                case .field:
                    guard fieldBudget > 0 else {
                        position &-= 1
                        throw ChunkedError(.tooManyTrailers, at: base &+ UInt64(position))
                    }
                    fieldBudget &-= 1
                    return .trailer(length: trailerLine.length)
                case .lastLine:
                    phase = .end
                    return .end
                }
            case .end: return .needsMore
            }
        }
    }

    /// A size line has ended.
    private mutating func beginChunk() {
        chunkSize = sizeLine.size
        remaining = chunkSize
        guard remaining > 0 else {
            phase = .trailers
            return
        }
        chunkCount &+= 1
        phase = .data
    }

    /// Gives back to the budget of extensions what a layer above has understood.
    mutating func creditExtensions(_ count: Int) {
        extensionBudget &+= count
    }

    /// Whether the trailer section has begun and nothing of its next line has been read.
    var isBetweenTrailers: Bool { phase == .trailers && trailerLine.isBetweenLines }

    /// The bytes, up to its CR, of a line that has begun and not ended and that somebody wants to see whole.
    var openLineLength: Int {
        switch phase {
        case .sizeLine: sizeLine.extensionLength
        case .trailers: trailerLine.hasEnded ? 0 : trailerLine.length
        default: 0
        }
    }

    /// Whether the CR of the open line has been read.
    var openLineIsAtLineFeed: Bool {
        phase == .sizeLine ? sizeLine.isAtLineFeed : trailerLine.isAtLineFeed
    }
}
