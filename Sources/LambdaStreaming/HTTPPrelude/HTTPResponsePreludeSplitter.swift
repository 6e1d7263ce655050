import EventStreamCodec

/// Splits the HTTP prelude from a body that arrives in pieces of any size.
///
/// ```swift
/// var splitter = HTTPResponsePreludeSplitter()
/// for piece in pieces {
///     let split = try splitter.split(piece)
///     if let prelude = split.prelude { begin(prelude) }
///     pass(piece[split.body])
/// }
/// try splitter.finish()
/// ```
///
/// The prelude ends at the first eight NUL bytes in a row; JSON has none, so that further ones belong to the body. It
/// may straddle inputs, and so may the NUL bytes. What belongs to the body is the rest of its input, lent as a range and
/// never copied. After an error the splitter throws that same error for ever.
public struct HTTPResponsePreludeSplitter: Sendable {
    /// What a piece of the body holds.
    public struct Split: Sendable, Hashable {
        /// The prelude, when this piece completed it: once in a body.
        public var prelude: HTTPResponsePrelude?

        /// The bytes of the piece that come after the prelude; none as long as it is not whole.
        public var body: Range<Int>
    }

    /// The most bytes of JSON.
    public let limit: Int

    /// Whether the prelude has been split off.
    public private(set) var isComplete = false

    /// The JSON, and those NUL bytes after it that have arrived, until the prelude is complete.
    private var gathered: [UInt8] = []

    /// How many NUL bytes ``gathered`` ends with.
    private var nulCount = 0

    private var failure: HTTPResponsePreludeError?

    /// A splitter at the start of a body.
    ///
    /// - Parameter limit: The most bytes of JSON; `Int.max` for any number. A negative limit is a limit of 0.
    public init(limit: Int = HTTPResponsePrelude.maximumByteCount) {
        self.limit = max(limit, 0)
    }

    /// Takes the next bytes of the body.
    ///
    /// - Throws: What is wrong with the prelude; the body's first byte is its offset 0.
    public mutating func split(_ bytes: RawSpan) throws(HTTPResponsePreludeError) -> Split {
        if let failure { throw failure }
        guard !isComplete else { return Split(body: bytes.byteOffsets) }
        do throws(HTTPResponsePreludeError) {
            guard let end = try gather(bytes) else { return Split(body: bytes.byteCount..<bytes.byteCount) }
            let count = gathered.count &- HTTPResponsePrelude.delimiterByteCount
            let prelude = try gathered.withBytes { gathered throws(HTTPResponsePreludeError) in
                try HTTPResponsePrelude(json: gathered.extracting(0..<count))
            }
            gathered = []
            isComplete = true
            return Split(prelude: prelude, body: end..<bytes.byteCount)
        } catch {
            failure = error
            gathered = []
            throw error
        }
    }

    /// Takes the next bytes of the body.
    ///
    /// - Throws: As ``split(_:)-(RawSpan)``.
    public mutating func split(_ bytes: [UInt8]) throws(HTTPResponsePreludeError) -> Split {
        try bytes.withBytes { bytes throws(HTTPResponsePreludeError) in try split(bytes) }
    }

    /// Declares the body finished.
    ///
    /// - Throws: ``HTTPResponsePreludeError/Code/unexpectedEnd`` when the prelude is not whole; its error when it had one.
    public mutating func finish() throws(HTTPResponsePreludeError) {
        if failure == nil, !isComplete { failure = unexpectedEnd }
        if let failure { throw failure }
    }

    private var unexpectedEnd: HTTPResponsePreludeError {
        HTTPResponsePreludeError(
            .unexpectedEnd, at: gathered.count, found: "the end of the body",
            expected: "the rest of an HTTP prelude: JSON, then eight NUL bytes")
    }

    /// Takes bytes up to the eighth NUL in a row.
    ///
    /// - Returns: Where in `bytes` the body begins; nil when the prelude goes on.
    private mutating func gather(_ bytes: RawSpan) throws(HTTPResponsePreludeError) -> Int? {
        for position in bytes.byteOffsets {
            if bytes.byte(at: position) == 0 {
                nulCount &+= 1
                guard nulCount == HTTPResponsePrelude.delimiterByteCount else { continue }
                gathered.append(contentsOf: bytes.extracting(0...position))
                return position &+ 1
            }
            nulCount = 0
            guard gathered.count &+ position < limit else {
                throw HTTPResponsePreludeError(
                    .tooLong, at: limit, found: "more than \(limit) bytes",
                    expected: "the end of the HTTP prelude within \(limit) bytes")
            }
        }
        gathered.append(contentsOf: bytes)
        return nil
    }
}
