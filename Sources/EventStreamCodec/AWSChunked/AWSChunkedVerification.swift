/// The checks on an aws-chunked body beyond its framing, and their state.
struct AWSChunkedVerification<Verifier: AWSChunkVerifier, Checksum: AWSChecksum> {
    private var verifier: Verifier?
    private var checksum: Checksum?
    private let decodedLength: UInt64?
    private let minimumChunkSize: UInt64

    /// The error that ended the body.
    var failure: AWSChunkedError?

    /// Whether the body is complete and all checks have passed.
    private(set) var isComplete = false

    /// Whether data of a chunk has been read whose end has not been verified.
    private(set) var isInChunk = false

    /// The number of bytes of data so far.
    private var length: UInt64 = 0

    /// The signature of the current chunk.
    private var signature: String?

    /// The size of an earlier chunk that is allowed only as the last one.
    private var smallChunkSize: UInt64?

    /// The value of the checksum trailer, and the signature of the trailers.
    private var checksumValue: String?
    private var trailerSignature: String?

    init(verifier: Verifier?, checksum: Checksum?, decodedLength: UInt64?, minimumChunkSize: UInt64) {
        self.verifier = verifier
        self.checksum = checksum
        self.decodedLength = decodedLength
        self.minimumChunkSize = minimumChunkSize
    }

    /// A value without checks.
    static var none: AWSChunkedVerification {
        AWSChunkedVerification(verifier: nil, checksum: nil, decodedLength: nil, minimumChunkSize: 0)
    }

    /// Records the extensions of a size line.
    ///
    /// - Returns: The number of their bytes that are a signature, which is not overhead.
    mutating func record(_ extensions: ChunkExtensionsView, at offset: UInt64) throws(AWSChunkedError) -> Int {
        guard verifier != nil else { return 0 }
        var signatureLength = 0
        var iterator = extensions.makeIterator()
        while let candidate = iterator.next() {
            guard AWSChunked.signatureExtension.withUTF8Bytes({ candidate.name.elementsEqual($0) }) else { continue }
            // Another parser might use the other one of two signatures.
            guard signature == nil, let value = candidate.rawValue else {
                throw AWSChunkedError(.signatureMalformed, at: offset)
            }
            signature = try wellFormed(String(decodingUTF8: value), at: offset)
            signatureLength = candidate.name.byteCount &+ value.byteCount &+ 2
        }
        return signatureLength
    }

    /// Adds data of a chunk. For its first piece, `offset` is the position of the chunk's data.
    mutating func update(
        _ data: RawSpan, chunkSize: UInt64, at offset: UInt64
    ) throws(AWSChunkedError) {
        if !isInChunk { try beginChunk(size: chunkSize, at: offset) }
        length &+= UInt64(data.byteCount)
        checksum?.update(data)
        verifier?.update(data)
    }

    private mutating func beginChunk(size: UInt64, at offset: UInt64) throws(AWSChunkedError) {
        if let smallChunkSize {
            throw AWSChunkedError(.chunkTooSmall, at: offset, found: smallChunkSize, expected: minimumChunkSize)
        }
        if size < minimumChunkSize { smallChunkSize = size }
        if verifier != nil, signature == nil { throw AWSChunkedError(.signatureMissing, at: offset) }
        // A chunk that exceeds the length is rejected as a whole, so that the error does not depend on how the body is split.
        if let decodedLength, size > decodedLength &- length {
            let (end, overflow) = length.addingReportingOverflow(size)
            throw AWSChunkedError(
                .decodedLengthMismatch, at: offset, found: overflow ? .max : end, expected: decodedLength)
        }
        isInChunk = true
    }

    /// Verifies a chunk whose data is complete.
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

    /// Records a field of the trailer section.
    mutating func record(_ field: ChunkedTrailerView, at offset: UInt64) throws(AWSChunkedError) {
        let value = String(decodingUTF8: field.value)
        if let checksum, field.isNamed(checksum.trailerName), checksumValue == nil {
            checksumValue = value
        } else if verifier != nil, field.isNamed(AWSChunked.trailerSignatureName), trailerSignature == nil {
            trailerSignature = try wellFormed(value, at: offset)
        } else {
            throw AWSChunkedError(.trailerUnexpected, at: offset)
        }
    }

    /// Verifies a body whose framing is complete.
    mutating func finish(at offset: UInt64) throws(AWSChunkedError) {
        guard !isComplete else { return }
        if let decodedLength, length != decodedLength {
            throw AWSChunkedError(.decodedLengthMismatch, at: offset, found: length, expected: decodedLength)
        }
        // The last chunk is signed too.
        try verifyChunk(at: offset)
        try verifyTrailers(at: offset)
        isComplete = true
    }

    private mutating func verifyTrailers(at offset: UInt64) throws(AWSChunkedError) {
        guard let checksum else {
            guard trailerSignature == nil else { throw AWSChunkedError(.trailerUnexpected, at: offset) }
            return
        }
        guard let checksumValue else { throw AWSChunkedError(.trailerMissing, at: offset) }
        if verifier != nil {
            guard let trailerSignature else { throw AWSChunkedError(.signatureMissing, at: offset) }
            let canonical = Array("\(checksum.trailerName):\(checksumValue)\n".utf8)
            let isValid = canonical.withBytes { verifier?.verifyTrailers($0, signature: trailerSignature) }
            guard isValid == true else { throw AWSChunkedError(.signatureMismatch, at: offset) }
        }
        guard checksum.value.hasSameBytes(as: checksumValue) else {
            throw AWSChunkedError(.checksumMismatch, at: offset)
        }
    }

    /// Returns a signature of 64 hexadecimal digits, or of 144 digits and SigV4A's padding.
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
