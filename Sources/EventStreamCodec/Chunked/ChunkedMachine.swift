/// The state of a chunked body between two bytes, and the step from one event to the next.
///
/// The machine works on positions. It reads bytes, stores none, and does not know who owns them. ``ChunkedDecoder`` is a thin
/// shell around it: it borrows the input and turns positions into views.
struct ChunkedMachine: Sendable {
    /// The number of bytes of the body that have been read.
    private(set) var offset: UInt64 = 0

    /// The part of the body that is read next.
    private(set) var phase = Phase.sizeLine

    /// The line that is being read, or the last one that was.
    private(set) var sizeLine = SizeLineScanner()
    private(set) var trailerLine = TrailerLineScanner()

    /// The last plain size line.
    private var plainLine = PlainSizeLine()

    /// The size of the current chunk, and the number of bytes of its data that are still to come.
    private(set) var chunkSize: UInt64 = 0
    private(set) var remaining: UInt64 = 0

    /// The number of chunks whose size line has been read, without the last chunk.
    private(set) var chunkCount: UInt64 = 0
    private let chunkLimit: UInt64

    /// The number of trailer fields that have been read.
    private var trailerCount = 0
    private let trailerLimit: Int

    private var extensionBudget: OverheadBudget
    private var trailerBudget: OverheadBudget
    private let policy: ChunkedPolicy

    enum Phase: UInt8, Sendable {
        /// The size line of a chunk.
        case sizeLine
        /// The data of a chunk; the CR and the LF after it.
        case data, dataCarriageReturn, dataLineFeed
        /// A line of the trailer section.
        case trailers
        /// The body is complete.
        case end
    }

    /// The result of a step. Ranges are positions in the bytes given.
    enum Step {
        /// All bytes have been read.
        case needsMore
        /// A size line with extensions has ended. They have `length` bytes, which end before the CRLF that ends at the
        /// current position. They may have begun in an earlier input.
        case extensions(length: Int)
        /// At least one byte of data.
        case data(Range<Int>)
        /// A trailer field has ended. It has `length` bytes, which end before the CRLF that ends at the current position.
        /// They may have begun in an earlier input.
        case trailer(length: Int)
        /// The body has ended at the current position.
        case end
    }

    init(limits: ChunkedLimits, policy: ChunkedPolicy) {
        extensionBudget = OverheadBudget(limit: limits.extensionsLength)
        trailerBudget = OverheadBudget(limit: limits.trailersLength)
        trailerLimit = limits.trailerCount
        chunkLimit = limits.chunkCount
        self.policy = policy
    }

    /// Reads from `position` to the next event or to the end of the bytes, and moves `position` there.
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
                advance(to: position &+ PlainChunk.endLength, from: &position)
                return .end
            }
            let start = bytes.extracting(droppingFirst: position)
            let digits = Hexadecimal.values
            if chunkCount < chunkLimit,
                let chunk = PlainChunk(bytes, at: position, start, expecting: &plainLine, digits.span)
            {
                recordPlainChunk(size: chunk.data.count, chunkCount: chunkCount &+ 1)
                // An event ends with its data; the next step reads the line end.
                phase = .dataCarriageReturn
                advance(to: chunk.data.upperBound, from: &position)
                return .data(chunk.data)
            }
        }
        return try readBytes(bytes, from: &position)
    }

    /// Reads the complete plain chunks at `position`, and calls `body` with the range of each one's data.
    ///
    /// This is the fast path for bodies of small chunks: it keeps the state of the loop in registers, and needs half the
    /// instructions of one ``step(_:from:)`` per chunk.
    @inline(__always)
    mutating func readPlainChunks(
        _ bytes: RawSpan, from position: inout Int, _ body: (Range<Int>) -> Void
    ) {
        guard isBetweenChunks, bytes.byteCount >= PlainSizeLine.windowLength else { return }
        let values = Hexadecimal.values
        let digits = values.span
        // With this condition, the loop does not check the table for each chunk.
        guard digits.count > 255 else { return }
        // All other state follows from the last line. If that line belongs to an incomplete chunk, it is the line that is
        // read next.
        var (end, left, line) = (position, chunkLimit &- chunkCount, plainLine)
        while left > 0, let start = bytes.window(at: end, count: PlainSizeLine.windowLength),
            let chunk = PlainChunk(bytes, at: end, start, expecting: &line, digits)
        {
            body(chunk.data)
            end = chunk.end
            left &-= 1
        }
        guard end > position else { return }
        plainLine = line
        recordPlainChunk(size: line.size, chunkCount: chunkLimit &- left)
        advance(to: end, from: &position)
    }

    /// Whether the next byte is the first one of a size line.
    private var isBetweenChunks: Bool { phase == .sizeLine && sizeLine.isAtStart }

    /// Records a chunk whose data has been read, the last of `chunkCount`.
    @inline(__always)
    private mutating func recordPlainChunk(size: Int, chunkCount: UInt64) {
        self.chunkCount = chunkCount
        chunkSize = UInt64(size)
        remaining = 0
    }

    /// Records that all bytes before `end` have been read.
    @inline(__always)
    private mutating func advance(to end: Int, from position: inout Int) {
        offset &+= UInt64(end &- position)
        position = end
    }

    /// Reads any input byte by byte.
    @inline(never)
    private mutating func readBytes(_ bytes: RawSpan, from position: inout Int) throws(ChunkedError) -> Step {
        let start = position
        // The position of `bytes` in the body. It wraps around without harm if that is before the body.
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
                    throw ChunkedError(.tooManyChunks, at: base &+ UInt64(position), expected: chunkLimit)
                }
                beginChunk()
                if sizeLine.extensionsLength > 0 { return .extensions(length: sizeLine.extensionsLength) }
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
                        .chunkDataNotTerminated, at: base &+ UInt64(position), found: UInt64(byte),
                        expected: UInt64(expected))
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
                switch try trailerLine.scan(
                    bytes, from: &position, offset: base, budget: &trailerBudget, policy: policy)
                {
                case .needsMore: return .needsMore
                case .field:
                    guard trailerCount < trailerLimit else {
                        position &-= 1
                        throw ChunkedError(
                            .tooManyTrailers, at: base &+ UInt64(position), expected: UInt64(clamping: trailerLimit))
                    }
                    trailerCount &+= 1
                    return .trailer(length: trailerLine.length)
                case .lastLine:
                    phase = .end
                    return .end
                }
            case .end: return .needsMore
            }
        }
    }

    /// Begins a chunk whose size line has ended.
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

    /// Returns bytes to the budget of extensions that a layer above has understood, so that they are not overhead.
    mutating func refundExtensions(_ count: Int) {
        extensionBudget.refund(count)
    }

    /// Returns the last trailer line to the budget of trailers, as ``refundExtensions(_:)`` does.
    mutating func refundTrailerLine() {
        trailerBudget.refund(trailerLine.length &+ 2)
        trailerCount &-= 1
    }

    /// Whether the budgets have at least this number of bytes left.
    func hasBudgets(_ count: Int) -> (extensions: Bool, trailers: Bool) {
        (extensionBudget.has(count), trailerBudget.has(count))
    }

    /// Whether the next byte is the first one of a line of the trailer section.
    var isBetweenTrailers: Bool { phase == .trailers && trailerLine.isBetweenLines }

    /// The number of bytes, up to its CR, of an incomplete line that must be delivered in one piece.
    var openLineLength: Int {
        switch phase {
        case .sizeLine: sizeLine.extensionsLength
        case .trailers: trailerLine.hasEnded ? 0 : trailerLine.length
        default: 0
        }
    }

    /// Whether the CR of the incomplete line has been read.
    var openLineIsAtLineFeed: Bool {
        phase == .sizeLine ? sizeLine.isAtLineFeed : trailerLine.isAtLineFeed
    }
}

/// A complete chunk in the form that nearly all senders write: a ``PlainSizeLine``, data, CRLF.
///
/// ``ChunkedMachine`` finds the same chunk byte by byte. This type only recognizes the common form, and reports no errors.
struct PlainChunk {
    /// The range of the data, at least one byte.
    let data: Range<Int>

    /// The position after the chunk.
    var end: Int { data.upperBound &+ 2 }

    /// - Parameters:
    ///   - bytes: The bytes to read.
    ///   - position: The position of the chunk.
    ///   - start: The bytes from there on, as many as a size line can have if there are enough.
    ///   - line: The expected line, that of the previous chunk. It is set to the line at `start`, also if the rest of the chunk is
    ///     incomplete.
    ///   - digits: The values of hexadecimal digits.
    @inline(__always)
    init?(
        _ bytes: RawSpan, at position: Int, _ start: RawSpan, expecting line: inout PlainSizeLine, _ digits: Span<UInt8>
    ) {
        if !line.matches(start) {
            guard let other = PlainSizeLine(start, after: line, digits) else { return nil }
            line = other
        }
        let dataStart = position &+ line.length
        // A sum that overflows, which is possible on 32-bit platforms, is negative, and there is no window.
        let dataEnd = dataStart &+ line.size
        guard let lineEnd = bytes.window(at: dataEnd, count: 2), lineEnd.hasLineEnd(at: 0) else { return nil }
        data = unsafe Range(uncheckedBounds: (dataStart, dataEnd))
    }

    /// The length in bytes of the end of a body without trailers: `0`, CRLF, CRLF.
    static let endLength = 5

    /// Whether the bytes at `position` are that end.
    @inline(__always)
    static func isEnd(_ bytes: RawSpan, at position: Int) -> Bool {
        bytes.hasLineEnd(at: position &+ 1) && bytes.hasLineEnd(at: position &+ 3)
            && bytes.byte(at: position) == UInt8(ascii: "0")
    }
}

/// A size line in the form that nearly all senders write: a size above 0 that fits into an `Int`, and CRLF.
///
/// Most chunks of a body have the same size, that of the sender's buffer. So the next line is first compared with the last
/// one. If it is equal, the position of the next chunk depends on the last line and not on a value that was just loaded,
/// and the processor can run ahead over chunks that are far apart.
struct PlainSizeLine {
    /// The number of bytes of data.
    let size: Int

    /// The length of the line in bytes, including its CRLF.
    let length: Int

    /// The bytes of the line, the first one lowest, and the mask of those that belong to it. A line that is longer than 8 bytes, or
    /// whose size differs from the one before, has values that match nothing.
    private var word = UInt64.max
    private var mask: UInt64 = 0

    /// The number of digits whose value fits into an `Int`: 15 on 64-bit platforms, 7 on 32-bit ones. A longer size might be
    /// too large, or have zeros that count as overhead.
    private static let maximumDigitCount = Int.bitWidth / 4 - 1

    /// The longest plain line: 15 digits and CRLF, rounded up to whole words.
    static let windowLength = 24

    /// Creates a value that matches no line.
    init() {
        (size, length) = (0, 0)
    }

    @inline(__always)
    init?(_ start: RawSpan, after previous: PlainSizeLine, _ digits: Span<UInt8>) {
        let (number, digitsEnd) = start.hexadecimal(
            at: 0, maximumDigitCount: Self.maximumDigitCount, values: digits)
        // INVARIANT: 4 * maximumDigitCount < Int.bitWidth - 1, so the size is below Int.max.
        size = Int(truncatingIfNeeded: number)
        // The value of no digits is 0.
        guard size > 0, start.hasLineEnd(at: digitsEnd) else { return nil }
        length = digitsEnd &+ 2
        // Where sizes differ from chunk to chunk, the word would never be used.
        if size == previous.size { (word, mask) = Self.pattern(of: start, length: length) }
    }

    /// Returns ``word`` and ``mask`` of the line at `start`.
    @inline(never)
    private static func pattern(of start: RawSpan, length: Int) -> (word: UInt64, mask: UInt64) {
        guard length <= 8, let word = start.integer(UInt64.self, ifAt: 0) else { return (.max, 0) }
        let mask = UInt64.max &>> UInt64(64 &- 8 &* length)
        return (UInt64(littleEndian: word) & mask, mask)
    }

    /// Whether `start` begins with the line.
    @inline(__always)
    func matches(_ start: RawSpan) -> Bool {
        // Where sizes differ from chunk to chunk, there is no mask, and the line is not loaded here.
        guard mask != 0, let word = start.integer(UInt64.self, ifAt: 0) else { return false }
        return UInt64(littleEndian: word) & mask == self.word
    }
}
