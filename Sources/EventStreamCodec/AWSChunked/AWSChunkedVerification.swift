/// The checks on an aws-chunked body beyond its framing, and their state.
struct AWSChunkedVerification<Verifier: AWSChunkVerifier, Checksum: AWSChecksum> {
    private var verifier: Verifier?
    private var computing: [Checksum]
    private let rules: Rules

    /// The error that ended the body.
    var failure: AWSChunkedError?

    /// Whether the body is complete and all checks have passed.
    private(set) var isComplete = false

    /// Whether data of a chunk has been read whose end has not been verified.
    private(set) var isInChunk = false

    /// The number of bytes of data so far.
    private(set) var length: UInt64 = 0

    /// The signature of the current chunk, if signatures are verified.
    private var signature: String?

    /// The size of an earlier chunk that is allowed only as the last one.
    private var smallChunkSize: UInt64?

    /// The trailers without their signature, with names in lower case, and the text that the signature covers.
    private(set) var trailers: [ChunkedTrailer] = []
    private var canonicalTrailers: [UInt8] = []
    private var trailerSignature: String?

    init(verifier: Verifier?, checksums: [Checksum], rules: Rules) {
        self.verifier = verifier
        computing = checksums
        self.rules = rules
    }

    /// A value without checks.
    static var none: AWSChunkedVerification {
        AWSChunkedVerification(verifier: nil, checksums: [], rules: Rules())
    }

    /// What is known about a body before it is read.
    struct Rules: Sendable {
        var trailerNames: [String] = []
        var headerChecksums: [ChunkedTrailer] = []
        var decodedLength: UInt64?
        var minimumChunkSize: UInt64 = 0
        var limits = AWSChunkedLimits.standard
        var policy = AWSChunkedPolicy.standard
    }

    // MARK: Chunks

    /// Records the extensions of a size line.
    ///
    /// - Returns: The number of their bytes that are a signature, which is not overhead.
    mutating func record(_ extensions: ChunkExtensionsView, at offset: UInt64) throws(AWSChunkedError) -> Int {
        var signatureLength = 0
        var iterator = extensions.makeIterator()
        while let candidate = iterator.next() {
            guard AWSChunked.signatureExtension.withUTF8Bytes({ candidate.name.elementsEqual($0) }) else { continue }
            // Another parser might use the other one of two signatures.
            guard signatureLength == 0, let value = candidate.rawValue, value.isWellFormedSignature else {
                if verifier == nil { continue }
                throw AWSChunkedError(.signatureMalformed, at: offset, chunk: extensions.chunk &+ 1)
            }
            signatureLength = candidate.name.byteCount &+ value.byteCount &+ 2
            if verifier != nil { signature = String(decodingUTF8: value) }
        }
        return signatureLength
    }

    /// Adds data of a chunk. For its first piece, `offset` is the position of the chunk's data.
    mutating func update(
        _ data: RawSpan, ofChunk chunk: UInt64, size: UInt64, at offset: UInt64
    ) throws(AWSChunkedError) {
        if !isInChunk { try begin(chunk: chunk, size: size, at: offset) }
        length &+= UInt64(data.byteCount)
        for index in computing.indices { computing[index].update(data) }
        verifier?.update(data)
    }

    private mutating func begin(chunk: UInt64, size: UInt64, at offset: UInt64) throws(AWSChunkedError) {
        if let smallChunkSize {
            throw AWSChunkedError(
                .chunkTooSmall, at: offset, found: smallChunkSize, expected: rules.minimumChunkSize, chunk: chunk)
        }
        if size < rules.minimumChunkSize { smallChunkSize = size }
        guard size <= rules.limits.chunkSize else {
            throw AWSChunkedError(
                .chunkTooLarge, at: offset, found: size, expected: rules.limits.chunkSize, chunk: chunk)
        }
        if verifier != nil, signature == nil { throw AWSChunkedError(.signatureMissing, at: offset, chunk: chunk) }
        // A chunk that exceeds the length is rejected as a whole, so that the error does not depend on how the body is split.
        // INVARIANT: A size is at most Int64.max, and `length` bytes have been received, so the sum does not exceed 64 bits.
        let end = length &+ size
        if let decodedLength = rules.decodedLength, end > decodedLength {
            throw AWSChunkedError(.decodedLengthMismatch, at: offset, found: end, expected: decodedLength)
        }
        guard end <= rules.limits.decodedLength else {
            throw AWSChunkedError(.bodyTooLarge, at: offset, found: end, expected: rules.limits.decodedLength)
        }
        isInChunk = true
    }

    /// Verifies a chunk whose data is complete.
    mutating func end(chunk: UInt64, at offset: UInt64) throws(AWSChunkedError) {
        isInChunk = false
        try verify(chunk: chunk, at: offset)
    }

    private mutating func verify(chunk: UInt64, at offset: UInt64) throws(AWSChunkedError) {
        guard verifier != nil else { return }
        guard let signature else { throw AWSChunkedError(.signatureMissing, at: offset, chunk: chunk) }
        let isValid: Bool?
        do throws(AWSChunkedError) {
            isValid = try verifier?.verifyChunk(signature: signature)
        } catch {
            throw AWSChunkedError(error.code, at: offset, found: error.found, expected: error.expected, chunk: chunk)
        }
        guard isValid == true else { throw AWSChunkedError(.signatureMismatch, at: offset, chunk: chunk) }
        self.signature = nil
    }

    // MARK: Trailers

    /// Records a field of the trailer section.
    ///
    /// - Returns: Whether it is the signature, which is not overhead.
    mutating func record(_ field: ChunkedTrailerView, at offset: UInt64) throws(AWSChunkedError) -> Bool {
        let value = String(decodingUTF8: field.value)
        if field.isNamed(AWSChunked.trailerSignatureName) {
            guard trailerSignature == nil else { throw AWSChunkedError(.trailerUnexpected, at: offset) }
            guard verifier == nil || field.value.isWellFormedSignature else {
                throw AWSChunkedError(.signatureMalformed, at: offset)
            }
            trailerSignature = value
            return field.value.isWellFormedSignature
        }
        let name = String(decodingUTF8: field.name).lowercasedASCII
        guard !trailers.contains(where: { $0.name.hasSameUTF8(as: name) }),
            rules.policy.allowsUnannouncedTrailers || rules.trailerNames.contains(where: { $0.hasSameUTF8(as: name) })
        else { throw AWSChunkedError(.trailerUnexpected, at: offset) }
        trailers.append(ChunkedTrailer(name, value))
        if verifier != nil {
            canonicalTrailers += Array(name.utf8)
            canonicalTrailers.append(HTTPByte.colon)
            canonicalTrailers.append(contentsOf: field.value)
            canonicalTrailers.append(HTTPByte.lineFeed)
        }
        return false
    }

    // MARK: The end

    /// Verifies a body whose framing is complete.
    ///
    /// - Parameter chunk: The number of the last chunk, from 1.
    mutating func finish(lastChunk chunk: UInt64, at offset: UInt64) throws(AWSChunkedError) {
        guard !isComplete else { return }
        if let decodedLength = rules.decodedLength, length != decodedLength {
            throw AWSChunkedError(.decodedLengthMismatch, at: offset, found: length, expected: decodedLength)
        }
        // The last chunk is signed too.
        try verify(chunk: chunk, at: offset)
        guard rules.trailerNames.allSatisfy({ declaration(ofTrailer: $0) != nil }) else {
            throw AWSChunkedError(.trailerMissing, at: offset)
        }
        try verifyTrailerSignature(at: offset)
        for declared in rules.headerChecksums + trailers { try compare(declared, at: offset) }
        isComplete = true
    }

    private mutating func verifyTrailerSignature(at offset: UInt64) throws(AWSChunkedError) {
        guard verifier != nil else { return }
        guard !trailers.isEmpty else {
            guard trailerSignature == nil else { throw AWSChunkedError(.trailerUnexpected, at: offset) }
            return
        }
        guard let trailerSignature else { throw AWSChunkedError(.signatureMissing, at: offset) }
        let isValid: Bool?
        do throws(AWSChunkedError) {
            isValid = try canonicalTrailers.withBytes { canonical throws(AWSChunkedError) in
                try verifier?.verifyTrailers(canonical, signature: trailerSignature)
            }
        } catch {
            throw AWSChunkedError(error.code, at: offset, found: error.found, expected: error.expected)
        }
        guard isValid == true else { throw AWSChunkedError(.signatureMismatch, at: offset) }
    }

    /// Compares a declared checksum with the computed one. Other fields, and algorithms that are not computed, have none.
    private func compare(_ declared: ChunkedTrailer, at offset: UInt64) throws(AWSChunkedError) {
        let computed = computing.first { $0.trailerName.hasSameUTF8(as: declared.name) }
        if let computed, computed.value.hasSameBytes(as: declared.value) { return }
        let algorithm = AWSChecksumAlgorithm(trailerName: declared.name)
        if let algorithm, !algorithm.isWellFormed(declared.value) {
            throw AWSChunkedError(.checksumMalformed, at: offset)
        }
        guard computed == nil else { throw AWSChunkedError(.checksumMismatch, at: offset) }
    }

    private func declaration(ofTrailer name: String) -> String? {
        trailers.first { $0.name.hasSameUTF8(as: name) }?.value
    }

    /// The checksums that are computed, then those that are only declared.
    var checksums: [AWSChunkedChecksum] {
        var result: [AWSChunkedChecksum] = []
        for checksum in computing {
            let name = checksum.trailerName
            let header = rules.headerChecksums.first { $0.name.hasSameUTF8(as: name) }
            result.append(
                AWSChunkedChecksum(
                    name: name, declared: declaration(ofTrailer: name) ?? header?.value, computed: checksum.value))
        }
        for field in trailers + rules.headerChecksums
        where field.name.utf8.starts(with: AWSChecksumAlgorithm.prefix.utf8) {
            guard !result.contains(where: { $0.name.hasSameUTF8(as: field.name) }) else { continue }
            result.append(AWSChunkedChecksum(name: field.name, declared: field.value, computed: nil))
        }
        return result
    }
}

extension RawSpan {
    /// Whether the bytes are a signature: 64 hexadecimal digits, or 144 characters, digits and SigV4A's padding.
    fileprivate var isWellFormedSignature: Bool {
        let isSigV4A = byteCount == AWSChunked.sigV4ASignatureLength
        guard isSigV4A || byteCount == AWSChunked.sigV4SignatureLength else { return false }
        var digits = 0
        while digits < byteCount, Hexadecimal.value(of: byte(at: digits)) < 16 { digits &+= 1 }
        guard isSigV4A, digits > 0 else { return digits == byteCount }
        return (digits..<byteCount).allSatisfy { byte(at: $0) == UInt8(ascii: "*") }
    }
}

extension AWSChunkedVerification: Sendable where Verifier: Sendable, Checksum: Sendable {}
