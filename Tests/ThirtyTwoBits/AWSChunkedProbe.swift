/// Decodes aws-chunked bodies, signed and unsigned, and encodes those that an encoder writes.
enum AWSChunkedProbe {
    static func run(_ name: [UInt8], _ input: [UInt8], _ splits: Splits, _ parameters: PackReader) {
        var parameters = parameters
        let hasTrailer = parameters.number() == 1
        let decodedLength = parameters.optionalBytes().map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        let chunkSize = Int(parameters.number())
        let signer = parameters.number() == 1 ? ChunkSigner(&parameters) : nil
        switch (signer, hasTrailer) {
        case (nil, false):
            decode(name, input, splits, AWSChunkedDecoder(decodedLength: decodedLength), chunkSize) {
                AWSChunkedEncoder(chunkSize: $0)
            }
        case (nil, true):
            let checksum = AWSCRC32Checksum()
            decode(name, input, splits, AWSChunkedDecoder(checksum: checksum, decodedLength: decodedLength), chunkSize)
            {
                AWSChunkedEncoder(checksum: checksum, chunkSize: $0)
            }
        case (let signer?, false):
            decode(name, input, splits, AWSChunkedDecoder(verifier: signer, decodedLength: decodedLength), chunkSize) {
                AWSChunkedEncoder(signer: signer, chunkSize: $0)
            }
        case (let signer?, true):
            let checksum = AWSCRC32Checksum()
            let decoder = AWSChunkedDecoder(verifier: signer, checksum: checksum, decodedLength: decodedLength)
            decode(name, input, splits, decoder, chunkSize) {
                AWSChunkedEncoder(signer: signer, checksum: checksum, chunkSize: $0)
            }
        }
    }

    struct Transcript: Equatable {
        var body: [UInt8] = []
        var chunkEnds: UInt64 = 0
        var error: [UInt8] = Array("null".utf8)
        var isIncomplete = false
        var offset: UInt64 = 0

        mutating func add(_ error: AWSChunkedError) {
            isIncomplete = error.framing?.code == .unexpectedEnd
            var line = JSONLine("code", Array(error.code.description.utf8))
            line.add("offset", number: error.offset)
            if let framing = error.framing { line.add("framing", json: ChunkedProbe.json(framing)) }
            self.error = line.bytes + [0x7d]
        }
    }

    private static func decode<Verifier, Checksum, Signer, Trailer>(
        _ name: [UInt8], _ input: [UInt8], _ splits: Splits, _ decoder: AWSChunkedDecoder<Verifier, Checksum>,
        _ chunkSize: Int, _ encoder: (Int) -> AWSChunkedEncoder<Signer, Trailer>
    ) {
        let whole = decoding(input, [0..<input.count], decoder)
        var ways = 1
        var different = 0
        for pieces in splits {
            ways += 1
            if decoding(input, pieces, decoder) != whole { different += 1 }
        }
        var line = JSONLine("format", Array("aws-chunked".utf8))
        line.add("name", text: name)
        line.add("rules", text: Array("default".utf8))
        line.add("ways", number: UInt64(ways))
        line.add("different", number: UInt64(different))
        line.add("body", bytes: whole.body)
        line.add("chunkEnds", number: whole.chunkEnds)
        line.add("offset", number: whole.offset)
        line.add("isIncomplete", number: whole.isIncomplete ? 1 : 0)
        line.add("error", json: whole.error)
        if chunkSize > 0 {
            line.add("encodesAgain", number: encoding(whole.body, encoder(chunkSize)) == input ? 1 : 0)
        }
        Host.write(line)
    }

    private static func decoding<Verifier, Checksum>(
        _ input: [UInt8], _ pieces: [Range<Int>], _ decoder: AWSChunkedDecoder<Verifier, Checksum>
    ) -> Transcript {
        var decoder = decoder
        var transcript = Transcript()
        do throws(AWSChunkedError) {
            for piece in pieces {
                let consumed = try input.withPiece(piece) { bytes throws(AWSChunkedError) in
                    try decoder.decode(bytes) { element in
                        switch element {
                        case .data(let data): transcript.body.append(contentsOf: data)
                        case .chunkEnd: transcript.chunkEnds += 1
                        case .end, .extensions, .trailer: break
                        }
                    }
                }
                if consumed < piece.count { break }
            }
            try decoder.finish()
        } catch {
            transcript.add(error)
        }
        transcript.offset = decoder.offset
        return transcript
    }

    private static func encoding<Signer, Checksum>(
        _ body: [UInt8], _ encoder: AWSChunkedEncoder<Signer, Checksum>
    ) -> [UInt8] {
        var encoder = encoder
        var wire: [UInt8] = []
        do throws(AWSChunkedError) {
            for start in stride(from: 0, to: body.count, by: 1_000) {
                try encoder.append(Array(body[start..<min(start + 1_000, body.count)]), to: &wire)
            }
            try encoder.finish(to: &wire)
        } catch {
            return []
        }
        return encoder.encodedLength(decodedLength: UInt64(body.count)) == UInt64(wire.count) ? wire : []
    }
}

/// Computes SigV4 signatures of chunks.
struct ChunkSigner: AWSChunkSigner, AWSChunkVerifier {
    static var signatureLength: Int { 64 }

    private let key: [UInt8]
    /// The lines of a string to sign between the algorithm and the previous signature.
    private let context: [UInt8]
    private var previous: [UInt8]
    private var hash = SHA256()

    init(_ parameters: inout PackReader) {
        let secretAccessKey = parameters.bytes()
        let timestamp = parameters.bytes()
        let region = parameters.bytes()
        let service = parameters.bytes()
        previous = parameters.bytes()
        var key = Array("AWS4".utf8) + secretAccessKey
        var scope: [UInt8] = []
        for part in [Array(timestamp[..<8]), region, service, Array("aws4_request".utf8)] {
            key = SHA256.authenticationCode(of: part, key: key)
            if !scope.isEmpty { scope.append(0x2f) }
            scope += part
        }
        self.key = key
        context = timestamp + [0x0a] + scope + [0x0a]
    }

    mutating func update(_ data: RawSpan) {
        hash.update([UInt8](data))
    }

    mutating func signChunk() -> String {
        let digest = hexadecimal(SHA256.hash([])) + [0x0a] + hexadecimal(hash.finish())
        hash = SHA256()
        return sign("AWS4-HMAC-SHA256-PAYLOAD", digest)
    }

    mutating func signTrailers(_ canonical: RawSpan) -> String {
        sign("AWS4-HMAC-SHA256-TRAILER", hexadecimal(SHA256.hash([UInt8](canonical))))
    }

    private mutating func sign(_ algorithm: String, _ digests: [UInt8]) -> String {
        let text = Array(algorithm.utf8) + [0x0a] + context + previous + [0x0a] + digests
        previous = hexadecimal(SHA256.authenticationCode(of: text, key: key))
        return String(decoding: previous, as: UTF8.self)
    }
}
