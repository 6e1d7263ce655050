/// Decodes a body in HTTP/1.1's chunked transfer coding, and lends its data as slices of the input.
///
/// ```swift
/// var decoder = ChunkedDecoder()
/// let consumed = try decoder.decode(bytes) { element in
///     switch element {
///     case .data(let data): receive(data)
///     case .trailer(let field): note(field.name, field.value)
///     case .extensions, .end: break
///     }
/// }
/// ```
///
/// The contract:
///
/// - The grammar of RFC 9112 §7.1, no more and no less: every line ends with CRLF, extensions and trailer fields are
///   read to their last byte and not skipped over. What is more generous has a name in ``ChunkedPolicy``.
/// - Data is never copied. A line of extensions or trailers that straddles inputs is gathered, within its limit.
/// - It stops exactly after the body and says how much it consumed; it never moves what follows.
/// - All elements before an error are delivered. After an error the decoder throws that same error for ever.
/// - How the body is split makes no difference, but for where data is cut.
public struct ChunkedDecoder: Sendable {
    /// The limits on overhead.
    public let limits: ChunkedLimits

    /// What is accepted beyond the grammar.
    public let policy: ChunkedPolicy

    var progress: Progress

    /// The extensions or the trailer field of a line that straddles inputs, its CRLF excluded.
    var carried = CarryBuffer()

    /// A decoder at the start of a body.
    public init(limits: ChunkedLimits = .standard, policy: ChunkedPolicy = .strict) {
        self.limits = limits
        self.policy = policy
        progress = Progress(machine: ChunkedMachine(limits: limits, policy: policy))
    }

    /// The number of bytes of the body that have been consumed.
    public var offset: UInt64 { progress.machine.offset }

    /// Whether the body is complete.
    public var isComplete: Bool { progress.machine.phase == .end }

    /// The number of chunks whose size line has been read, the last chunk not counted.
    public var chunkCount: Int { progress.machine.chunkCount }

    /// Lends the elements in `bytes` to `body`, which pulls them one by one. It throws only what the body throws.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body, any number of them. Those that a body does not come to, because it
    ///     returns early or the body ends before them, are not consumed; ``Elements/consumed`` says how many are.
    ///   - body: Receives the cursor; its elements stay valid until it returns.
    public mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: RawSpan, _ body: (inout Elements) throws(F) -> R
    ) throws(F) -> R {
        let absorbed = absorb(bytes)
        var elements = Elements(line: carried.bytes, input: bytes, consumed: absorbed, progress: progress)
        do throws(F) {
            let result = try body(&elements)
            settle(elements.progress, input: bytes)
            return result
        } catch {
            settle(elements.progress, input: bytes)
            throw error
        }
    }

    #if !hasFeature(Embedded)
    /// Lends the elements in `bytes` to an asynchronous `body`, which pulls them one by one.
    public mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: RawSpan, _ body: nonisolated(nonsending) (inout Elements) async throws(F) -> R
    ) async throws(F) -> R {
        let absorbed = absorb(bytes)
        var elements = Elements(line: carried.bytes, input: bytes, consumed: absorbed, progress: progress)
        do throws(F) {
            let result = try await body(&elements)
            settle(elements.progress, input: bytes)
            return result
        } catch {
            settle(elements.progress, input: bytes)
            throw error
        }
    }
    #endif

    /// Calls `body` with each element in `bytes`.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the body, any number of them.
    ///   - body: Receives an element that is valid until it returns.
    /// - Returns: The number of bytes consumed: all of them, unless the body ended before.
    /// - Throws: What is wrong with the body, after all elements before it were delivered.
    @discardableResult
    public mutating func decode(
        _ bytes: RawSpan, _ body: (ChunkedElement) -> Void
    ) throws(ChunkedError) -> Int {
        try withElements(in: bytes) { elements throws(ChunkedError) in
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
    /// - Throws: ``ChunkedError/Code/unexpectedEnd`` when the body is not complete; the body's error when it had one.
    public mutating func finish() throws(ChunkedError) {
        if progress.failure == nil, !isComplete {
            progress.failure = ChunkedError(.unexpectedEnd, at: offset)
        }
        if let failure = progress.failure { throw failure }
    }

    /// Makes the decoder ready for another body; its buffer's memory is kept.
    public mutating func reset() {
        progress = Progress(machine: ChunkedMachine(limits: limits, policy: policy))
        carried.removeAll()
    }
}

extension ChunkedDecoder {
    /// Where a body stands: what the decoder knows when nothing is lent.
    struct Progress: Sendable {
        var machine: ChunkedMachine

        /// Whether ``carried`` holds a whole line that has not been delivered.
        var hasCarriedLine = false

        /// The error that ended the body.
        var failure: ChunkedError?
    }

    /// Before the body: reads the rest of a line that earlier inputs began, and gathers it. So no line straddles while
    /// the body runs.
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

    /// After the body: forgets a line that was delivered, and carries one that the input's end cut off.
    private mutating func settle(_ progress: Progress, input: RawSpan) {
        let hadCarriedLine = self.progress.hasCarriedLine
        self.progress = progress
        if progress.failure != nil || hadCarriedLine && !progress.hasCarriedLine { carried.removeAll() }
        if let line = openLine(of: input) { carried.append(input.extracting(line)) }
    }

    /// The line that the end of the input cut off, unless it was begun before and is carried already.
    func openLine(of input: RawSpan) -> Range<Int>? {
        let length = progress.machine.openLineLength
        guard progress.failure == nil, carried.isEmpty, length > 0 else { return nil }
        let end = input.byteCount &- (progress.machine.openLineIsAtLineFeed ? 1 : 0)
        return (end &- length)..<end
    }
}
