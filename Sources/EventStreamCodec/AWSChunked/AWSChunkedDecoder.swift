/// Decodes a body in S3's `aws-chunked` content coding, and verifies what the caller can verify.
///
/// ```swift
/// var decoder = AWSChunkedDecoder(checksum: AWSCRC32Checksum(), decodedLength: length)
/// try decoder.decode(bytes) { element in
///     if case .data(let data) = element { receive(data) }
/// }
/// try decoder.finish()
/// ```
///
/// Framing is ``ChunkedDecoder``'s, with the tolerance that clients of S3 need: sizes of either case, whitespace after a
/// trailer's colon, and an end without the last CRLF, which ``finish()`` accepts. It is ``finish()`` that gives the verdict.
public struct AWSChunkedDecoder<Verifier: AWSChunkVerifier, Checksum: AWSChecksum> {
    private var framing: ChunkedDecoder
    private var verification: AWSChunkedVerification<Verifier, Checksum>

    fileprivate init(
        _ verifier: Verifier?, _ checksum: Checksum?, _ decodedLength: UInt64?, _ minimumChunkSize: Int,
        _ limits: ChunkedLimits
    ) {
        framing = ChunkedDecoder(limits: limits)
        verification = AWSChunkedVerification(
            verifier: verifier, checksum: checksum, decodedLength: decodedLength,
            minimumChunkSize: UInt64(clamping: minimumChunkSize))
    }

    /// The number of encoded bytes that have been decoded. After an error it is the error's offset, however the body was
    /// split.
    public var offset: UInt64 { verification.failure?.offset ?? framing.offset }

    /// Whether the body is complete, and all that can be verified about it was right.
    public var isComplete: Bool { verification.hasEnded }

    /// Calls `body` with each element in `bytes`.
    ///
    /// - Returns: The number of bytes consumed: all of them, unless the body ended before.
    /// - Throws: What is wrong with the body, after all elements before it were delivered; from then on always the same.
    @discardableResult
    public mutating func decode(
        _ bytes: RawSpan, _ body: (AWSChunkedElement) -> Void
    ) throws(AWSChunkedError) -> Int {
        if let failure = verification.failure { throw failure }
        do throws(AWSChunkedError) {
            return try Self.decode(bytes, &framing, &verification, body)
        } catch {
            verification.failure = error
            throw error
        }
    }

    /// Calls `body` with each element in `bytes`, and returns the number of bytes consumed.
    ///
    /// - Throws: As ``decode(_:_:)-(RawSpan,_)``.
    @discardableResult
    public mutating func decode(
        _ bytes: [UInt8], _ body: (AWSChunkedElement) -> Void
    ) throws(AWSChunkedError) -> Int {
        try bytes.withBytes { bytes throws(AWSChunkedError) in try decode(bytes, body) }
    }

    /// Declares the input finished.
    ///
    /// - Throws: ``AWSChunkedError`` when the body is not complete, but for its last CRLF; the body's error when it had
    ///   one.
    public mutating func finish() throws(AWSChunkedError) {
        if let failure = verification.failure { throw failure }
        guard !isComplete else { return }
        do throws(AWSChunkedError) {
            guard framing.progress.machine.isBetweenTrailers else {
                throw AWSChunkedError(ChunkedError(.unexpectedEnd, at: offset))
            }
            try verification.end(at: offset)
        } catch {
            verification.failure = error
            throw error
        }
    }

    /// The framing and what is verified about it change in turn; as two parameters they may.
    private static func decode(
        _ bytes: RawSpan, _ framing: inout ChunkedDecoder,
        _ verification: inout AWSChunkedVerification<Verifier, Checksum>, _ body: (AWSChunkedElement) -> Void
    ) throws(AWSChunkedError) -> Int {
        let start = framing.offset
        return try framing.withElements(in: bytes) { elements throws(AWSChunkedError) in
            while let element = try elements.nextForAWSChunked() {
                let offset = start &+ UInt64(elements.consumed)
                switch element {
                case .extensions(let extensions):
                    // A signature is no overhead; every chunk of a long body has one.
                    elements.creditExtensions(try verification.begin(extensions, at: offset))
                case .data(let data):
                    // Where the data begins does not depend on how the input is cut; for a chunk's first piece.
                    let start = offset &- UInt64(data.byteCount)
                    try verification.update(data, chunkSize: elements.chunkSize, at: start)
                    body(.data(data))
                    if elements.remainingInChunk == 0 {
                        try verification.endChunk(at: offset)
                        body(.chunkEnd)
                    }
                case .trailer(let field):
                    try verification.note(field, at: offset)
                case .end:
                    try verification.end(at: offset)
                    body(.end)
                }
            }
            return elements.consumed
        }
    }
}

extension ChunkedDecoder.Elements {
    /// The next element, its errors those of the layer above.
    @_lifetime(copy self)
    fileprivate mutating func nextForAWSChunked() throws(AWSChunkedError) -> ChunkedElement? {
        do throws(ChunkedError) {
            return try next()
        } catch {
            throw AWSChunkedError(error)
        }
    }
}

extension AWSChunkedDecoder {
    /// A signed body with a checksum.
    ///
    /// - Parameters:
    ///   - verifier: Verifies signatures.
    ///   - checksum: Computes the checksum that must come as a trailer.
    ///   - decodedLength: `x-amz-decoded-content-length`, when it is known.
    ///   - minimumChunkSize: The least data of a chunk, but for the last with any.
    ///   - limits: The limits on overhead; signatures are none.
    public init(
        verifier: Verifier, checksum: Checksum, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.some(verifier), .some(checksum), decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder where Checksum == AWSNoChecksum {
    /// A signed body; see ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:)`` for the parameters.
    public init(
        verifier: Verifier, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.some(verifier), .none, decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner {
    /// An unsigned body with a checksum; see ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:)`` for the parameters.
    public init(
        checksum: Checksum, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.none, .some(checksum), decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner, Checksum == AWSNoChecksum {
    /// An unsigned body without a checksum; see ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:)`` for the parameters.
    public init(
        decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: ChunkedLimits = .standard
    ) {
        self.init(.none, .none, decodedLength, minimumChunkSize, limits)
    }
}

extension AWSChunkedDecoder: Sendable where Verifier: Sendable, Checksum: Sendable {}
