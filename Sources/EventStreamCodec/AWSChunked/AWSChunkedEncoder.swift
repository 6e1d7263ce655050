/// Encodes a body in S3's `aws-chunked` content coding: unsigned with a checksum, signed, or both.
///
/// ```swift
/// var encoder = AWSChunkedEncoder(checksum: AWSCRC32Checksum())
/// let contentLength = encoder.encodedLength(decodedLength: size)
/// for piece in pieces { try encoder.append(piece, to: &bytes) }
/// try encoder.end(to: &bytes)
/// ```
///
/// Data is coalesced to chunks of exactly ``chunkSize``, but the last, however it comes; what comes in larger pieces is
/// not copied. The coding is a layer: what it writes may go through a ``ChunkedEncoder`` again.
public struct AWSChunkedEncoder<Signer: AWSChunkSigner, Checksum: AWSChecksum> {
    /// The number of bytes of data in each chunk but the last.
    public let chunkSize: Int

    private var framing = ChunkedEncoder()
    private var signer: Signer?
    private var checksum: Checksum?

    /// Data that has not been written: less than a chunk, or more after a signer has failed.
    private var pending = CarryBuffer()

    /// The bytes of the next chunk, from the front of ``pending``, that the signer has taken.
    private var signedByteCount = 0

    /// The signature of the last chunk, once the signer has returned it.
    private var lastChunkSignature: String?

    fileprivate init(signer: Signer?, checksum: Checksum?, chunkSize: Int) {
        // Smaller chunks are refused by the service, whatever the caller would like.
        self.chunkSize = max(chunkSize, AWSChunked.minimumChunkSize)
        self.signer = signer
        self.checksum = checksum
    }

    /// The exact length of the whole encoded body, for `Content-Length`.
    ///
    /// - Parameter decodedLength: The length of the data, for `x-amz-decoded-content-length`.
    /// - Returns: The length, or `UInt64.max` when no length can say it.
    public func encodedLength(decodedLength: UInt64) -> UInt64 {
        guard decodedLength <= UInt64(Int64.max) else { return .max }
        let signature = signer == nil ? 0 : ";\(AWSChunked.signatureExtension)=".utf8.count &+ Signer.signatureLength
        func frameLength(_ size: UInt64) -> UInt64 { UInt64(Hexadecimal.digitCount(size) &+ signature &+ 4) &+ size }

        let (full, rest) = decodedLength.quotientAndRemainder(dividingBy: UInt64(chunkSize))
        var length = full &* frameLength(UInt64(chunkSize))
        if rest > 0 { length &+= frameLength(rest) }
        // The last chunk has no data, and so no CRLF after it; the CRLF here ends the body.
        length &+= frameLength(0)
        if checksum != nil {
            length &+= UInt64(Checksum.trailerName.utf8.count &+ 1 &+ Checksum.valueLength &+ 2)
            if signer != nil {
                length &+= UInt64(AWSChunked.trailerSignatureName.utf8.count &+ 1 &+ Signer.signatureLength &+ 2)
            }
        }
        return length
    }

    /// Encodes the next bytes of the body.
    ///
    /// When a signer fails, the encoder keeps the data that has not been written. Repeat the call with no data, pass
    /// more data, or end the body: each of them continues with the chunk whose signature failed.
    ///
    /// - Parameters:
    ///   - data: Any number of bytes. All of them are taken, also when an error is thrown, unless the body has ended.
    ///   - write: Receives the encoded bytes in pieces, framing and data in turn, valid until it returns.
    /// - Throws: ``AWSChunkedError/Code/framing`` when the body has been ended,
    ///   ``AWSChunkedError/Code/signatureMalformed`` when a signature has another length than the signer said, and what
    ///   the signer throws.
    public mutating func encode(_ data: RawSpan, _ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        try requireOpenBody()
        var rest = data
        do throws(AWSChunkedError) {
            while !pending.isEmpty {
                rest = rest.extracting(droppingFirst: pending.fill(from: rest, to: chunkSize))
                guard pending.count >= chunkSize else { break }
                try writePending(chunkSize, write)
            }
            while rest.byteCount >= chunkSize {
                try writeChunk(rest.extracting(first: chunkSize), write)
                rest = rest.extracting(droppingFirst: chunkSize)
            }
        } catch {
            pending.append(rest)
            throw error
        }
        pending.append(rest)
    }

    /// Encodes the body's end: what is left of the data, the last chunk, the trailers.
    ///
    /// When a signer fails, the call can be repeated: it continues with the signature that failed.
    ///
    /// - Throws: ``AWSChunkedError/Code/framing`` when the body has been ended before, and what the signer throws.
    public mutating func end(_ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        try requireOpenBody()
        while !pending.isEmpty { try writePending(Swift.min(pending.count, chunkSize), write) }
        if lastChunkSignature == nil { lastChunkSignature = try signature() }
        var trailers: [ChunkedTrailer] = []
        if let checksum {
            let value = checksum.value
            trailers.append(ChunkedTrailer(compact: Checksum.trailerName, value))
            let canonical = Array("\(Checksum.trailerName):\(value)\n".utf8)
            let signature = try canonical.withBytes { canonical throws(AWSChunkedError) in
                try signer?.signTrailers(canonical)
            }
            if let signature {
                try requireSignature(signature)
                trailers.append(ChunkedTrailer(compact: AWSChunked.trailerSignatureName, signature))
            }
        }
        var bytes: [UInt8] = []
        do throws(ChunkedError) {
            try framing.end(trailers: trailers, extensions: extensions(lastChunkSignature), to: &bytes)
        } catch {
            throw AWSChunkedError(error)
        }
        bytes.withBytes(write)
    }

    /// Writes the first `count` pending bytes as a chunk; when the signer fails, they stay.
    private mutating func writePending(_ count: Int, _ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        // Taken out, because a chunk is written while `self` changes.
        var data = CarryBuffer()
        swap(&data, &pending)
        defer { swap(&data, &pending) }
        try writeChunk(data.bytes.extracting(first: count), write)
        data.consume(count)
    }

    private mutating func writeChunk(_ data: RawSpan, _ write: (RawSpan) -> Void) throws(AWSChunkedError) {
        // The signer takes each byte once, also when a signature is asked for again.
        signer?.update(data.extracting(droppingFirst: signedByteCount))
        signedByteCount = data.byteCount
        let (size, extensions) = (UInt64(data.byteCount), extensions(try signature()))
        signedByteCount = 0
        checksum?.update(data)
        var head: [UInt8] = []
        do throws(ChunkedError) {
            let length = try framing.headLength(size: size, extensions: extensions)
            try head.append(count: length) { output throws(ChunkedError) in
                try framing.beginChunk(size: size, extensions: extensions, into: &output)
            }
        } catch {
            throw AWSChunkedError(error)
        }
        head.withBytes(write)
        write(data)
    }

    /// The signature of the chunk whose bytes the signer has taken; nil for an unsigned body.
    private mutating func signature() throws(AWSChunkedError) -> String? {
        guard let signature = try signer?.signChunk() else { return nil }
        try requireSignature(signature)
        return signature
    }

    private func extensions(_ signature: String?) -> [ChunkExtension] {
        signature.map { [ChunkExtension(AWSChunked.signatureExtension, $0)] } ?? []
    }

    /// Rejects a signature whose length is not the one that ``encodedLength(decodedLength:)`` is computed from.
    private func requireSignature(_ signature: String) throws(AWSChunkedError) {
        guard signature.utf8.count == Signer.signatureLength else {
            throw AWSChunkedError(.signatureMalformed, at: 0)
        }
    }

    private func requireOpenBody() throws(AWSChunkedError) {
        if framing.hasEnded { throw AWSChunkedError(ChunkedError(.bodyEnded, at: 0)) }
    }
}

extension AWSChunkedEncoder {
    /// Encodes the next bytes of the body and appends what is whole to an array.
    ///
    /// - Throws: As ``encode(_:_:)``.
    public mutating func append(_ data: RawSpan, to bytes: inout [UInt8]) throws(AWSChunkedError) {
        try encode(data) { bytes.append(contentsOf: $0) }
    }

    /// Encodes the next bytes of the body and appends what is whole to an array.
    ///
    /// - Throws: As ``encode(_:_:)``.
    public mutating func append(_ data: [UInt8], to bytes: inout [UInt8]) throws(AWSChunkedError) {
        try data.withBytes { data throws(AWSChunkedError) in try append(data, to: &bytes) }
    }

    /// Encodes the body's end and appends it to an array.
    ///
    /// - Throws: As ``end(_:)``.
    public mutating func end(to bytes: inout [UInt8]) throws(AWSChunkedError) {
        try end { bytes.append(contentsOf: $0) }
    }
}

extension AWSChunkedEncoder {
    /// A signed body with a checksum: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`.
    public init(signer: Signer, checksum: Checksum, chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .some(signer), checksum: .some(checksum), chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder where Checksum == AWSNoChecksum {
    /// A signed body: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`.
    public init(signer: Signer, chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .some(signer), checksum: .none, chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder where Signer == AWSNoSigner {
    /// An unsigned body with a checksum: `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
    public init(checksum: Checksum, chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .none, checksum: .some(checksum), chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder where Signer == AWSNoSigner, Checksum == AWSNoChecksum {
    /// An unsigned body without a checksum.
    public init(chunkSize: Int = AWSChunked.recommendedChunkSize) {
        self.init(signer: .none, checksum: .none, chunkSize: chunkSize)
    }
}

extension AWSChunkedEncoder: Sendable where Signer: Sendable, Checksum: Sendable {}
