/// A chain of signatures: each string to sign contains the signature before it.
///
/// ```
/// events, chunks  ALGORITHM-PAYLOAD LF time LF scope LF previous signature LF digest LF digest
/// trailers        ALGORITHM-TRAILER LF time LF scope LF previous signature LF digest
/// ```
///
/// The first previous signature is that of the request.
struct SigV4Chain<Key: AWSSigningKey> {
    private var key: Key
    private let scopeSuffix: [UInt8]

    /// The signature before the next one.
    private(set) var previous: SigV4Signature

    /// The string to sign. A member, so that its memory is reused.
    private var text: [UInt8] = []

    /// What is signed.
    enum Subject {
        /// An event, or a chunk.
        case payload

        /// The trailers of an aws-chunked body.
        case trailer

        fileprivate var suffix: String {
            switch self {
            case .payload: "-PAYLOAD"
            case .trailer: "-TRAILER"
            }
        }
    }

    init(_ key: Key, seed: SigV4Signature) {
        self.key = key
        scopeSuffix = Array(key.scopeSuffix.utf8)
        previous = seed
    }

    /// Returns the next signature, and makes it the previous one. After an error, the chain is unchanged.
    mutating func sign(
        _ subject: Subject, at date: SigV4Date, _ first: SigV4Digest, _ second: SigV4Digest? = nil
    ) throws(SigV4Error) -> SigV4Signature {
        try write(subject, date, first, second)
        // A local variable, because `self` is borrowed by its own array's span.
        let text = text
        let signature = try key.sign(text.rawSpan, at: date)
        // The space for a signature was checked before.
        guard signature.bytes.count <= Key.maximumSignatureLength else { throw SigV4Error(.signingFailed) }
        previous = signature
        return signature
    }

    /// Returns whether a signature is the next one. If it is, it becomes the previous one.
    mutating func verify(
        _ signature: SigV4Signature, _ subject: Subject, at date: SigV4Date, _ first: SigV4Digest,
        _ second: SigV4Digest? = nil
    ) throws(SigV4Error) -> Bool {
        try write(subject, date, first, second)
        let text = text
        guard try key.isValid(signature, for: text.rawSpan, at: date) else { return false }
        previous = signature
        return true
    }

    /// Returns the next string to sign.
    func stringToSign(
        _ subject: Subject, at date: SigV4Date, _ first: SigV4Digest, _ second: SigV4Digest? = nil
    ) throws(SigV4Error) -> String {
        var copy = self
        try copy.write(subject, date, first, second)
        return String(decoding: copy.text, as: UTF8.self)
    }

    private mutating func write(
        _ subject: Subject, _ date: SigV4Date, _ first: SigV4Digest, _ second: SigV4Digest?
    ) throws(SigV4Error) {
        let time = try date.encodedTimestamp()
        let lineFeed = UInt8(ascii: "\n")
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: Key.algorithm.utf8)
        text.append(contentsOf: subject.suffix.utf8)
        text.append(lineFeed)
        text.append(contentsOf: time)
        text.append(lineFeed)
        text.append(contentsOf: time.prefix(8))
        text.append(contentsOf: scopeSuffix)
        text.append(lineFeed)
        for byte in previous.bytes {
            text.append(Hexadecimal.digit(UInt64(byte &>> 4)))
            text.append(Hexadecimal.digit(UInt64(byte)))
        }
        text.append(lineFeed)
        text.append(count: 2 * SigV4Digest.length) { first.encodeHexadecimal(into: &$0) }
        guard let second else { return }
        text.append(lineFeed)
        text.append(count: 2 * SigV4Digest.length) { second.encodeHexadecimal(into: &$0) }
    }
}

extension SigV4Chain: Sendable where Key: Sendable {}
