/// SHA-256 and HMAC-SHA256, which SigV4 needs. You provide the cryptography.
///
/// The library has no cryptography of its own. The product `EventStreamCrypto` provides `SwiftCryptoHash`. A conformance to
/// another implementation is short:
///
/// ```swift
/// struct MyHash: SigV4Hash {
///     private var hash = SHA256()
///     mutating func update(_ bytes: RawSpan) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }
///     func finalize() -> SigV4Digest { SigV4Digest(Array(hash.finalize())) }
///     static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest { … }
/// }
/// ```
public protocol SigV4Hash {
    /// Creates the hash of no bytes.
    init()

    /// Adds the next bytes.
    ///
    /// - Parameter bytes: The bytes.
    mutating func update(_ bytes: RawSpan)

    /// Returns the SHA-256 of all bytes so far.
    ///
    /// - Returns: The digest.
    func finalize() -> SigV4Digest

    /// Returns the HMAC-SHA256 of a message (RFC 2104).
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - key: The key, of any length.
    /// - Returns: The authentication code.
    static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest
}

extension SigV4Hash {
    /// Returns the SHA-256 of some bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: The digest.
    public static func digest(of bytes: borrowing some RawBytes & ~Copyable & ~Escapable) -> SigV4Digest {
        var hash = Self()
        hash.update(bytes.rawSpan)
        return hash.finalize()
    }

    /// Returns the HMAC-SHA256 of text, as bytes to be used as a key.
    static func key(deriving text: [UInt8], from key: SigningSecret) -> SigningSecret {
        SigningSecret(authenticationCode(for: text.rawSpan, key: key.bytes.rawSpan).bytes)
    }
}

/// The 32 bytes of a SHA-256 or an HMAC-SHA256.
public struct SigV4Digest: Sendable, Hashable {
    /// The bytes as four big-endian words, so that a digest needs no memory on the heap.
    let words: SIMD4<UInt64>

    init(words: SIMD4<UInt64>) {
        self.words = words
    }

    /// Copies the bytes of a digest.
    ///
    /// - Parameter bytes: 32 bytes. Any other number is a programming error.
    public init(_ bytes: borrowing some RawBytes & ~Copyable & ~Escapable) {
        let bytes = bytes.rawSpan
        precondition(bytes.byteCount == Self.length, "a digest has 32 bytes")
        words = SIMD4(
            bytes.bigEndian(UInt64.self, at: 0), bytes.bigEndian(UInt64.self, at: 8),
            bytes.bigEndian(UInt64.self, at: 16), bytes.bigEndian(UInt64.self, at: 24))
    }

    /// The number of bytes in a digest: 32.
    public static var length: Int { 32 }

    /// The bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(count: Self.length) { encode(into: &$0) }
        return bytes
    }

    /// The bytes in lower-case hexadecimal, 64 digits.
    public var hexadecimal: String { Hexadecimal.text(bytes) }

    /// Appends the 32 bytes. There must be space for them.
    func encode(into output: inout OutputRawSpan) {
        for index in 0..<4 { output.append(bigEndian: words[index]) }
    }

    /// Appends 64 hexadecimal digits. There must be space for them.
    func encodeHexadecimal(into output: inout OutputRawSpan) {
        for index in 0..<4 { output.append(hexadecimal: words[index], digitCount: 16) }
    }
}

extension SigV4Digest: CustomStringConvertible {
    /// The bytes in lower-case hexadecimal.
    public var description: String { hexadecimal }
}
