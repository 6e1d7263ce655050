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
/// A server creates it from the headers of a request: `try AWSChunkedDecoder(requestHeaders: headers)`.
///
/// ``ChunkedDecoder`` decodes the framing. ``AWSChunkedPolicy`` names what is accepted beyond the grammar. The default is what
/// S3 accepts, and also an end without the final CRLF. Call ``finish()`` to get the final result.
///
/// Signatures are verified if there is a verifier. Otherwise they are accepted without verification. In both cases they are
/// delivered, in the extensions of each chunk and as a trailer, and do not count for any limit.
public struct AWSChunkedDecoder<Verifier: AWSChunkVerifier, Checksum: AWSChecksum> {
    private var framing: ChunkedDecoder
    private var verification: AWSChunkedVerification<Verifier, Checksum>

    /// The verification of a body of which nothing has been read.
    private let unread: AWSChunkedVerification<Verifier, Checksum>

    /// The limits on the body.
    public let limits: AWSChunkedLimits

    /// What the decoder accepts beyond the documented grammar.
    public let policy: AWSChunkedPolicy

    init(verifier: Verifier?, checksums: [Checksum], rules: AWSChunkedVerification<Verifier, Checksum>.Rules) {
        limits = rules.limits
        policy = rules.policy
        framing = ChunkedDecoder(limits: rules.limits.framingWithAllowance, policy: rules.policy.framing)
        unread = AWSChunkedVerification(verifier: verifier, checksums: checksums, rules: rules)
        verification = unread
    }

    /// The number of encoded bytes that have been consumed. After an error, this is the error's offset.
    public var offset: UInt64 { verification.failure?.offset ?? framing.offset }

    /// Whether the body is complete and all checks have passed.
    public var isComplete: Bool { verification.isComplete && verification.failure == nil }

    /// The checksums that are computed, of the data so far, and those that have been declared. Also valid after an error.
    public var checksums: [AWSChunkedChecksum] { verification.checksums }

    /// The number of bytes of data so far.
    public var decodedLength: UInt64 { verification.length }

    /// The number of chunks whose size line has been read, without the last chunk.
    public var chunkCount: UInt64 { framing.chunkCount }

    /// A part of an aws-chunked body, in the order of the wire.
    public enum Element: ~Escapable, BitwiseCopyable {
        /// The extensions of a chunk, before its data; ``ChunkExtensionsView/chunkSignature`` is the signature. A chunk without
        /// extensions has no such element. The last chunk has one too if it is signed.
        case extensions(ChunkExtensionsView)

        /// The next bytes of the data. They are **unverified** until `chunkEnd`, or until `end` if chunks have no signatures.
        case data(RawSpan)

        /// A chunk is complete, and its signature, if it has one, is valid.
        case chunkEnd

        /// A field of the trailer section, also the signature of the trailers. It is **unverified** until `end`.
        case trailer(ChunkedTrailerView)

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
    /// - Returns: The checksums, the trailers and the length of the body.
    /// - Throws: ``AWSChunkedError`` if the body is not complete or a check fails; after an error, that error.
    @discardableResult
    public mutating func finish() throws(AWSChunkedError) -> AWSChunkedSummary {
        if let failure = verification.failure { throw failure }
        do throws(AWSChunkedError) {
            guard isComplete || policy.allowsMissingFinalLineEnd && framing.progress.machine.isBetweenTrailers else {
                throw AWSChunkedError(ChunkedError(.unexpectedEnd, at: offset))
            }
            try verification.finish(lastChunk: chunkCount &+ 1, at: offset)
        } catch {
            verification.failure = error
            throw error
        }
        return AWSChunkedSummary(
            decodedLength: decodedLength, chunkCount: chunkCount, checksums: checksums, trailers: verification.trailers)
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
            verification: moved, limits: limits.framing, allowsBytesAfterEnd: policy.allowsBytesAfterEnd)
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
        private let limits: ChunkedLimits
        private let allowsBytesAfterEnd: Bool

        @_lifetime(copy framing)
        fileprivate init(
            framing: consuming ChunkedDecoder.Elements, verification: AWSChunkedVerification<Verifier, Checksum>,
            limits: ChunkedLimits, allowsBytesAfterEnd: Bool
        ) {
            self.framing = framing
            self.verification = verification
            self.limits = limits
            self.allowsBytesAfterEnd = allowsBytesAfterEnd
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
                try verification.end(chunk: chunkCount, at: offset)
                return .chunkEnd
            }
            guard let element = try nextOfFraming() else {
                guard allowsBytesAfterEnd || !verification.isComplete || !framing.hasUnreadInput else {
                    throw AWSChunkedError(.bytesAfterEnd, at: offset)
                }
                return nil
            }
            switch element {
            case .extensions(let extensions):
                // A signature is not overhead: every chunk of a long body has one.
                framing.refundExtensions(try verification.record(extensions, at: offset))
                try requireBudgets(at: offset)
                return .extensions(extensions)
            case .data(let data):
                // The start of a chunk's data does not depend on how the body is split; its arrived end does.
                let start = offset &- UInt64(data.byteCount)
                if !verification.isInChunk { try requireBudgets(at: start) }
                try verification.update(data, ofChunk: chunkCount, size: framing.chunkSize, at: start)
                return .data(data)
            case .trailer(let field):
                if try verification.record(field, at: offset) { framing.refundTrailerLine() }
                try requireBudgets(at: offset)
                return .trailer(field)
            case .end:
                try requireBudgets(at: offset)
                try verification.finish(lastChunk: chunkCount &+ 1, at: offset)
                return .end
            }
        }

        /// Checks the limits on overhead, now that signatures have been taken off. The framing's limits are higher.
        private func requireBudgets(at offset: UInt64) throws(AWSChunkedError) {
            let isWithin = framing.progress.machine.hasBudgets(AWSChunkedLimits.signatureAllowance)
            let isFew = verification.trailers.count <= limits.trailerCount
            guard isWithin.extensions, isWithin.trailers, isFew else {
                let (code, limit): (ChunkedError.Code, Int) =
                    !isWithin.extensions
                    ? (.extensionsTooLong, limits.extensionsLength)
                    : !isWithin.trailers
                        ? (.trailersTooLong, limits.trailersLength) : (.tooManyTrailers, limits.trailerCount)
                throw AWSChunkedError(ChunkedError(code, at: offset, expected: UInt64(clamping: limit)))
            }
        }

        /// The position in the body.
        private var offset: UInt64 { framing.progress.machine.offset }

        private var chunkCount: UInt64 { framing.progress.machine.chunkCount }

        @_lifetime(copy self)
        private mutating func nextOfFraming() throws(AWSChunkedError) -> ChunkedDecoder.Element? {
            do throws(ChunkedError) {
                return try framing.next()
            } catch {
                // After the last chunk, the size line of another one is a trailer without a colon.
                let line = framing.progress.machine.trailerLine
                if error.code == .trailerNameInvalid, line.isZeros, line.length > 0,
                    error.found == UInt64(HTTPByte.carriageReturn) || error.found == UInt64(HTTPByte.semicolon)
                {
                    throw AWSChunkedError(.lastChunkRepeated, at: error.offset)
                }
                throw AWSChunkedError(error)
            }
        }
    }
}

extension AWSChunkedDecoder: Sendable where Verifier: Sendable, Checksum: Sendable {}
