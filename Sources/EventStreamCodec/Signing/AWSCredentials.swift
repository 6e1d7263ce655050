/// The keys that sign requests to AWS.
///
/// Credentials are values that you pass in; this library does not look for them. The secret access key and the session token
/// are not part of any description, reflection or error.
public struct AWSCredentials: Sendable {
    /// The access key ID, such as `AKIDEXAMPLE`. It is sent with each request.
    public var accessKeyID: String

    private var secret: SigningSecret
    private var token: SigningSecret?

    /// Creates credentials.
    ///
    /// - Parameters:
    ///   - accessKeyID: The access key ID.
    ///   - secretAccessKey: The secret access key.
    ///   - sessionToken: The session token of temporary credentials.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        secret = SigningSecret(Array(secretAccessKey.utf8))
        token = sessionToken.map { SigningSecret(Array($0.utf8)) }
    }

    /// The secret access key.
    public var secretAccessKey: String { String(decoding: secret.bytes, as: UTF8.self) }

    /// The session token of temporary credentials.
    public var sessionToken: String? { token.map { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Returns a prefix followed by the secret access key: the key from which all others are derived.
    func key(prefix: String) -> SigningSecret { SigningSecret(Array(prefix.utf8) + secret.bytes) }
}

extension AWSCredentials: CustomStringConvertible {
    /// The access key ID, and nothing else.
    public var description: String { "AWSCredentials(accessKeyID: \(accessKeyID))" }
}

/// Bytes that must not be printed: a key, or key material.
///
/// Every secret that the library stores has this type, so no description or reflection of a value that contains it can show
/// its bytes.
struct SigningSecret: Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var description: String { "(secret)" }
}

#if !hasFeature(Embedded)
extension SigningSecret: CustomReflectable {
    /// No children: `dump` prints the mirror of a value and not only its description.
    var customMirror: Mirror { Mirror(self, children: []) }
}
#endif
