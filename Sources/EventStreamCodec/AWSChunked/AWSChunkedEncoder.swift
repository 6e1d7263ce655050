/// Names and numbers of S3's `aws-chunked` content coding.
///
/// ```
/// unsigned  hex CRLF data CRLF … 0 CRLF [ name ":" base64 CRLF ] CRLF
/// signed    hex ";chunk-signature=" signature CRLF data CRLF … 0 ";chunk-signature=" signature CRLF
///           [ name ":" base64 CRLF "x-amz-trailer-signature:" signature CRLF ] CRLF
/// ```
///
/// The coding is inside the body: `Content-Encoding: aws-chunked`, with a `Content-Length` of the encoded body or with chunked
/// transfer around it. Source: Amazon S3 API Reference, "Signature calculations: transferring a payload in multiple
/// chunks".
public enum AWSChunked {
    /// The minimum size that S3 accepts for all chunks except the last one with data: 8 KiB.
    public static let minimumChunkSize = 8_192

    /// The size that S3's documentation recommends: 64 KiB.
    public static let recommendedChunkSize = 65_536

    /// The number of characters of a signature.
    static let sigV4SignatureLength = 64
    static let sigV4ASignatureLength = 144

    static let signatureExtension = "chunk-signature"
    static let trailerSignatureName = "x-amz-trailer-signature"
}

/// Encodes a body in S3's `aws-chunked` content coding: unsigned with a checksum, signed, or both.
///
/// ```swift
/// var encoder = AWSChunkedEncoder(checksum: AWSCRC32Checksum())
/// let contentLength = encoder.encodedLength(decodedLength: size)
/// for piece in pieces { try encoder.append(piece, to: &bytes) }
/// try encoder.finish(to: &bytes)
/// ```
///
/// All chunks except the last one have exactly ``chunkSize`` bytes of data, for any split of the input. Data that arrives in
/// larger pieces is not copied. The output can go through a ``ChunkedEncoder``.
///
/// If a signer fails, the encoder keeps the data that has not been written. Repeat the call with no data, pass more data, or
/// finish the body: each of these continues with the signature that failed. If the signature of the trailers failed, only
/// ``finish(_:)`` continues: the signature of the last chunk is part of the chain, so no more data can be passed.
public struct AWSChunkedEncoder<Signer: AWSChunkSigner, Checksum: AWSChecksum> {
    /// The number of bytes of data in each chunk except the last one.
    public let chunkSize: Int

    private var framing = ChunkedEncoder()
    private var signer: Signer?
    private var checksum: Checksum?

    /// Data that has not been written: less than a chunk, or more after a signer has failed.
    private var pending = CarryBuffer()

    /// The number of bytes of the next chunk, from the front of ``pending``, that the signer has received.
    private var signedLength = 0

    /// The signature of the last chunk, when the signer has returned it.
    private var lastChunkSignature: String?

    fileprivate init(signer: Signer?, checksum: Checksum?, chunkSize: Int) {
        precondition(chunkSize > 0, "a chunk has at least one byte")
        self.chunkSize = chunkSize
        self.signer = signer
        self.checksum = checksum
    }

    /// Whether the end of the body has been written.
    public var isFinished: Bool { framing.isFinished }

    /// Returns the exact length of the whole encoded body in bytes, for `Content-Length`.
    ///
    /// - Parameter decodedLength: The length of the data, as in `x-amz-decoded-content-length`.
    /// - Returns: The length, or `UInt64.max` if it exceeds 64 bits or the length of the data exceeds `Int64.max`.
    public func encodedLength(decodedLength: UInt64) -> UInt64 {
        guard decodedLength <= UInt64(Int64.max) else { return .max }
        return Self.sum(chunksLength(decodedLength), endLength)
    }

    /// Returns the exact length of a whole encoded body whose chunks have the given sizes, as calls of ``flush(_:)`` cause.
    ///
    /// - Parameter chunkSizes: The number of bytes of data in each chunk, without the last chunk.
    /// - Returns: The length, or `UInt64.max` if it exceeds 64 bits.
    public func encodedLength(chunkSizes: some Sequence<UInt64>) -> UInt64 {
        var length = endLength
        for size in chunkSizes where size > 0 {
            guard size <= UInt64(Int64.max) else { return .max }
            length = Self.sum(length, chunkLength(size))
        }
        return length
    }

    /// Returns what the headers of the request must say about the body.
    ///
    /// - Parameter decodedLength: The length of the data, which S3 requires. Nil if it is not known.
    /// - Returns: The value; ``AWSChunkedRequest/fields`` are the headers.
    public func request(decodedLength: UInt64?) -> AWSChunkedRequest {
        let isSigV4A = Signer.signatureLength == AWSChunked.sigV4ASignatureLength
        let signing: AWSChunkedSigning = signer == nil ? .unsigned : isSigV4A ? .sigV4A : .sigV4
        return AWSChunkedRequest(
            signing: signing, trailerNames: checksum.map { [$0.trailerName] } ?? [], decodedLength: decodedLength)
    }

    /// Returns the number of bytes that the next call of ``append(_:to:)`` or ``encode(_:_:)`` would write.
    ///
    /// - Parameter dataLength: The length of the data to be passed, in bytes.
    /// - Returns: The number, or `UInt64.max` if it exceeds 64 bits.
    public func appendLength(dataLength: Int) -> UInt64 {
        let available = UInt64(pending.count) &+ UInt64(clamping: dataLength)
        let length = chunksLength(available &- available % UInt64(chunkSize))
        guard length > 0, length < .max else { return length }
        // The CRLF after the last chunk's data is written with the framing of the next one.
        return length &- 2 &+ owedLength
    }

    /// The number of bytes that ``flush(to:)`` would write now.
    public var flushLength: UInt64 {
        // The CRLF after the last chunk's data is written with the framing of the next one.
        pending.isEmpty ? 0 : owedLength &+ chunksLength(UInt64(pending.count)) &- 2
    }

    /// The number of bytes that ``finish(to:)`` would write now.
    public var finishLength: UInt64 { owedLength &+ chunksLength(UInt64(pending.count)) &+ endLength }

    /// The length of the CRLF that is still to be written after the previous chunk.
    private var owedLength: UInt64 { framing.owesLineEnd ? 2 : 0 }

    /// The encoded length of the chunks for this number of data bytes, or `UInt64.max` if it exceeds 64 bits.
    private func chunksLength(_ dataLength: UInt64) -> UInt64 {
        let (chunks, rest) = dataLength.quotientAndRemainder(dividingBy: UInt64(chunkSize))
        // The framing of one chunk has less than 2^32 bytes, so both products are exact. On 32 bits, a product with a check for
        // overflow would call a function that Embedded programs do not have.
        let framing = chunkLength(UInt64(chunkSize)) &- UInt64(chunkSize)
        let (high, low) = ((chunks &>> 32) &* framing, (chunks & 0xffff_ffff) &* framing)
        guard high < 1 << 32 else { return .max }
        let length = Self.sum(dataLength &- rest, Self.sum(high &<< 32, low))
        return Self.sum(length, rest > 0 ? chunkLength(rest) : 0)
    }

    /// The sum of two lengths, or `UInt64.max` if it exceeds 64 bits.
    private static func sum(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let (sum, overflow) = first.addingReportingOverflow(second)
        return overflow ? .max : sum
    }

    /// The encoded length of a chunk, including the CRLF after its data.
    private func chunkLength(_ size: UInt64) -> UInt64 {
        let signature = signer == nil ? 0 : AWSChunked.signatureExtension.utf8.count &+ 2 &+ Signer.signatureLength
        return UInt64(Hexadecimal.digitCount(size) &+ signature &+ 4) &+ size
    }

    /// The encoded length of the last chunk and the trailer section.
    private var endLength: UInt64 {
        // The last chunk has no data and no CRLF after it, so the second CRLF is that of the body's end.
        var length = chunkLength(0)
        guard let checksum else { return length }
        length &+= UInt64(checksum.trailerName.utf8.count &+ 1 &+ checksum.valueLength &+ 2)
        if signer != nil {
            length &+= UInt64(AWSChunked.trailerSignatureName.utf8.count &+ 1 &+ Signer.signatureLength &+ 2)
        }
        return length
    }

    // MARK: Encoding

    /// Encodes the next bytes of the body, and passes each part of the output to a closure.
    ///
    /// - Parameters:
    ///   - data: Any number of bytes. All of them are consumed, also if an error is thrown, unless the body is finished or its
    ///     last chunk is signed.
    ///   - write: Receives the encoded bytes in parts, alternately framing and data, which are valid until it returns.
    /// - Throws: ``AWSChunkedError/Code/framing`` if the body is finished or its last chunk is signed,
    ///   ``AWSChunkedError/Code/signatureMalformed`` if a signature does not have the signer's
    ///   ``AWSChunkSigner/signatureLength``, and the errors of the signer.
    /// - Complexity: O(*n*), where *n* is the length of the data, and the cost of the signer and the checksum.
    @inlinable
    public mutating func encode(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, _ write: (RawSpan) -> Void
    ) throws(AWSChunkedError) {
        try encode(span: data.rawSpan, write)
    }

    @usableFromInline
    mutating func encode(span data: RawSpan, _ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        try requireOpenBody()
        if lastChunkSignature != nil, !data.isEmpty { throw bodyFinished }
        var rest = data
        // After an error, the bytes that were not written are kept.
        defer { pending.append(rest) }
        while !pending.isEmpty {
            rest = rest.extracting(droppingFirst: pending.fill(from: rest, to: chunkSize))
            guard pending.count >= chunkSize else { break }
            try writePending(chunkSize, write)
        }
        while rest.byteCount >= chunkSize {
            try writeChunk(rest.extracting(first: chunkSize), write)
            rest = rest.extracting(droppingFirst: chunkSize)
        }
    }

    /// Encodes the pending data as a chunk that is shorter than the others, and passes each part of the output to a closure.
    ///
    /// For streams whose recipient needs the data soon and accepts small chunks. S3 rejects an upload with a chunk below
    /// ``AWSChunked/minimumChunkSize`` before the last one. After a flush, ``encodedLength(decodedLength:)`` is too small; see
    /// ``encodedLength(chunkSizes:)``.
    ///
    /// - Parameter write: Receives the encoded bytes in parts, which are valid until it returns. It is not called if no data
    ///   is pending.
    /// - Throws: As ``encode(_:_:)``.
    public mutating func flush(_ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        try requireOpenBody()
        while !pending.isEmpty { try writePending(Swift.min(pending.count, chunkSize), write) }
    }

    /// Encodes the end of the body, and passes each part of the output to a closure: the rest of the data, the last chunk,
    /// the trailers.
    ///
    /// - Parameter write: Receives the encoded bytes in parts, which are valid until it returns.
    /// - Throws: As ``encode(_:_:)``.
    public mutating func finish(_ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        try flush(write)
        if lastChunkSignature == nil { lastChunkSignature = try signature() }
        let trailers = try trailers()
        var bytes: [UInt8] = []
        do throws(ChunkedError) {
            try framing.finish(trailers: trailers, extensions: extensions(lastChunkSignature), to: &bytes)
        } catch {
            throw AWSChunkedError(error)
        }
        bytes.withBytes(write)
    }

    private mutating func trailers() throws(AWSChunkedError) -> [ChunkedTrailer] {
        guard let checksum else { return [] }
        let value = checksum.value
        let field = ChunkedTrailer(compact: checksum.trailerName, value)
        let canonical = Array("\(checksum.trailerName):\(value)\n".utf8)
        let signature = try canonical.withBytes { canonical throws(AWSChunkedError) in
            try signer?.signTrailers(canonical)
        }
        guard let signature else { return [field] }
        try requireSignature(signature)
        return [field, ChunkedTrailer(compact: AWSChunked.trailerSignatureName, signature)]
    }

    /// Writes the first `count` pending bytes as a chunk. If the signer fails, they stay.
    private mutating func writePending(_ count: Int, _ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        // Moved out of `self`, which changes while the chunk is written.
        var data = CarryBuffer()
        swap(&data, &pending)
        defer { swap(&data, &pending) }
        try writeChunk(data.bytes.extracting(first: count), write)
        data.consume(count)
    }

    private mutating func writeChunk(_ data: RawSpan, _ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        // The signer receives each byte once, also if a signature is requested again.
        signer?.update(data.extracting(droppingFirst: signedLength))
        signedLength = data.byteCount
        let extensions = extensions(try signature())
        signedLength = 0
        checksum?.update(data)
        var bytes: [UInt8] = []
        do throws(ChunkedError) {
            try framing.beginChunk(size: UInt64(data.byteCount), extensions: extensions, to: &bytes)
        } catch {
            throw AWSChunkedError(error)
        }
        bytes.withBytes(write)
        write(data)
    }

    /// Returns the signature of the chunk whose bytes the signer has received; nil for an unsigned body.
    private mutating func signature() throws(AWSChunkedError) -> String? {
        guard let signature = try signer?.signChunk() else { return nil }
        try requireSignature(signature)
        return signature
    }

    private func extensions(_ signature: String?) -> [ChunkExtension] {
        signature.map { [ChunkExtension(AWSChunked.signatureExtension, $0)] } ?? []
    }

    /// Rejects a signature with a length for which ``encodedLength(decodedLength:)`` would be wrong.
    private func requireSignature(_ signature: String) throws(AWSChunkedError) {
        guard signature.utf8.count == Signer.signatureLength else {
            throw AWSChunkedError(
                .signatureMalformed, found: UInt64(signature.utf8.count),
                expected: UInt64(clamping: Signer.signatureLength))
        }
    }

    private func requireOpenBody() throws(AWSChunkedError) {
        if isFinished { throw bodyFinished }
    }

    private var bodyFinished: AWSChunkedError { AWSChunkedError(ChunkedError(.bodyFinished, at: 0)) }
}

extension AWSChunkedEncoder {
    /// Encodes the next bytes of the body and appends the complete chunks to an array.
    ///
    /// - Parameters:
    ///   - data: Any number of bytes. All of them are consumed, also if an error is thrown, unless the body is finished or its
    ///     last chunk is signed.
    ///   - bytes: The array.
    /// - Throws: As ``encode(_:_:)``.
    @inlinable
    public mutating func append(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, to bytes: inout [UInt8]
    ) throws(AWSChunkedError) {
        try encode(span: data.rawSpan) { bytes.append(contentsOf: $0) }
    }

    /// Encodes the pending data as a chunk that is shorter than the others, and appends it to an array. See ``flush(_:)``.
    ///
    /// - Parameter bytes: The array.
    /// - Throws: As ``encode(_:_:)``.
    public mutating func flush(to bytes: inout [UInt8]) throws(AWSChunkedError) {
        try flush { bytes.append(contentsOf: $0) }
    }

    /// Encodes the end of the body and appends it to an array.
    ///
    /// - Parameter bytes: The array.
    /// - Throws: As ``finish(_:)``.
    public mutating func finish(to bytes: inout [UInt8]) throws(AWSChunkedError) {
        try finish { bytes.append(contentsOf: $0) }
    }

    /// Encodes the next bytes of the body and appends the complete chunks to an output span.
    ///
    /// - Parameters:
    ///   - data: Any number of bytes. All of them are consumed, also if a signer fails, unless the body is finished or its last
    ///     chunk is signed.
    ///   - output: Has space for ``appendLength(dataLength:)`` bytes.
    /// - Throws: ``AWSChunkedError/Code/bufferTooSmall``, in which case no data was consumed; otherwise as ``encode(_:_:)``.
    @inlinable
    public mutating func encode(
        _ data: borrowing some RawBytes & ~Copyable & ~Escapable, into output: inout OutputRawSpan
    ) throws(AWSChunkedError) {
        try encode(span: data.rawSpan, into: &output)
    }

    @usableFromInline
    mutating func encode(span data: RawSpan, into output: inout OutputRawSpan) throws(AWSChunkedError) {
        try requireSpace(for: appendLength(dataLength: data.byteCount), in: output)
        try encode(span: data) { output.append(contentsOf: $0) }
    }

    /// Encodes the pending data as a chunk that is shorter than the others, and appends it to an output span. See ``flush(_:)``.
    ///
    /// - Parameter output: Has space for ``flushLength`` bytes.
    /// - Throws: ``AWSChunkedError/Code/bufferTooSmall``; otherwise as ``encode(_:_:)``.
    public mutating func flush(into output: inout OutputRawSpan) throws(AWSChunkedError) {
        try requireSpace(for: flushLength, in: output)
        try flush { output.append(contentsOf: $0) }
    }

    /// Encodes the end of the body and appends it to an output span.
    ///
    /// - Parameter output: Has space for ``finishLength`` bytes.
    /// - Throws: ``AWSChunkedError/Code/bufferTooSmall``; otherwise as ``finish(_:)``.
    public mutating func finish(into output: inout OutputRawSpan) throws(AWSChunkedError) {
        try requireSpace(for: finishLength, in: output)
        try finish { output.append(contentsOf: $0) }
    }

    private func requireSpace(
        for length: UInt64, in output: borrowing OutputRawSpan
    ) throws(AWSChunkedError) {
        guard length <= UInt64(output.freeCapacity) else {
            throw AWSChunkedError(.bufferTooSmall, found: UInt64(output.freeCapacity), expected: length)
        }
    }
}

extension AWSChunkedEncoder {
    /// Creates an encoder of a signed body with a checksum: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`.
    ///
    /// - Parameters:
    ///   - signer: Signs the chunks and the trailers.
    ///   - checksum: Computes the checksum that is sent as a trailer.
    ///   - chunkSize: The number of bytes of data in each chunk except the last one. A programming error if it is not
    ///     positive. S3 rejects sizes below ``AWSChunked/minimumChunkSize``; other recipients may accept them.
    public init(signer: Signer, checksum: Checksum, chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .some(signer), checksum: .some(checksum), chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder where Checksum == AWSNoChecksum {
    /// Creates an encoder of a signed body without a checksum: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`.
    ///
    /// See ``init(signer:checksum:chunkSize:)`` for the parameters.
    public init(signer: Signer, chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .some(signer), checksum: .none, chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder where Signer == AWSNoSigner {
    /// Creates an encoder of an unsigned body with a checksum: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
    ///
    /// See ``init(signer:checksum:chunkSize:)`` for the parameters.
    public init(checksum: Checksum, chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .none, checksum: .some(checksum), chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder where Signer == AWSNoSigner, Checksum == AWSNoChecksum {
    /// Creates an encoder of an unsigned body without a checksum.
    ///
    /// See ``init(signer:checksum:chunkSize:)`` for the parameters.
    public init(chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .none, checksum: .none, chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder: Sendable where Signer: Sendable, Checksum: Sendable {}
