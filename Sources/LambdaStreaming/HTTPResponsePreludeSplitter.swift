import EventStreamCodec

/// Splits the HTTP prelude from a body that arrives in pieces of any size.
///
/// ```swift
/// var splitter = HTTPResponsePreludeSplitter()
/// for piece in pieces {
///     let split = try splitter.split(piece)
///     if let prelude = split.prelude { begin(prelude) }
///     write(piece[split.body])
/// }
/// try splitter.finish()
/// ```
///
/// The prelude ends at the first eight NUL bytes in a row. JSON has no NUL bytes, so any further ones belong to the
/// body. The prelude and the NUL bytes may straddle inputs. The body is returned as a range of the input and is never
/// copied. Errors are sticky: the splitter keeps throwing the same error until ``reset()``.
public struct HTTPResponsePreludeSplitter: Sendable {
    /// The contents of a piece of the body.
    public struct Split: Sendable, Hashable {
        /// The prelude, if this piece completed it. This happens once in a body.
        public var prelude: HTTPResponsePrelude?

        /// The range of the piece that comes after the prelude; empty until the prelude is complete.
        public var body: Range<Int>
    }

    /// The limit on the length of the JSON, in bytes.
    public let limit: Int

    /// Whether the prelude is complete.
    public private(set) var isComplete = false

    /// The number of bytes of the body that were read.
    public private(set) var offset: UInt64 = 0

    /// The JSON, and the NUL bytes after it that have arrived, until the prelude is complete.
    private var gathered: [UInt8] = []

    /// The number of NUL bytes at the end of ``gathered``.
    private var nulCount = 0

    private var failure: HTTPResponsePreludeError?

    /// Creates a splitter at the start of a body.
    ///
    /// - Parameter limit: The limit on the length of the JSON, in bytes; `Int.max` for no limit. A negative limit counts
    ///   as 0.
    public init(limit: Int = HTTPResponsePrelude.maximumByteCount) {
        self.limit = max(limit, 0)
    }

    /// Reads the next bytes of the body.
    ///
    /// O(*n*) for *n* bytes of prelude; O(1) for bytes after the prelude.
    ///
    /// - Parameter bytes: The next bytes of the body, any number of them.
    /// - Returns: The prelude, if `bytes` completes it, and the range of `bytes` that belongs to the body.
    /// - Throws: The prelude's first error. Offsets count from the first byte of the body.
    public mutating func split(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable
    ) throws(HTTPResponsePreludeError) -> Split {
        try split(bytes.rawSpan)
    }

    private mutating func split(_ bytes: RawSpan) throws(HTTPResponsePreludeError) -> Split {
        if let failure { throw failure }
        guard !isComplete else {
            offset &+= UInt64(bytes.byteCount)
            return Split(body: bytes.byteOffsets)
        }
        do throws(HTTPResponsePreludeError) {
            let end = try gather(bytes)
            offset &+= UInt64(bytes.byteCount)
            guard let end else { return Split(body: bytes.byteCount..<bytes.byteCount) }
            let count = gathered.count &- HTTPResponsePrelude.delimiterByteCount
            let prelude = try gathered.withBytes { gathered throws(HTTPResponsePreludeError) in
                try HTTPResponsePrelude(json: gathered.extracting(0..<count))
            }
            gathered = []
            isComplete = true
            return Split(prelude: prelude, body: end..<bytes.byteCount)
        } catch {
            failure = error
            offset = error.offset
            gathered = []
            throw error
        }
    }

    /// Declares the body finished.
    ///
    /// - Throws: ``HTTPResponsePreludeError/Code/unexpectedEnd`` if the prelude is not complete; the prelude's error if it
    ///   had one.
    public mutating func finish() throws(HTTPResponsePreludeError) {
        if failure == nil, !isComplete {
            failure = HTTPResponsePreludeError(
                .unexpectedEnd, at: offset, found: offset, foundDescription: "the end of the body",
                expectedDescription: "the rest of an HTTP prelude: JSON, then eight NUL bytes")
        }
        if let failure { throw failure }
    }

    /// Makes the splitter ready for another body, from offset 0.
    public mutating func reset() {
        self = HTTPResponsePreludeSplitter(limit: limit)
    }

    /// Gathers bytes up to the eighth NUL in a row.
    ///
    /// - Returns: Where in `bytes` the body begins; nil if the prelude is not complete.
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
                    .tooLong, at: UInt64(limit), expected: UInt64(limit), foundDescription: "more than \(limit) bytes",
                    expectedDescription: "the end of the HTTP prelude within \(limit) bytes")
            }
        }
        gathered.append(contentsOf: bytes)
        return nil
    }
}
