/// Decodes a body in S3's `aws-chunked` content coding and verifies its signatures, checksum and length.
///
/// ```swift
/// var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: length)
/// try decoder.decode(bytes) { element in
///     if case .data(let data) = element { receive(data) }
/// }
/// try decoder.finish()
/// ```
///
/// ``ChunkedDecoder`` decodes the framing. Its rules cover what clients of S3 send: sizes in either case, and whitespace
/// after the colon of a trailer. ``finish()`` also accepts an end without the final CRLF. Call it to get the final result.
public struct AWSChunkedDecoder<Verifier: AWSChunkVerifier, Checksum: AWSChecksum> {
    private var framing: ChunkedDecoder
    private var verification: AWSChunkedVerification<Verifier, Checksum>

    /// The verification of a body of which nothing has been read.
    private let unread: AWSChunkedVerification<Verifier, Checksum>

    fileprivate init(
        _ verifier: Verifier?, _ checksum: Checksum?, _ decodedLength: UInt64?, _ minimumChunkSize: Int,
        _ limits: ChunkedLimits
    ) {
        framing = ChunkedDecoder(limits: limits)
        unread = AWSChunkedVerification(
            verifier: verifier, checksum: checksum, decodedLength: decodedLength,
            minimumChunkSize: UInt64(clamping: minimumChunkSize))
        verification = unread
    }

    /// The number of encoded bytes that have been consumed. After an error, this is the error's offset.
    public var offset: UInt64 { verification.failure?.offset ?? framing.offset }

    /// Whether the body is complete and all checks have passed.
    public var isComplete: Bool { verification.isComplete }

    /// A part of an aws-chunked body, in the order of the wire.
    public enum Element: ~Escapable, BitwiseCopyable {
        /// The next bytes of the data. They are **unverified** until `chunkEnd`, or until `end` if chunks have no signatures.
        case data(RawSpan)

        /// A chunk is complete, and its signature, if it has one, is valid.
        case chunkEnd

        /// The body is complete: its length, trailers and checksum are the announced ones.
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
        var elements = elements(in: bytes)
        defer { settle(elements.framing.progress, elements.verification, input: bytes) }
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
    @inlinable
    public nonisolated(nonsending) mutating func withElements<R: ~Copyable, F: Error>(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable,
        _ body: nonisolated(nonsending) (inout Elements) async throws(F) -> R
    ) async throws(F) -> R {
        try await withElements(inSpan: bytes.rawSpan, body)
    }

    @usableFromInline
    nonisolated(nonsending) mutating func withElements<R: ~Copyable, F: Error>(
        inSpan bytes: RawSpan, _ body: nonisolated(nonsending) (inout Elements) async throws(F) -> R
    ) async throws(F) -> R {
        var elements = elements(in: bytes)
        defer { settle(elements.framing.progress, elements.verification, input: bytes) }
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
    /// - Throws: The error that `body` throws, or ``AWSChunkedError`` after all elements before it were delivered.
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
    /// - Throws: ``AWSChunkedError`` if the body is invalid, after all elements before the error were delivered.
    /// - Complexity: O(*n*), where *n* is the length of `bytes`, and the cost of the verifier and the checksum.
    @inlinable
    @discardableResult
    public mutating func decode(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, _ body: (Element) -> Void
    ) throws(AWSChunkedError) -> Int {
        try withElements(inSpan: bytes.rawSpan) { elements throws(AWSChunkedError) in
            while let element = try elements.next() { body(element) }
            return elements.consumed
        }
    }

    /// Declares the input finished, and verifies a body that ends without its final CRLF.
    ///
    /// - Throws: ``AWSChunkedError`` if the body is not complete or a check fails; after an error, that error.
    public mutating func finish() throws(AWSChunkedError) {
        if let failure = verification.failure { throw failure }
        guard !isComplete else { return }
        do throws(AWSChunkedError) {
            guard framing.progress.machine.isBetweenTrailers else {
                throw AWSChunkedError(ChunkedError(.unexpectedEnd, at: offset))
            }
            try verification.finish(at: offset)
        } catch {
            verification.failure = error
            throw error
        }
    }

    /// Prepares the decoder to decode the same body again from its first byte, as after a retry, with the verifier and
    /// checksum that it was created with. For a body with another signature or length, create another decoder.
    public mutating func reset() {
        framing.reset()
        verification = unread
    }

    @_lifetime(&self, copy bytes)
    private mutating func elements(in bytes: RawSpan) -> Elements {
        let absorbed = framing.absorb(bytes)
        // Moved into the cursor: a copy would make the verifier's first update copy its state.
        var moved = AWSChunkedVerification<Verifier, Checksum>.none
        swap(&moved, &verification)
        return Elements(
            framing: ChunkedDecoder.Elements(
                line: framing.carried.bytes, input: bytes, consumed: absorbed, progress: framing.progress),
            verification: moved)
    }

    private mutating func settle(
        _ progress: ChunkedDecoder.Progress, _ verification: AWSChunkedVerification<Verifier, Checksum>, input: RawSpan
    ) {
        framing.settle(progress, input: input)
        self.verification = verification
    }
}

extension AWSChunkedDecoder {
    /// A cursor over the elements of an input. It is valid until the closure that received it returns.
    public struct Elements: ~Copyable, ~Escapable {
        fileprivate var framing: ChunkedDecoder.Elements
        fileprivate var verification: AWSChunkedVerification<Verifier, Checksum>

        @_lifetime(copy framing)
        fileprivate init(
            framing: consuming ChunkedDecoder.Elements, verification: AWSChunkedVerification<Verifier, Checksum>
        ) {
            self.framing = framing
            self.verification = verification
        }

        /// The number of bytes of the input that have been consumed.
        public var consumed: Int { framing.consumed }

        /// The size of the current chunk: the one whose data was delivered last.
        public var chunkSize: UInt64 { framing.chunkSize }

        /// The number of bytes of the current chunk's data that are still to come.
        public var remainingInChunk: UInt64 { framing.remainingInChunk }

        /// Returns the next element, or nil if more bytes are needed or the body is complete.
        ///
        /// - Throws: ``AWSChunkedError`` if the body is invalid. Further calls throw the same error.
        @_lifetime(copy self)
        public mutating func next() throws(AWSChunkedError) -> AWSChunkedDecoder.Element? {
            if let failure = verification.failure { throw failure }
            do throws(AWSChunkedError) {
                return try read()
            } catch {
                verification.failure = error
                throw error
            }
        }

        @_lifetime(copy self)
        private mutating func read() throws(AWSChunkedError) -> AWSChunkedDecoder.Element? {
            if verification.isInChunk, framing.remainingInChunk == 0 {
                try verification.endChunk(at: offset)
                return .chunkEnd
            }
            while let element = try nextOfFraming() {
                switch element {
                case .extensions(let extensions):
                    // A signature is not overhead: every chunk of a long body has one.
                    framing.refundExtensions(try verification.record(extensions, at: offset))
                case .data(let data):
                    // The start of a chunk's data does not depend on how the body is split; its arrived end does.
                    let start = offset &- UInt64(data.byteCount)
                    try verification.update(data, chunkSize: framing.chunkSize, at: start)
                    return .data(data)
                case .trailer(let field):
                    try verification.record(field, at: offset)
                case .end:
                    try verification.finish(at: offset)
                    return .end
                }
            }
            return nil
        }

        /// The position in the body.
        private var offset: UInt64 { framing.progress.machine.offset }

        @_lifetime(copy self)
        private mutating func nextOfFraming() throws(AWSChunkedError) -> ChunkedDecoder.Element? {
            do throws(ChunkedError) {
                return try framing.next()
            } catch {
                throw AWSChunkedError(error)
            }
        }
    }
}

extension AWSChunkedDecoder {
    /// Creates a decoder of a signed body with a checksum.
    ///
    /// - Parameters:
    ///   - verifier: Verifies the signatures.
    ///   - checksum: Computes the checksum that the body has as a trailer.
    ///   - decodedLength: The value of `x-amz-decoded-content-length`, if it is known.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on overhead, which signatures do not count for.
    public init(
        verifier: Verifier, checksum: Checksum, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.some(verifier), .some(checksum), decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder where Checksum == AWSNoChecksum {
    /// Creates a decoder of a signed body without a checksum.
    ///
    /// See ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:)`` for the parameters.
    public init(
        verifier: Verifier, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.some(verifier), .none, decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner {
    /// Creates a decoder of an unsigned body with a checksum.
    ///
    /// See ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:)`` for the parameters.
    public init(
        checksum: Checksum, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.none, .some(checksum), decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner, Checksum == AWSNoChecksum {
    /// Creates a decoder of an unsigned body without a checksum.
    ///
    /// See ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:)`` for the parameters.
    public init(
        decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.none, .none, decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder: Sendable where Verifier: Sendable, Checksum: Sendable {}
