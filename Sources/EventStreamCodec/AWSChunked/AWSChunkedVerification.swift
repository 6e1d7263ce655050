/// What is to be true of an aws-chunked body beyond its framing, and how much of it has been seen.
struct AWSChunkedVerification<Verifier: AWSChunkVerifier, Checksum: AWSChecksum> {
    private var verifier: Verifier?
    private var checksum: Checksum?
    private let decodedLength: UInt64?
    private let minimumChunkSize: UInt64

    /// The error that ended the body.
    var failure: AWSChunkedError?

    /// Whether the body has been found complete and right.
    private(set) var hasEnded = false

    /// The bytes of data so far.
    private var length: UInt64 = 0

    /// The signature of the chunk that has begun.
    private var signature: String?

    /// Whether data of the current chunk has come, and whether a chunk before it was below the minimum.
    private var isInChunk = false
    private var sawSmallChunk = false

    /// The value of the checksum's trailer, and the signature of the trailers.
    private var checksumValue: String?
    private var trailerSignature: String?

    init(verifier: Verifier?, checksum: Checksum?, decodedLength: UInt64?, minimumChunkSize: UInt64) {
        self.verifier = verifier
        self.checksum = checksum
        self.decodedLength = decodedLength
        self.minimumChunkSize = minimumChunkSize
    }

    /// A size line with extensions has been read.
    ///
    /// - Returns: The bytes of them that are a signature, and so no overhead.
    mutating func begin(_ extensions: ChunkExtensionsView, at offset: UInt64) throws(AWSChunkedError) -> Int {
        guard verifier != nil else { return 0 }
        var understood = 0
        var iterator = extensions.makeIterator()
        while let candidate = iterator.next() {
            guard AWSChunked.signatureExtension.withUTF8Bytes({ candidate.name.elementsEqual($0) }) else { continue }
            // Of two signatures, another reader might take the other.
            guard signature == nil, let value = candidate.rawValue else {
                throw AWSChunkedError(.signatureMalformed, at: offset)
            }
            signature = try wellFormed(String(decodingUTF8: value), at: offset)
            understood = candidate.name.byteCount &+ value.byteCount &+ 2
        }
        return understood
    }

    /// Data of a chunk has been read; of its first piece, `offset` is where the chunk's data begins.
    mutating func update(
        _ data: RawSpan, chunkSize: UInt64, at offset: UInt64
    ) throws(AWSChunkedError) {
        if !isInChunk {
            isInChunk = true
            guard !sawSmallChunk else { throw AWSChunkedError(.chunkTooSmall, at: offset) }
            sawSmallChunk = chunkSize < minimumChunkSize
            if verifier != nil, signature == nil { throw AWSChunkedError(.signatureMissing, at: offset) }
            // A chunk that goes beyond is refused whole: how much of it has arrived makes no difference.
            if let decodedLength, chunkSize > decodedLength &- length {
                throw AWSChunkedError(.decodedLengthMismatch, at: offset)
            }
        }
        length &+= UInt64(data.byteCount)
        checksum?.update(data)
        verifier?.update(data)
    }

    /// A chunk's data is complete.
    mutating func endChunk(at offset: UInt64) throws(AWSChunkedError) {
        isInChunk = false
        try verifyChunk(at: offset)
    }

    private mutating func verifyChunk(at offset: UInt64) throws(AWSChunkedError) {
        guard verifier != nil else { return }
        guard let signature else { throw AWSChunkedError(.signatureMissing, at: offset) }
        guard verifier?.verifyChunk(signature: signature) == true else {
            throw AWSChunkedError(.signatureMismatch, at: offset)
        }
        self.signature = nil
    }

    /// A field of the trailer section has been read.
    mutating func note(_ field: ChunkedTrailerView, at offset: UInt64) throws(AWSChunkedError) {
        let value = String(decodingUTF8: field.value)
        if checksum != nil, field.isNamed(Checksum.trailerName), checksumValue == nil {
            checksumValue = value
        } else if verifier != nil, field.isNamed(AWSChunked.trailerSignatureName), trailerSignature == nil {
            trailerSignature = try wellFormed(value, at: offset)
        } else {
            throw AWSChunkedError(.trailerUnexpected, at: offset)
        }
    }

    /// The body is complete; once it was found right, it stays so.
    mutating func end(at offset: UInt64) throws(AWSChunkedError) {
        guard !hasEnded else { return }
        if let decodedLength, length != decodedLength { throw AWSChunkedError(.decodedLengthMismatch, at: offset) }
        // The last chunk is signed too.
        try verifyChunk(at: offset)
        try verifyTrailers(at: offset)
        hasEnded = true
    }

    private mutating func verifyTrailers(at offset: UInt64) throws(AWSChunkedError) {
        guard let checksum else {
            guard trailerSignature == nil else { throw AWSChunkedError(.trailerUnexpected, at: offset) }
            return
        }
        guard let checksumValue else { throw AWSChunkedError(.trailerMissing, at: offset) }
        if verifier != nil {
            guard let trailerSignature else { throw AWSChunkedError(.signatureMissing, at: offset) }
            let canonical = Array("\(Checksum.trailerName):\(checksumValue)\n".utf8)
            let isRight = canonical.withBytes { verifier?.verifyTrailers($0, signature: trailerSignature) }
            guard isRight == true else { throw AWSChunkedError(.signatureMismatch, at: offset) }
        }
        guard checksum.value.hasSameBytes(as: checksumValue) else {
            throw AWSChunkedError(.checksumMismatch, at: offset)
        }
    }

    /// A signature of hexadecimal digits: 64, or 144 with the padding of SigV4A.
    private func wellFormed(_ signature: String, at offset: UInt64) throws(AWSChunkedError) -> String {
        let digits = signature.utf8.prefix { Hexadecimal.value(of: $0) < 16 }.count
        let padding = signature.utf8.dropFirst(digits).prefix { $0 == UInt8(ascii: "*") }.count
        let isWellFormed =
            digits == 64 && padding == 0 || digits &+ padding == 144 && digits > 0
        guard isWellFormed, digits &+ padding == signature.utf8.count else {
            throw AWSChunkedError(.signatureMalformed, at: offset)
        }
        return signature
    }
}

extension AWSChunkedVerification: Sendable where Verifier: Sendable, Checksum: Sendable {}
