/// Creating a decoder from the headers of a request: the calls for servers.
extension AWSChunkedDecoder where Checksum: AWSChecksumChoice {
    /// Creates a decoder of the body of a request.
    ///
    /// The decoder computes each announced or declared checksum that `Checksum` provides, and returns the others.
    ///
    /// - Parameters:
    ///   - request: What the headers of the request say.
    ///   - verifier: Verifies the signatures. Without one, signatures are accepted without verification.
    ///   - checksums: The type of the checksums: `AWSCRCChecksum.self`, or one that provides more algorithms.
    ///   - computing: Algorithms whose checksum is computed also if the request does not announce it.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    /// - Throws: ``AWSChunkedError/Code/signatureMissing`` if there is a verifier and the request says that its body is not
    ///   signed, ``AWSChunkedError/Code/bodyTooLarge`` if the announced length exceeds the limit, and
    ///   ``AWSChunkedError/Code/checksumMalformed`` for a header with a checksum.
    public init(
        _ request: AWSChunkedRequest, verifier: Verifier?, checksums: Checksum.Type,
        computing: [AWSChecksumAlgorithm] = [], minimumChunkSize: Int = AWSChunked.minimumChunkSize,
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .upload
    ) throws(AWSChunkedError) {
        if verifier != nil, request.signing == .unsigned { throw AWSChunkedError(.signatureMissing) }
        if let length = request.decodedLength, length > limits.decodedLength {
            throw AWSChunkedError(.bodyTooLarge, found: length, expected: limits.decodedLength)
        }
        var algorithms = computing
        for name in request.trailerNames + request.checksums.map({ $0.name }) {
            guard let algorithm = AWSChecksumAlgorithm(trailerName: name) else { continue }
            if !algorithms.contains(algorithm) { algorithms.append(algorithm) }
        }
        for checksum in request.checksums {
            guard AWSChecksumAlgorithm(trailerName: checksum.name)?.isWellFormed(checksum.value) != false else {
                throw AWSChunkedError(.checksumMalformed)
            }
        }
        self.init(
            verifier: verifier, checksums: algorithms.compactMap { Checksum(algorithm: $0) },
            rules: .init(
                trailerNames: request.trailerNames, headerChecksums: request.checksums,
                decodedLength: request.decodedLength, minimumChunkSize: UInt64(clamping: minimumChunkSize),
                limits: limits, policy: policy))
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner, Checksum: AWSChecksumChoice {
    /// Creates a decoder of the body of a request, whose signatures are accepted without verification.
    ///
    /// - Parameters:
    ///   - headers: All headers of the request. Names are compared without regard to case.
    ///   - checksums: The type of the checksums, if it is not that of the CRCs.
    ///   - computing: Algorithms whose checksum is computed also if the request does not announce it.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    /// - Throws: The errors of ``AWSChunkedRequest`` for the headers, and those of
    ///   ``init(_:verifier:checksums:computing:minimumChunkSize:limits:policy:)``.
    public init(
        requestHeaders headers: some Sequence<(name: String, value: String)>, checksums: Checksum.Type,
        computing: [AWSChecksumAlgorithm] = [], minimumChunkSize: Int = AWSChunked.minimumChunkSize,
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .upload
    ) throws(AWSChunkedError) {
        try self.init(
            AWSChunkedRequest(headers: headers), verifier: nil, checksums: checksums, computing: computing,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }

    /// Creates a decoder of the body of a response, or of another body that no header announces.
    ///
    /// There is no minimum size of chunks, and all trailers are returned. Each checksum that `checksums` provides is computed,
    /// and compared with its trailer if there is one. Signatures are accepted without verification.
    ///
    /// - Parameters:
    ///   - checksums: The type of the checksums: `AWSCRCChecksum.self`, or one that provides more algorithms.
    ///   - decodedLength: The number of bytes of data, if it is known.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    /// - Returns: The decoder.
    public static func response(
        checksums: Checksum.Type, decodedLength: UInt64? = nil, minimumChunkSize: Int = 0,
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .response
    ) -> AWSChunkedDecoder {
        AWSChunkedDecoder(
            verifier: nil, checksums: AWSChecksumAlgorithm.all.compactMap { Checksum(algorithm: $0) }, trailerNames: [],
            decodedLength: decodedLength, minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner, Checksum == AWSCRCChecksum {
    /// Creates a decoder of the body of a request, whose signatures are accepted without verification and whose CRCs are
    /// verified. Other checksums are returned.
    ///
    /// ```swift
    /// var upload = try AWSChunkedDecoder(requestHeaders: request.headers)
    /// try upload.decode(bytes) { element in
    ///     if case .data(let data) = element { store(data) }
    /// }
    /// let stored = try upload.finish()
    /// ```
    ///
    /// - Parameters:
    ///   - headers: All headers of the request. Names are compared without regard to case.
    ///   - computing: CRCs that are computed also if the request does not announce them.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    /// - Throws: The errors of ``AWSChunkedRequest`` for the headers, and those of
    ///   ``init(_:verifier:checksums:computing:minimumChunkSize:limits:policy:)``.
    public init(
        requestHeaders headers: some Sequence<(name: String, value: String)>, computing: [AWSChecksumAlgorithm] = [],
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: AWSChunkedLimits = .standard,
        policy: AWSChunkedPolicy = .upload
    ) throws(AWSChunkedError) {
        try self.init(
            AWSChunkedRequest(headers: headers), verifier: nil, checksums: AWSCRCChecksum.self, computing: computing,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }

    /// Creates a decoder of the body of a request from a dictionary of headers.
    ///
    /// See the initializer for a sequence of names and values.
    public init(
        requestHeaders headers: [String: String], computing: [AWSChecksumAlgorithm] = [],
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: AWSChunkedLimits = .standard,
        policy: AWSChunkedPolicy = .upload
    ) throws(AWSChunkedError) {
        try self.init(
            AWSChunkedRequest(headers: headers), verifier: nil, checksums: AWSCRCChecksum.self, computing: computing,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }

    /// Creates a decoder of the body of a response, whose CRCs are verified.
    ///
    /// There is no minimum size of chunks, and all trailers are returned.
    ///
    /// - Parameters:
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    /// - Returns: The decoder.
    public static func response(
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .response
    ) -> AWSChunkedDecoder {
        response(checksums: AWSCRCChecksum.self, limits: limits, policy: policy)
    }
}

/// Creating a decoder without headers.
extension AWSChunkedDecoder {
    /// Creates a decoder of a body with any checksums and trailers.
    ///
    /// - Parameters:
    ///   - verifier: Verifies the signatures. Without one, signatures are accepted without verification.
    ///   - checksums: Compute checksums of the data. Each is compared with the trailer of its name, if there is one.
    ///   - trailerNames: The names of the trailers that the body must have, in lower case, without that of the signature.
    ///   - decodedLength: The value of `x-amz-decoded-content-length`, if it is known.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    public init(
        verifier: Verifier?, checksums: [Checksum], trailerNames: [String], decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: AWSChunkedLimits = .standard,
        policy: AWSChunkedPolicy = .standard
    ) {
        self.init(
            verifier: verifier, checksums: checksums,
            rules: .init(
                trailerNames: trailerNames, decodedLength: decodedLength,
                minimumChunkSize: UInt64(clamping: minimumChunkSize), limits: limits, policy: policy))
    }

    /// Creates a decoder of a signed body with a checksum.
    ///
    /// - Parameters:
    ///   - verifier: Verifies the signatures.
    ///   - checksum: Computes the checksum that the body has as a trailer.
    ///   - decodedLength: The value of `x-amz-decoded-content-length`, if it is known.
    ///   - minimumChunkSize: The minimum size of all chunks except the last one with data, in bytes.
    ///   - limits: The limits on the body.
    ///   - policy: What to accept beyond the documented grammar.
    public init(
        verifier: Verifier, checksum: Checksum, decodedLength: UInt64? = nil,
        minimumChunkSize: Int = AWSChunked.minimumChunkSize, limits: AWSChunkedLimits = .standard,
        policy: AWSChunkedPolicy = .standard
    ) {
        self.init(
            verifier: verifier, checksums: [checksum], trailerNames: [checksum.trailerName],
            decodedLength: decodedLength,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }
}

extension AWSChunkedDecoder where Checksum == AWSNoChecksum {
    /// Creates a decoder of a signed body without a checksum.
    ///
    /// See ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:policy:)`` for the parameters.
    public init(
        verifier: Verifier, decodedLength: UInt64? = nil, minimumChunkSize: Int = AWSChunked.minimumChunkSize,
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .standard
    ) {
        self.init(
            verifier: verifier, checksums: [], trailerNames: [], decodedLength: decodedLength,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner {
    /// Creates a decoder of a body with a checksum, without verification of signatures.
    ///
    /// See ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:policy:)`` for the parameters.
    public init(
        checksum: Checksum, decodedLength: UInt64? = nil, minimumChunkSize: Int = AWSChunked.minimumChunkSize,
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .standard
    ) {
        self.init(
            verifier: nil, checksums: [checksum], trailerNames: [checksum.trailerName], decodedLength: decodedLength,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }
}

extension AWSChunkedDecoder where Verifier == AWSNoSigner, Checksum == AWSNoChecksum {
    /// Creates a decoder of a body without a checksum, without verification of signatures.
    ///
    /// See ``init(verifier:checksum:decodedLength:minimumChunkSize:limits:policy:)`` for the parameters.
    public init(
        decodedLength: UInt64? = nil, minimumChunkSize: Int = AWSChunked.minimumChunkSize,
        limits: AWSChunkedLimits = .standard, policy: AWSChunkedPolicy = .standard
    ) {
        self.init(
            verifier: nil, checksums: [], trailerNames: [], decodedLength: decodedLength,
            minimumChunkSize: minimumChunkSize, limits: limits, policy: policy)
    }
}
