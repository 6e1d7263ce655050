#if Crypto
import EventStreamCodec

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Signs requests to AWS with SigV4 or SigV4A, in a header or in the URL.
///
/// ```swift
/// var signer = SigV4RequestSigner(credentials, region: "us-east-1", service: "transcribe")
/// let signed = try signer.sign(request, at: date, payload: .events)
/// // Set `signed.headers` on the request. Its signature is the seed of the events.
/// var events = EventStreamSigner<SwiftCryptoHash>(
///     credentials, region: "us-east-1", service: "transcribe", seedSignature: signed.signature)
/// ```
///
/// All header fields of the request are signed except `Authorization`, `Expect`, `Transfer-Encoding`, `User-Agent` and
/// `X-Amzn-Trace-Id`. The path is encoded twice, except for S3. Source: AWS IAM User Guide, "Create a signed AWS API request".
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct SigV4RequestSigner<Key: AWSSigningKey> {
    private let credentials: AWSCredentials
    private let isS3: Bool
    private let regionSet: String?
    private var key: Key

    /// Creates a signer with SigV4.
    ///
    /// - Parameters:
    ///   - credentials: The credentials.
    ///   - region: The region, such as `us-east-1`.
    ///   - service: The service's signing name, such as `s3`, `transcribe` or `bedrock`.
    public init(
        _ credentials: AWSCredentials, region: String, service: String
    ) where Key == SigV4SigningKey<SwiftCryptoHash> {
        self.credentials = credentials
        isS3 = Self.isS3(service)
        regionSet = nil
        key = SigV4SigningKey(credentials, region: region, service: service)
    }

    /// Creates a signer with SigV4A.
    ///
    /// - Parameters:
    ///   - credentials: The credentials.
    ///   - regionSet: The regions in which the request is valid, separated by commas, or `*`.
    ///   - service: The service's signing name, such as `s3`.
    /// - Throws: `SigV4Error.Code.keyInvalid` if no key can be derived from the credentials.
    public init(
        _ credentials: AWSCredentials, regionSet: String, service: String
    ) throws(SigV4Error) where Key == SigV4ASigningKey<SwiftCryptoSigV4AKey> {
        self.credentials = credentials
        isS3 = Self.isS3(service)
        self.regionSet = regionSet
        key = try SigV4ASigningKey(credentials, service: service)
    }

    /// Signs a request with header fields.
    ///
    /// - Parameters:
    ///   - request: The request, including `Host`. A request that was signed before can be signed again.
    ///   - date: The date, usually now.
    ///   - payload: The body, or what takes the place of its digest.
    /// - Returns: The header fields to set, and the signature.
    /// - Throws: `SigV4Error.Code.dateOutOfRange`, and the errors of the key.
    public mutating func sign(
        _ request: SigV4Request, at date: SigV4Date, payload: SigV4Payload
    ) throws(SigV4Error) -> SigV4SignedRequest {
        let time = try date.timestamp()
        var added = addedHeaders(time, payload)
        let canonical = request.canonical(encodesPathTwice: !isS3, adding: added)
        let signature = try signature(request.method, canonical, date, time, payload)
        added.append(
            (
                "Authorization",
                "\(Key.algorithm) Credential=\(credential(time)), SignedHeaders=\(canonical.signedHeaders), "
                    + "Signature=\(signature.hexadecimal)"
            ))
        return SigV4SignedRequest(target: request.target, headers: added, signature: signature, date: date)
    }

    /// Signs a URL, which is then valid for some time without further credentials.
    ///
    /// - Parameters:
    ///   - request: The request, including `Host`. The fields of a presigned request must be sent with it.
    ///   - date: The date from which the URL is valid, usually now.
    ///   - seconds: How long the URL is valid.
    ///   - payload: The body, usually ``SigV4Payload/unsigned`` for S3 and the digest of no bytes otherwise.
    /// - Returns: The target with its signature, and no header fields.
    /// - Throws: `SigV4Error.Code.dateOutOfRange`, and the errors of the key.
    public mutating func presign(
        _ request: SigV4Request, at date: SigV4Date, validFor seconds: Int, payload: SigV4Payload
    ) throws(SigV4Error) -> SigV4SignedRequest {
        let time = try date.timestamp()
        var parameters = [
            ("X-Amz-Algorithm", Key.algorithm), ("X-Amz-Credential", credential(time)), ("X-Amz-Date", time),
            ("X-Amz-Expires", "\(seconds)"),
            (
                "X-Amz-SignedHeaders",
                request.canonical(encodesPathTwice: !isS3, adding: []).signedHeaders
            ),
        ]
        if let token = credentials.sessionToken { parameters.append(("X-Amz-Security-Token", token)) }
        if let regionSet { parameters.append(("X-Amz-Region-Set", regionSet)) }
        let canonical = request.canonical(encodesPathTwice: !isS3, adding: [], parameters: parameters)
        let signature = try signature(request.method, canonical, date, time, payload)
        return SigV4SignedRequest(
            target: "\(request.pathAndQuery.path)?\(canonical.query)&X-Amz-Signature=\(signature.hexadecimal)",
            headers: [], signature: signature, date: date)
    }

    /// Returns the canonical request of ``sign(_:at:payload:)``, to be compared with that of a service or another
    /// implementation. It contains the session token.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - date: The date.
    ///   - payload: The body.
    /// - Returns: The canonical request.
    /// - Throws: `SigV4Error.Code.dateOutOfRange`.
    public func canonicalRequest(
        _ request: SigV4Request, at date: SigV4Date, payload: SigV4Payload
    ) throws(SigV4Error) -> String {
        let added = addedHeaders(try date.timestamp(), payload)
        return text(
            request.method, request.canonical(encodesPathTwice: !isS3, adding: added), payload)
    }

    /// Whether a signing name is one of those with S3's rules: the path is encoded once, and the digest of the body is sent.
    private static func isS3(_ service: String) -> Bool {
        ["s3", "s3express", "s3-outposts", "s3-object-lambda"].contains(service)
    }

    private func addedHeaders(_ time: String, _ payload: SigV4Payload) -> [(name: String, value: String)] {
        var added = [(name: "X-Amz-Date", value: time)]
        if isS3 || !payload.isDigest { added.append(("X-Amz-Content-Sha256", payload.contentSHA256)) }
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        if let regionSet { added.append(("X-Amz-Region-Set", regionSet)) }
        return added
    }

    private func credential(_ time: String) -> String { "\(credentials.accessKeyID)/\(scope(time))" }

    private func scope(_ time: String) -> String { "\(time.prefix(8))\(key.scopeSuffix)" }

    private func text(_ method: String, _ canonical: SigV4Request.Canonical, _ payload: SigV4Payload) -> String {
        [
            method, canonical.path, canonical.query, canonical.headers, canonical.signedHeaders, payload.contentSHA256,
        ].joined(separator: "\n")
    }

    private mutating func signature(
        _ method: String, _ canonical: SigV4Request.Canonical, _ date: SigV4Date, _ time: String,
        _ payload: SigV4Payload
    ) throws(SigV4Error) -> SigV4Signature {
        let digest = Key.Hash.digest(of: Array(text(method, canonical, payload).utf8))
        let stringToSign = [Key.algorithm, time, scope(time), digest.hexadecimal].joined(separator: "\n")
        let bytes = Array(stringToSign.utf8)
        return try key.sign(bytes.rawSpan, at: date)
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension SigV4RequestSigner: Sendable where Key: Sendable {}

// MARK: Dates

extension SigV4Date {
    /// Creates a date from Foundation's. Fractions of a millisecond are dropped.
    ///
    /// - Parameter date: The date. One beyond 64 bits of milliseconds becomes the first or last date.
    public init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded(.down)
        self.init(milliseconds: Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max))
    }

    /// The date now.
    public static var now: SigV4Date { SigV4Date(Date()) }
}
#endif
