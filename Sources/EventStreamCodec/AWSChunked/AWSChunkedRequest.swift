/// What the headers of a request say about its aws-chunked body. A client sets them; a server reads them.
///
/// ```swift
/// let upload = encoder.request(decodedLength: size)            // client
/// for field in upload.fields { request.setHeader(field.name, field.value) }
///
/// let upload = try AWSChunkedRequest(headers: request.headers)  // server
/// var decoder = try AWSChunkedDecoder(upload, verifier: verifier, checksums: AWSCRCChecksum.self)
/// ```
///
/// | header | member |
/// |---|---|
/// | `Content-Encoding: aws-chunked` | ``contentEncodings`` has the codings besides `aws-chunked` |
/// | `x-amz-content-sha256: STREAMING-…` | ``signing`` |
/// | `x-amz-decoded-content-length` | ``decodedLength`` |
/// | `x-amz-trailer` | ``trailerNames`` |
/// | `x-amz-checksum-…` | ``checksums`` |
///
/// Source: Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
public struct AWSChunkedRequest: Sendable, Hashable {
    /// The kind of signatures that the chunks have.
    public var signing: AWSChunkedSigning

    /// The names of the announced trailers in lower case, without that of the signature.
    public var trailerNames: [String]

    /// The number of bytes of data, if it is announced.
    public var decodedLength: UInt64?

    /// The codings in `Content-Encoding` besides `aws-chunked`, which a server stores with the object: `gzip`.
    public var contentEncodings: [String]

    /// The checksums that are declared in headers instead of trailers: name in lower case, value.
    public var checksums: [ChunkedTrailer]

    /// Creates a value.
    ///
    /// - Parameters:
    ///   - signing: The kind of signatures that the chunks have.
    ///   - trailerNames: The names of the trailers in lower case, without that of the signature.
    ///   - decodedLength: The number of bytes of data, which S3 requires.
    ///   - contentEncodings: The codings besides `aws-chunked`.
    ///   - checksums: The checksums that are declared in headers.
    public init(
        signing: AWSChunkedSigning, trailerNames: [String] = [], decodedLength: UInt64? = nil,
        contentEncodings: [String] = [], checksums: [ChunkedTrailer] = []
    ) {
        self.signing = signing
        self.trailerNames = trailerNames
        self.decodedLength = decodedLength
        self.contentEncodings = contentEncodings
        self.checksums = checksums
    }

    /// The value of `x-amz-content-sha256`; nil if ``signing`` is ``AWSChunkedSigning/unspecified``. With SigV4 it is part of
    /// the canonical request.
    public var contentSHA256: String? {
        let suffix = trailerNames.isEmpty ? "" : "-TRAILER"
        return switch signing {
        case .unspecified: nil
        // S3 accepts this value without a trailer too, and has no other one for an unsigned body in this coding.
        case .unsigned: "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        case .sigV4: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + suffix
        case .sigV4A: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" + suffix
        }
    }

    /// The headers to set on a request, with names in lower case.
    ///
    /// `Content-Length`, which is that of the encoded body, is not among them: see
    /// ``AWSChunkedEncoder/encodedLength(decodedLength:)``.
    public var fields: [(name: String, value: String)] {
        var fields = [(name: "content-encoding", value: Self.list(["aws-chunked"] + contentEncodings))]
        if let contentSHA256 { fields.append((name: "x-amz-content-sha256", value: contentSHA256)) }
        if let decodedLength { fields.append((name: "x-amz-decoded-content-length", value: "\(decodedLength)")) }
        if !trailerNames.isEmpty { fields.append((name: "x-amz-trailer", value: Self.list(trailerNames))) }
        for checksum in checksums { fields.append((name: checksum.name, value: checksum.value)) }
        return fields
    }

    private static func list(_ values: [String]) -> String {
        var text = ""
        for value in values {
            if !text.isEmpty { text += "," }
            text += value
        }
        return text
    }
}

/// The signatures of the chunks of an aws-chunked body, as `x-amz-content-sha256` announces them.
public enum AWSChunkedSigning: Sendable, Hashable {
    /// `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
    case unsigned

    /// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, with or without `-TRAILER`.
    case sigV4

    /// `STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD`, with or without `-TRAILER`.
    case sigV4A

    /// Another value, such as `UNSIGNED-PAYLOAD` or a SHA-256, or none. Some clients send these with this coding.
    case unspecified
}

extension AWSChunkedRequest {
    /// Reads the headers of a request.
    ///
    /// A body is in this coding if `Content-Encoding` lists `aws-chunked`, if `x-amz-content-sha256` begins with `STREAMING-`,
    /// or if there is an `x-amz-decoded-content-length` or an `x-amz-trailer`. One of them is enough: minio-go sends no
    /// `Content-Encoding`, and some versions of the SDK for Java no `STREAMING-`.
    ///
    /// `x-amz-trailer` may list at most ``ChunkedLimits/defaultTrailerCount`` names, whatever the limits of the decoder are.
    ///
    /// - Parameter headers: All headers of the request. Names are compared without regard to case.
    /// - Throws: ``AWSChunkedError/Code/requestNotAWSChunked`` if none of these headers is there,
    ///   ``AWSChunkedError/Code/requestHeaderRepeated`` or ``AWSChunkedError/Code/trailersContradictory`` for contradictions,
    ///   and ``AWSChunkedError/Code/contentSHA256Unknown``, ``AWSChunkedError/Code/decodedLengthMalformed`` or
    ///   ``AWSChunkedError/Code/trailerNamesMalformed`` for values.
    public init(headers: some Sequence<(name: String, value: String)>) throws(AWSChunkedError) {
        var reader = AWSChunkedHeaderReader()
        for header in headers { try reader.read(name: header.name, value: header.value) }
        self = try reader.finish()
    }

    /// Reads the headers of a request from a dictionary.
    ///
    /// - Parameter headers: All headers of the request. Names are compared without regard to case.
    /// - Throws: As for a sequence of names and values.
    public init(headers: [String: String]) throws(AWSChunkedError) {
        var reader = AWSChunkedHeaderReader()
        for header in headers { try reader.read(name: header.key, value: header.value) }
        self = try reader.finish()
    }
}

/// Collects the headers of a request that describe an aws-chunked body, and checks them against each other.
private struct AWSChunkedHeaderReader {
    private var isAWSChunked = false
    private var contentEncodings: [String] = []
    private var contentSHA256: String?
    private var decodedLength: UInt64?
    private var trailerNames: [String] = []
    private var checksums: [ChunkedTrailer] = []

    mutating func read(name: String, value: String) throws(AWSChunkedError) {
        let name = name.lowercasedASCII
        if name.hasSameUTF8(as: "content-encoding") {
            for coding in value.commaSeparated {
                if coding.lowercasedASCII.hasSameUTF8(as: "aws-chunked") {
                    isAWSChunked = true
                } else {
                    contentEncodings.append(coding)
                }
            }
        } else if name.hasSameUTF8(as: "x-amz-content-sha256") {
            let value = value.trimmedOfWhitespace
            if let contentSHA256, !contentSHA256.hasSameUTF8(as: value) {
                throw AWSChunkedError(.requestHeaderRepeated)
            }
            contentSHA256 = value
        } else if name.hasSameUTF8(as: "x-amz-decoded-content-length") {
            guard let length = value.trimmedOfWhitespace.decimalNumber else {
                throw AWSChunkedError(.decodedLengthMalformed)
            }
            if let decodedLength, decodedLength != length { throw AWSChunkedError(.requestHeaderRepeated) }
            decodedLength = length
        } else if name.hasSameUTF8(as: "x-amz-trailer") {
            isAWSChunked = true
            for name in value.commaSeparated {
                let name = name.lowercasedASCII
                guard name.isToken else { throw AWSChunkedError(.trailerNamesMalformed) }
                if name.hasSameUTF8(as: AWSChunked.trailerSignatureName) { continue }
                // The number is limited before the search for the name, whose time grows with it.
                guard trailerNames.count < ChunkedLimits.defaultTrailerCount,
                    !trailerNames.contains(where: { $0.hasSameUTF8(as: name) })
                else {
                    throw AWSChunkedError(.trailerNamesMalformed)
                }
                trailerNames.append(name)
            }
        } else if AWSChecksumAlgorithm(trailerName: name) != nil {
            let value = value.trimmedOfWhitespace
            if let known = checksums.first(where: { $0.name.hasSameUTF8(as: name) }) {
                guard known.value.hasSameUTF8(as: value) else { throw AWSChunkedError(.requestHeaderRepeated) }
            } else {
                checksums.append(ChunkedTrailer(name, value))
            }
        }
    }

    func finish() throws(AWSChunkedError) -> AWSChunkedRequest {
        let signing = try signing()
        guard isAWSChunked || decodedLength != nil || signing != .unspecified else {
            throw AWSChunkedError(.requestNotAWSChunked)
        }
        return AWSChunkedRequest(
            signing: signing, trailerNames: trailerNames, decodedLength: decodedLength,
            contentEncodings: contentEncodings,
            checksums: checksums)
    }

    private func signing() throws(AWSChunkedError) -> AWSChunkedSigning {
        guard let contentSHA256, contentSHA256.utf8.starts(with: "STREAMING-".utf8) else { return .unspecified }
        for signing in [AWSChunkedSigning.unsigned, .sigV4, .sigV4A] {
            let plain = AWSChunkedRequest(signing: signing)
            if plain.contentSHA256?.hasSameUTF8(as: contentSHA256) == true {
                // The value without -TRAILER says that there are no trailers.
                guard signing == .unsigned || trailerNames.isEmpty else {
                    throw AWSChunkedError(.trailersContradictory)
                }
                return signing
            }
            let withTrailer = AWSChunkedRequest(signing: signing, trailerNames: ["any"])
            if withTrailer.contentSHA256?.hasSameUTF8(as: contentSHA256) == true { return signing }
        }
        throw AWSChunkedError(.contentSHA256Unknown)
    }
}

extension String {
    /// The string with its ASCII letters in lower case.
    var lowercasedASCII: String { String(decoding: utf8.map(HTTPByte.lowercased), as: UTF8.self) }

    /// The string without the spaces and tabs at its ends.
    fileprivate var trimmedOfWhitespace: String {
        var bytes = Array(utf8)[...]
        while let first = bytes.first, HTTPByte.isWhitespace(first) { bytes.removeFirst() }
        while let last = bytes.last, HTTPByte.isWhitespace(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The elements of a comma-separated list without whitespace around them; empty elements are left out (RFC 9110 §5.6.1).
    fileprivate var commaSeparated: [String] {
        utf8.split(separator: UInt8(ascii: ",")).map { String(decoding: $0, as: UTF8.self).trimmedOfWhitespace }
            .filter { !$0.utf8.isEmpty }
    }

    /// The number that the string expresses in decimal digits and nothing else, if 64 bits hold it.
    fileprivate var decimalNumber: UInt64? {
        guard !utf8.isEmpty else { return nil }
        var number: UInt64 = 0
        for byte in utf8 {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflow) = product.addingReportingOverflow(UInt64(digit))
            guard !isTooLarge, !overflow else { return nil }
            number = sum
        }
        return number
    }
}
