import ArgumentParser
import EventStreamCodec
import EventStreamCrypto
import TextCoding

/// What both sides of a signed stream know.
struct SigningOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The region, such as us-east-1.", valueName: "r"))
    var region: String

    @Option(help: ArgumentHelp("The service's signing name, such as transcribe.", valueName: "s"))
    var service: String

    @Option(
        help: ArgumentHelp(
            "The signature of the request that opens the stream, 64 hexadecimal digits.", valueName: "hex"))
    var seedSignature: String

    func validate() throws {
        guard seed.bytes.count == SigV4Digest.length, seedSignature.utf8.count == 2 * SigV4Digest.length else {
            throw ValidationError("--seed-signature takes 64 hexadecimal digits.")
        }
    }

    /// The seed signature, which has been validated.
    fileprivate var seed: SigV4Signature { SigV4Signature(hexadecimal: seedSignature) ?? SigV4Signature([]) }

    /// The key, from the environment, because the arguments of a process are visible to others.
    fileprivate func credentials() throws -> AWSCredentials {
        guard let secret = environmentVariable("AWS_SECRET_ACCESS_KEY") else {
            throw CommandFailure(
                status: CommandFailure.Status.noCredentials,
                message: "found no secret access key, expected one in AWS_SECRET_ACCESS_KEY")
        }
        return AWSCredentials(
            accessKeyID: environmentVariable("AWS_ACCESS_KEY_ID") ?? "", secretAccessKey: secret)
    }
}

/// `eventstream sign`: a stream of signed messages from a stream of plain ones.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign the messages of an event stream with SigV4.",
        discussion: """
            Each message is wrapped in one that has its date and its signature, as Transcribe and Bedrock require for \
            the events of a client. The empty message that ends a signed stream follows the last one. The secret key is \
            read from AWS_SECRET_ACCESS_KEY.

            EXAMPLE
              eventstream encode lines.json | eventstream sign --region us-east-1 --service transcribe \\
                --seed-signature "$SEED" --date 1748779200000 --step 100 > signed.bin
            """
    )

    @Argument(help: "The stream; standard input if absent or '-'.", completion: .file())
    var file: String?

    @OptionGroup var options: SigningOptions

    @Option(help: ArgumentHelp("The date of the first message, in milliseconds since 1970.", valueName: "ms"))
    var date: Int64

    @Option(help: ArgumentHelp("What is added to the date for each further message and the end.", valueName: "ms"))
    var step: Int64 = 0

    #if Crypto
    func run() throws {
        var signer = EventStreamSigner<SwiftCryptoHash>(
            try options.credentials(), region: options.region, service: options.service, seedSignature: options.seed,
            encoder: EventStreamEncoder(limits: .unlimited))
        var input = try InputFile(file)
        var output = OutputFile()
        var decoder = EventStreamDecoder(limits: .unlimited)
        var next = SigV4Date(milliseconds: date)
        do {
            while try input.readNext({ bytes in
                try decoder.withMessages(in: bytes) { messages in
                    while let message = try messages.next() {
                        try output.print { try signer.append(message, at: next, to: &$0) }
                        // Beyond 64 bits, the last date is kept, which no signature can have.
                        let (sum, overflow) = next.milliseconds.addingReportingOverflow(step)
                        next.milliseconds = overflow ? (step < 0 ? .min : .max) : sum
                    }
                }
            }) {
                try output.flush()
            }
            try decoder.finish()
            try output.print { try signer.end(at: next, to: &$0) }
        } catch let error as EventStreamError {
            try output.flush()
            throw CommandFailure(error, in: input.name)
        } catch let error as SigV4Error {
            try output.flush()
            // Only `dateOutOfRange` can occur here.
            throw CommandFailure(
                status: CommandFailure.Status.usage,
                message: "\(input.name): byte \(decoder.offset): found \(error.foundDescription), "
                    + "expected \(error.expectedDescription); see --date and --step")
        }
        try output.flush()
    }
    #else
    func run() throws { throw CommandFailure.noCrypto("sign") }
    #endif
}

/// `eventstream verify`: the signatures of a signed stream.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify the signatures of a signed event stream.",
        discussion: """
            Prints one line for each message: 'right' or 'WRONG', its offset, its date in milliseconds since 1970, and \
            its signature. After a wrong signature, the next one is verified as its continuation, so that one message \
            that was changed is one wrong line. The secret key is read from AWS_SECRET_ACCESS_KEY.

            The status is 65 for a wrong signature, and otherwise 75 if the stream is cut or the empty message at its end is \
            missing.

            EXAMPLE
              eventstream verify signed.bin --region us-east-1 --service transcribe --seed-signature "$SEED"
            """
    )

    @Argument(help: "The signed stream; standard input if absent or '-'.", completion: .file())
    var file: String?

    @OptionGroup var options: SigningOptions

    #if Crypto
    func run() throws {
        let key = SigV4SigningKey<SwiftCryptoHash>(
            try options.credentials(), region: options.region, service: options.service)
        var run = VerificationRun(key: key, seed: options.seed)
        var input = try InputFile(file)
        var output = OutputFile()
        // An envelope is longer than the message in it.
        var decoder = EventStreamDecoder(limits: .unlimited)
        do {
            while try input.readNext({ bytes in
                try decoder.withMessages(in: bytes) { messages in
                    while let message = try messages.next() { try run.verify(message, &output) }
                }
            }) {
                try output.flush()
            }
            try decoder.finish()
            try run.finish()
        } catch let error as EventStreamError {
            try output.flush()
            // A wrong signature decides the status, also if the stream is cut or corrupt after it.
            if let first = run.firstError { throw CommandFailure(first, in: input.name) }
            throw CommandFailure(error, in: input.name)
        } catch let error as SigV4Error {
            try output.flush()
            throw CommandFailure(error, in: input.name)
        }
        try output.flush()
    }
    #else
    func run() throws { throw CommandFailure.noCrypto("verify") }
    #endif
}

#if Crypto
/// Verifies the messages of a stream one by one, and continues after a wrong signature.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
private struct VerificationRun {
    private let key: SigV4SigningKey<SwiftCryptoHash>
    private var verifier: EventStreamVerifier<SwiftCryptoHash>
    private(set) var firstError: SigV4Error?

    init(key: SigV4SigningKey<SwiftCryptoHash>, seed: SigV4Signature) {
        self.key = key
        verifier = EventStreamVerifier(key: key, seedSignature: seed, limits: .unlimited)
    }

    /// Verifies the next message and prints its line.
    mutating func verify(_ message: EventStreamMessageView, _ output: inout OutputFile) throws {
        var result = "right"
        do throws(SigV4Error) {
            _ = try verifier.verify(message)
        } catch {
            guard error.code == .signatureMismatch || error.code == .signatureMalformed else {
                throw firstError ?? error
            }
            result = "WRONG"
            firstError = firstError ?? error
        }
        let signed = try EventStreamSignedMessage(message)
        let signature = SigV4Signature(signed.signature)
        let line = "\(result) \(message.offset) \(signed.date.milliseconds) \(signature)\n"
        try output.print { $0 += Array(line.utf8) }
        if result == "WRONG" {
            verifier = EventStreamVerifier(key: key, seedSignature: signature, limits: .unlimited)
        }
    }

    func finish() throws {
        if let firstError { throw firstError }
        try verifier.finish()
    }
}
#endif

extension CommandFailure {
    /// A signed stream is not valid, or its end is missing.
    init(_ error: SigV4Error, in file: String) {
        self.init(
            status: error.code == .endMissing ? Status.incomplete : Status.corruptData, message: "\(file): \(error)")
    }

    #if !Crypto
    /// How to get a build with cryptography.
    static let cryptoHint =
        "run Scripts/install, or 'swift build -c release --product eventstream --traits Crypto', for one with cryptography"

    /// The build lacks what a command needs.
    fileprivate static func noCrypto(_ command: String) -> CommandFailure {
        CommandFailure(
            status: Status.unavailable, message: "\(command): this build has no cryptography; \(cryptoHint)")
    }
    #endif
}

// MARK: Unwrapping

/// The date and the signature of a signed message, for a line about the message in it.
struct SignedNote {
    let date: Int64
    let signature: SigV4Signature

    init(_ signed: EventStreamSignedMessage) {
        date = signed.date.milliseconds
        signature = SigV4Signature(signed.signature)
    }
}

extension EventStreamMessageView {
    /// Whether the headers are exactly those of a signed message.
    var isSigned: Bool { headers.areThoseOfSignedMessage }
}

extension EventStreamHeadersView {
    /// Whether the headers are exactly `:date` and `:chunk-signature`, with the types that they must have.
    var areThoseOfSignedMessage: Bool {
        count == 2 && self[EventStreamHeaderName.date]?.timestamp != nil
            && self[EventStreamHeaderName.chunkSignature]?.byteArray != nil
    }
}
