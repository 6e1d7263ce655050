import ArgumentParser
import EventStreamCodec
import TextCoding

#if Crypto
import EventStreamCrypto

/// The checksums that this build computes.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
typealias CommandChecksum = AnyAWSChecksum
#else
/// The checksums that this build computes.
typealias CommandChecksum = AWSCRCChecksum
#endif

/// `eventstream aws-chunked`: bodies in S3's content coding.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct AWSChunkedCoding: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aws-chunked",
        abstract: "Read and write bodies in S3's aws-chunked content coding.",
        subcommands: [AWSChunkedDecode.self, AWSChunkedEncode.self]
    )
}

/// `eventstream aws-chunked decode`: the data of an aws-chunked body.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct AWSChunkedDecode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Print the raw data of an aws-chunked body.",
        discussion: """
            Signatures are read and not verified. Checksums are compared with the data if their algorithm is known. \
            Accepts what S3 accepts: a line feed before the CRLF of a trailer, whitespace before its colon, and \
            also a missing final CRLF. Input after the body is left alone.

            EXAMPLES
              eventstream aws-chunked decode upload.bin > object
              eventstream aws-chunked decode --json upload.bin | jq .checksums
              curl --raw -s https://… | eventstream aws-chunked decode --chunked --minimum-chunk-size 0
            """
    )

    @Argument(help: "The body; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Flag(help: "Print one JSON object instead: data, signatures, trailers, checksums and the error.")
    var json = false

    @Flag(help: "The body is inside of an HTTP-chunked body.")
    var chunked = false

    @Option(
        help: ArgumentHelp(
            "The announced trailer: crc32, crc32c, crc64nvme, sha1, sha256, sha512, md5, or the name of a field.",
            valueName: "name"),
        transform: ChecksumName.init(argument:))
    var checksum: ChecksumName?

    @Option(help: ArgumentHelp("The announced number of bytes of data.", valueName: "n"))
    var decodedLength: UInt64?

    @Option(
        help: ArgumentHelp(
            "Bytes of data that each chunk except the last must have; 0 for a response.", valueName: "n"))
    var minimumChunkSize = AWSChunked.minimumChunkSize

    @Option(help: ArgumentHelp("Bytes per read. The output does not depend on it.", valueName: "n"))
    var readSize = InputFile.defaultReadSize

    typealias Decoder = AWSChunkedDecoder<AWSNoSigner, CommandChecksum>

    func validate() throws {
        try InputFile.validate(readSize: readSize)
        guard minimumChunkSize >= 0 else { throw ValidationError("--minimum-chunk-size takes a number from 0.") }
    }

    func run() throws {
        var decoder = try makeDecoder()
        var input = try InputFile(file, readSize: readSize)
        var output = OutputFile()
        var transfer = ChunkedDecoder()
        var report = AWSChunkedReport()
        var failure: CodingFailure?
        // Whether offsets count the bytes of the transfer coding.
        var isInTransfer = chunked

        func decode(_ bytes: RawSpan) throws {
            try decoder.decode(bytes) { element in
                if json {
                    report.note(element)
                } else if case .data(let data) = element {
                    try output.append(data)
                }
            }
        }
        do {
            while !(chunked ? transfer.isComplete : decoder.isComplete),
                try input.readNext({ bytes in
                    if chunked {
                        try transfer.decode(bytes) { if case .data(let data) = $0 { try decode(data) } }
                    } else {
                        try decode(unsafe bytes.bytes)
                    }
                })
            {
                try output.flush()
            }
            if chunked { try transfer.finish() }
            try decoder.finish()
        } catch let error as AWSChunkedError {
            failure = CodingFailure(error, decoder.checksums, isInTransfer: chunked)
            isInTransfer = false
        } catch let error as ChunkedError {
            failure = CodingFailure(error)
        }
        if json {
            let consumed = isInTransfer ? transfer.offset : decoder.offset
            try output.print {
                $0 += report.line(of: decoder, isChecksumAnnounced: checksum != nil, consumed: consumed, failure)
            }
        }
        try output.flush()
        if let failure { throw CommandFailure(failure, in: input.name) }
    }

    private func makeDecoder() throws -> Decoder {
        var policy = AWSChunkedPolicy.standard
        policy.allowsBytesAfterEnd = !chunked
        guard let checksum else {
            policy.allowsUnannouncedTrailers = true
            return .response(
                checksums: CommandChecksum.self, decodedLength: decodedLength, minimumChunkSize: minimumChunkSize,
                policy: policy)
        }
        try checksum.requireAlgorithm(orUnknown: true)
        return Decoder(
            verifier: nil, checksums: checksum.algorithm.flatMap { CommandChecksum(algorithm: $0) }.map { [$0] } ?? [],
            trailerNames: [checksum.trailerName], decodedLength: decodedLength, minimumChunkSize: minimumChunkSize,
            policy: policy)
    }
}

/// The checksum that an argument names.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct ChecksumName {
    /// The name of the trailer in lower case.
    let trailerName: String

    /// The algorithm, if it is one of S3's.
    let algorithm: AWSChecksumAlgorithm?

    /// Parses `crc32`, or the full name of a field: `x-amz-checksum-crc32`.
    init(argument: String) throws {
        if let named = AWSChecksumAlgorithm(name: argument) ?? AWSChecksumAlgorithm(trailerName: argument) {
            algorithm = named
            trailerName = named.trailerName
            return
        }
        guard argument.isToken, argument.contains("-") else {
            throw ValidationError(
                "found the checksum '\(argument)', expected crc32, crc32c, crc64nvme, sha1, sha256, sha512, md5, or "
                    + "the name of a field such as x-amz-checksum-crc32")
        }
        algorithm = nil
        trailerName = argument.lowercased()
    }

    /// Fails if this build cannot compute the checksum.
    ///
    /// - Parameter orUnknown: Whether algorithms that no build computes are accepted.
    func requireAlgorithm(orUnknown: Bool) throws {
        if let algorithm, CommandChecksum(algorithm: algorithm) != nil { return }
        #if !Crypto
        if let algorithm, [.sha1, .sha256, .sha512, .md5].contains(algorithm) {
            throw CommandFailure(
                status: CommandFailure.Status.unavailable,
                message: "this build does not compute \(trailerName); \(CommandFailure.cryptoHint)")
        }
        #endif
        guard orUnknown else { throw ValidationError("--checksum: \(trailerName) cannot be computed") }
    }
}

/// The error that ended a body: that of the content coding, or that of the transfer coding around it.
struct CodingFailure {
    let code: String
    let offset: UInt64
    let isIncomplete: Bool
    let message: String

    init(_ error: ChunkedError) {
        (code, offset) = (error.code.description, error.offset)
        isIncomplete = error.code == .unexpectedEnd
        message = error.description
    }

    /// A wrong checksum is described with both values. In a transfer coding, the offset is that in the body inside of it.
    init(_ error: AWSChunkedError, _ checksums: [AWSChunkedChecksum], isInTransfer: Bool) {
        code = error.framing?.code.description ?? error.code.description
        offset = error.offset
        isIncomplete = error.framing?.code == .unexpectedEnd
        let position = "byte \(error.offset)" + (isInTransfer ? " of the aws-chunked body" : "")
        message = "\(position): \(Self.description(of: error, checksums))"
    }

    private static func description(of error: AWSChunkedError, _ checksums: [AWSChunkedChecksum]) -> String {
        for checksum in checksums {
            guard let declared = checksum.declared else { continue }
            let found = "\(checksum.name) \(SafeText.singleLine(declared, atMost: 200))"
            switch (error.code, checksum.algorithm) {
            case (.checksumMalformed, let algorithm?) where !algorithm.isWellFormed(declared):
                return "found the malformed \(found), expected base64 of \(algorithm.digestLength) bytes"
            case (.checksumMismatch, _):
                guard let computed = checksum.computed, computed != declared else { continue }
                return "found \(found), expected \(computed)"
            default: continue
            }
        }
        return "found \(error.foundDescription), expected \(error.expectedDescription)"
    }
}

extension CommandFailure {
    /// The body is corrupt or ends too early.
    init(_ failure: CodingFailure, in file: String) {
        self.init(
            status: failure.isIncomplete ? Status.incomplete : Status.corruptData,
            message: "\(file): \(failure.message)")
    }
}

/// What `eventstream aws-chunked decode --json` prints about a body.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct AWSChunkedReport {
    private var body: [UInt8] = []
    private var signatures: [UInt8] = []
    private var trailers: [UInt8] = []

    /// Records an element.
    mutating func note(_ element: AWSChunkedDecode.Decoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: data)
        case .chunkEnd, .end: break
        case .extensions(let extensions):
            guard let signature = extensions.chunkSignature else { return }
            if !signatures.isEmpty { signatures.append(UInt8(ascii: ",")) }
            signatures.append(jsonLatin1: [UInt8](signature))
        case .trailer(let field):
            if !trailers.isEmpty { trailers.append(UInt8(ascii: ",")) }
            trailers.append(UInt8(ascii: "["))
            trailers.append(jsonLatin1: [UInt8](field.name))
            trailers.append(json: ",")
            trailers.append(jsonLatin1: [UInt8](field.value))
            trailers.append(json: "]")
        }
    }

    /// Returns the JSON line about the body that `decoder` has read. `failure` is the error that ended it.
    func line(
        of decoder: AWSChunkedDecode.Decoder, isChecksumAnnounced: Bool, consumed: UInt64, _ failure: CodingFailure?
    ) -> [UInt8] {
        let status = failure.map { $0.isIncomplete ? "incomplete" : "error" } ?? "complete"
        var line: [UInt8] = []
        line.append(json: "{\"status\":\"\(status)\",\"body\":")
        body.withBytes { line.append(jsonBase64: $0) }
        line.append(json: ",\"chunks\":\(decoder.chunkCount),\"signatures\":[")
        line.append(contentsOf: signatures)
        line.append(json: "],\"trailers\":[")
        line.append(contentsOf: trailers)
        line.append(json: "],\"checksums\":[")
        var isFirst = true
        // Without an announcement, every algorithm is computed.
        for checksum in decoder.checksums where isChecksumAnnounced || checksum.declared != nil {
            if !isFirst { line.append(UInt8(ascii: ",")) }
            isFirst = false
            line.append(json: "{\"name\":")
            line.append(jsonLatin1: Array(checksum.name.utf8))
            line.append(json: ",\"declared\":")
            Self.append(checksum.declared, to: &line)
            line.append(json: ",\"computed\":")
            Self.append(checksum.computed, to: &line)
            line.append(json: "}")
        }
        line.append(json: "],\"consumed\":\(consumed),\"error\":")
        if let failure, !failure.isIncomplete {
            line.append(json: "{\"code\":\"\(failure.code)\",\"offset\":\(failure.offset)}")
        } else {
            line.append(json: "null")
        }
        line.append(json: "}\n")
        return line
    }

    private static func append(_ value: String?, to line: inout [UInt8]) {
        guard let value else { return line.append(json: "null") }
        line.append(jsonLatin1: Array(value.utf8))
    }
}

/// `eventstream aws-chunked encode`: an aws-chunked body from data.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct AWSChunkedEncode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Write data as an unsigned aws-chunked body.",
        discussion: """
            EXAMPLES
              eventstream aws-chunked encode photo.jpg --checksum crc64nvme > body
            """
    )

    @Argument(help: "The data; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Option(
        help: ArgumentHelp("Bytes of data in each chunk except the last. S3 requires at least 8192.", valueName: "n"))
    var chunkSize = AWSChunked.recommendedChunkSize

    @Option(
        help: ArgumentHelp(
            "The checksum that is sent as a trailer: crc32, crc32c, crc64nvme, sha1, sha256, sha512 or md5.",
            valueName: "name"),
        transform: ChecksumName.init(argument:))
    var checksum: ChecksumName?

    func validate() throws {
        try InputFile.validate(readSize: chunkSize, option: "--chunk-size")
    }

    func run() throws {
        try checksum?.requireAlgorithm(orUnknown: false)
        if let checksum = checksum?.algorithm.flatMap({ CommandChecksum(algorithm: $0) }) {
            try encode(AWSChunkedEncoder(checksum: checksum, chunkSize: chunkSize))
        } else {
            try encode(AWSChunkedEncoder(chunkSize: chunkSize))
        }
    }

    private func encode<Checksum: AWSChecksum>(_ encoder: AWSChunkedEncoder<AWSNoSigner, Checksum>) throws {
        var encoder = encoder
        var input = try InputFile(file)
        var output = OutputFile()
        while try input.readNext({ bytes in
            try output.print { try encoder.append(bytes, to: &$0) }
        }) {
            try output.flush()
        }
        try output.print { try encoder.finish(to: &$0) }
        try output.flush()
    }
}
