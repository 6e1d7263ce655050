/// Decodes a body in HTTP/1.1's chunked transfer coding, and passes its data on as slices of the input.
///
/// ```swift
/// var decoder = ChunkedDecoder()
/// let consumed = try decoder.decode(bytes) { element in
///     switch element {
///     case .data(let data): receive(data)
///     case .trailer(let field): record(field.name, field.value)
///     case .extensions, .end: break
///     }
/// }
/// ```
///
/// The contract:
///
/// - The decoder accepts the grammar of RFC 9112 §7.1. Every framing byte is validated. ``ChunkedPolicy`` names the exceptions.
/// - Data is never copied. A line of extensions or trailers that straddles inputs is gathered, within its limit.
/// - The decoder stops after the last byte of the body and returns how many bytes it consumed.
/// - All elements before an error are delivered. After an error, the decoder throws the same error again.
/// - The elements, errors and offsets do not depend on how the body is split into inputs, only the cuts in the data do.
///
/// Following a call: this file, `ChunkedMachine.swift`, and for lines that are not plain, `ChunkSizeLine.swift` and
/// `ChunkedTrailerLine.swift`.
public struct ChunkedDecoder: Sendable {
    /// The limits on overhead.
    public let limits: ChunkedLimits

    /// What the decoder accepts beyond the grammar.
    public let policy: ChunkedPolicy

    var progress: Progress

    /// The extensions or the trailer field of a line that straddles inputs, without its CRLF.
    var carried = CarryBuffer()

    /// Creates a decoder at the start of a body.
    ///
    /// - Parameters:
    ///   - limits: The limits on overhead.
    ///   - policy: What to accept beyond the grammar.
    public init(limits: ChunkedLimits = .standard, policy: ChunkedPolicy = .strict) {
        self.limits = limits
        self.policy = policy
        progress = Progress(machine: ChunkedMachine(limits: limits, policy: policy))
    }

    /// The number of bytes of the body that have been consumed. After an error, this is the error's offset.
    public var offset: UInt64 { progress.machine.offset }

    /// Whether the body is complete.
    public var isComplete: Bool { progress.machine.phase == .end }

    /// The number of chunks whose size line has been read, without the last chunk.
    public var chunkCount: UInt64 { progress.machine.chunkCount }

    /// A part of a chunked body, in the order of the wire.
    public enum Element: ~Escapable, BitwiseCopyable {
        /// The extensions of a chunk, before its data. A chunk without extensions has no such element.
        case extensions(ChunkExtensionsView)

        /// The next bytes of the body, at least one, from one chunk. Where the data is cut depends on the input.
        case data(RawSpan)

        /// A field of the trailer section.
        case trailer(ChunkedTrailerView)

        /// The body is complete. The rest of the input belongs to the next message.
        case end
    }

    /// Calls `body` with a cursor that pulls the elements of an input.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body, any number of them. ``Elements/consumed`` says how many were consumed.
    ///     Pass the rest again: `body` may return early, or the body may end before the input does.
    ///   - body: Receives the cursor. The cursor and its elements are valid until it returns.
    /// - Returns: What `body` returns.
    /// - Throws: Only what `body` throws.
    @inlinable
    public mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (inout Elements) throws(F) -> R
    ) throws(F) -> R {
        try withElements(inSpan: bytes.rawSpan, body)
    }

    @usableFromInline
    mutating func withElements<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: (inout Elements) throws(F) -> R
    ) throws(F) -> R {
        let absorbed = absorb(bytes)
        var elements = Elements(line: carried.bytes, input: bytes, consumed: absorbed, progress: progress)
        defer { settle(elements.progress, input: bytes) }
        return try body(&elements)
    }

    #if !hasFeature(Embedded)
    /// Calls an asynchronous `body` with a cursor that pulls the elements of an input.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body, any number of them.
    ///   - body: Receives the cursor. The cursor and its elements are valid until it returns.
    /// - Returns: What `body` returns.
    /// - Throws: Only what `body` throws.
    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @inlinable
    public nonisolated(nonsending) mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable,
        _ body: nonisolated(nonsending) (inout Elements) async throws(F) -> R
    ) async throws(F) -> R {
        try await withElements(inSpan: bytes.rawSpan, body)
    }

    @available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
    @usableFromInline
    nonisolated(nonsending) mutating func withElements<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: nonisolated(nonsending) (inout Elements) async throws(F) -> R
    ) async throws(F) -> R {
        let absorbed = absorb(bytes)
        var elements = Elements(line: carried.bytes, input: bytes, consumed: absorbed, progress: progress)
        defer { settle(elements.progress, input: bytes) }
        return try await body(&elements)
    }

    /// Calls `body`, which may throw, with each element in `bytes`.
    ///
    /// If `body` throws, the elements after that one are not consumed; ``offset`` says where they begin.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body, any number of them.
    ///   - body: Receives an element, which is valid until it returns.
    /// - Returns: The number of bytes consumed. It is less than the length of the input only if the body ended.
    /// - Throws: The error that `body` throws, or ``ChunkedError`` after all elements before it were delivered.
    @inlinable
    @discardableResult
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Element) throws -> Void
    ) throws -> Int {
        try withElements(inSpan: bytes.rawSpan) { elements in
            while let element = try elements.next() { try body(element) }
            return elements.consumed
        }
    }
    #endif

    /// Calls `body` with each element in `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body, any number of them.
    ///   - body: Receives an element, which is valid until it returns.
    /// - Returns: The number of bytes consumed. It is less than the length of the input only if the body ended.
    /// - Throws: ``ChunkedError`` if the body is invalid, after all elements before the error were delivered.
    /// - Complexity: O(*n*), where *n* is the length of the framing in `bytes`. Data is not read.
    @inlinable
    @discardableResult
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Element) -> Void
    ) throws(ChunkedError) -> Int {
        try decode(span: bytes.rawSpan, body)
    }

    @usableFromInline
    mutating func decode(span bytes: RawSpan, _ body: (Element) -> Void) throws(ChunkedError) -> Int {
        try withElements(inSpan: bytes) { elements throws(ChunkedError) in
            while true {
                elements.readPlainChunks { data in body(.data(data)) }
                guard let element = try elements.next() else { return elements.consumed }
                body(element)
                if case .end = element { return elements.consumed }
            }
        }
    }

    /// Declares the input finished.
    ///
    /// - Throws: ``ChunkedError/Code/unexpectedEnd`` if the body is not complete; after an error, that error.
    public mutating func finish() throws(ChunkedError) {
        if progress.failure == nil, !isComplete {
            progress.failure = ChunkedError(.unexpectedEnd, at: offset)
        }
        if let failure = progress.failure { throw failure }
    }

    /// Prepares the decoder for another body. It keeps the memory of its buffer.
    public mutating func reset() {
        progress = Progress(machine: ChunkedMachine(limits: limits, policy: policy))
        carried.removeAll()
    }
}

extension ChunkedDecoder {
    /// A cursor over the elements of an input. It is valid until the closure that received it returns.
    public struct Elements: ~Copyable, ~Escapable {
        /// A line that began in earlier inputs and ended in this one, until it is delivered.
        private let line: RawSpan

        private let input: RawSpan

        /// The number of bytes of the input that have been consumed.
        public private(set) var consumed: Int

        private(set) var progress: ChunkedDecoder.Progress

        @_lifetime(copy line, copy input)
        init(line: RawSpan, input: RawSpan, consumed: Int, progress: ChunkedDecoder.Progress) {
            self.line = line
            self.input = input
            self.consumed = consumed
            self.progress = progress
        }

        /// The size of the current chunk: the one whose extensions or data were delivered last.
        public var chunkSize: UInt64 { progress.machine.chunkSize }

        /// The number of bytes of the current chunk's data that are still to come.
        public var remainingInChunk: UInt64 { progress.machine.remaining }

        /// Whether bytes of the input have not been consumed.
        var hasUnreadInput: Bool { consumed < input.byteCount }

        /// Returns bytes to the budget of extensions that a layer above has understood.
        mutating func refundExtensions(_ count: Int) {
            progress.machine.refundExtensions(count)
        }

        /// Returns the last trailer line to the budget of trailers, as ``refundExtensions(_:)`` does.
        mutating func refundTrailerLine() {
            progress.machine.refundTrailerLine()
        }

        /// Returns the next element, or nil if more bytes are needed or the body is complete.
        ///
        /// - Throws: ``ChunkedError`` if the body is invalid. Further calls throw the same error.
        @_lifetime(copy self)
        public mutating func next() throws(ChunkedError) -> ChunkedDecoder.Element? {
            if let failure = progress.failure { throw failure }
            if progress.hasCarriedLine {
                progress.hasCarriedLine = false
                if let element = element(ofLine: line) { return element }
            }
            do throws(ChunkedError) {
                return try read()
            } catch {
                progress.failure = error
                throw error
            }
        }

        /// Calls `body` with the data of each complete plain chunk that comes next.
        @inline(__always)
        mutating func readPlainChunks(_ body: (RawSpan) -> Void) {
            guard progress.failure == nil, !progress.hasCarriedLine else { return }
            let input = input
            progress.machine.readPlainChunks(input, from: &consumed) { data in
                // INVARIANT: the data of a plain chunk lies in the bytes that the chunk was found in.
                body(unsafe input.part(unchecked: data.lowerBound, count: data.upperBound &- data.lowerBound))
            }
        }

        @_lifetime(copy self)
        private mutating func read() throws(ChunkedError) -> ChunkedDecoder.Element? {
            while true {
                switch try progress.machine.step(input, from: &consumed) {
                case .needsMore: return nil
                case .data(let range): return .data(input.extracting(range))
                case .end: return .end
                case .extensions(let length), .trailer(let length):
                    let end = consumed &- 2
                    if let element = element(ofLine: input.extracting((end &- length)..<end)) { return element }
                }
            }
        }

        /// Returns the element of a line that has ended, or nil for whitespace that the policy accepts.
        @_lifetime(copy line)
        private func element(ofLine line: RawSpan) -> ChunkedDecoder.Element? {
            let machine = progress.machine
            if machine.trailerLine.hasEnded {
                return .trailer(ChunkedTrailerView(validated: line, machine.trailerLine))
            }
            guard machine.sizeLine.hasExtensions else { return nil }
            let chunk = machine.chunkSize == 0 ? machine.chunkCount : machine.chunkCount &- 1
            return .extensions(ChunkExtensionsView(validated: line, chunk: chunk, size: machine.chunkSize))
        }
    }
}

extension ChunkedDecoder {
    /// Decodes the next bytes of the body in place: moves their data to the front of the buffer.
    ///
    /// Use this if you need the data in one piece and own a buffer that may be changed. Extensions and trailers are
    /// validated and not delivered.
    ///
    /// | bytes of the buffer, afterwards | content |
    /// |---|---|
    /// | 0..<bodyLength | the data |
    /// | bodyLength..<consumed | unspecified |
    /// | consumed... | the bytes that were not consumed, unchanged |
    ///
    /// - Parameters:
    ///   - buffer: The next bytes of the body.
    ///   - bodyLength: Set to the number of bytes of data, also if an error is thrown.
    /// - Returns: The number of bytes consumed. It is less than the length of the buffer only if the body ended.
    /// - Throws: ``ChunkedError`` if the body is invalid.
    /// - Complexity: O(*n*), where *n* is the length of the buffer.
    public mutating func decodeInPlace(
        _ buffer: inout MutableRawSpan, bodyLength: inout Int
    ) throws(ChunkedError) -> Int {
        bodyLength = 0
        var position = absorb(buffer.bytes)
        if progress.hasCarriedLine {
            progress.hasCarriedLine = false
            carried.removeAll()
        }
        if let failure = progress.failure { throw failure }
        do throws(ChunkedError) {
            while true {
                switch try progress.machine.step(buffer.bytes, from: &position) {
                case .data(let range):
                    buffer.moveBytes(range, to: bodyLength)
                    bodyLength &+= range.count
                case .extensions, .trailer: continue
                case .needsMore, .end:
                    // Data moves only to the front, so an incomplete line at the end is unchanged.
                    if let line = openLine(of: buffer.bytes) { carried.append(buffer.bytes.extracting(line)) }
                    return position
                }
            }
        } catch {
            progress.failure = error
            throw error
        }
    }

    /// Decodes the next bytes of the body in place: moves their data to the front of the buffer.
    ///
    /// - Parameters:
    ///   - buffer: The next bytes of the body.
    ///   - bodyLength: Set to the number of bytes of data, also if an error is thrown.
    /// - Returns: The number of bytes consumed. It is less than the length of the buffer only if the body ended.
    /// - Throws: ``ChunkedError`` if the body is invalid.
    public mutating func decodeInPlace(
        _ buffer: UnsafeMutableRawBufferPointer, bodyLength: inout Int
    ) throws(ChunkedError) -> Int {
        // The span does not escape this call.
        var span = unsafe MutableRawSpan(_unsafeBytes: buffer)
        return try decodeInPlace(&span, bodyLength: &bodyLength)
    }
}

extension ChunkedDecoder {
    /// The state of a decoder between inputs, without the carried bytes.
    struct Progress: Sendable {
        var machine: ChunkedMachine

        /// Whether ``carried`` holds a complete line that has not been delivered.
        var hasCarriedLine = false

        /// The error that ended the body.
        var failure: ChunkedError?
    }

    /// Reads and gathers the rest of a line that earlier inputs began, before a cursor is created. So the cursor finds
    /// every line in one piece.
    ///
    /// - Returns: The number of bytes consumed.
    @inline(__always)
    mutating func absorb(_ input: RawSpan) -> Int {
        carried.isEmpty || progress.hasCarriedLine || progress.failure != nil ? 0 : gather(input)
    }

    private mutating func gather(_ input: RawSpan) -> Int {
        var position = 0
        do throws(ChunkedError) {
            switch try progress.machine.step(input, from: &position) {
            case .extensions(let length), .trailer(let length):
                _ = carried.fill(from: input, to: length)
                progress.hasCarriedLine = true
            default:
                _ = carried.fill(from: input, to: progress.machine.openLineLength)
            }
        } catch {
            progress.failure = error
        }
        return position
    }

    /// Stores the state of a cursor: drops a carried line that was delivered, and carries a line that is incomplete at the
    /// end of the input.
    mutating func settle(_ progress: Progress, input: RawSpan) {
        let hadCarriedLine = self.progress.hasCarriedLine
        self.progress = progress
        if progress.failure != nil || hadCarriedLine && !progress.hasCarriedLine { carried.removeAll() }
        if let line = openLine(of: input) { carried.append(input.extracting(line)) }
    }

    /// Returns the incomplete line at the end of the input, unless it began in an earlier input and is carried already.
    private func openLine(of input: RawSpan) -> Range<Int>? {
        let length = progress.machine.openLineLength
        guard progress.failure == nil, carried.isEmpty, length > 0 else { return nil }
        let end = input.byteCount &- (progress.machine.openLineIsAtLineFeed ? 1 : 0)
        return (end &- length)..<end
    }
}
