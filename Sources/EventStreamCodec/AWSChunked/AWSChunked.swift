/// The names and numbers of S3's `aws-chunked` content coding.
///
/// ```
/// unsigned  hex CRLF data CRLF … 0 CRLF [ name ":" base64 CRLF ] CRLF
/// signed    hex ";chunk-signature=" signature CRLF data CRLF … 0 ";chunk-signature=" signature CRLF
///           [ name ":" base64 CRLF "x-amz-trailer-signature:" signature CRLF ] CRLF
/// ```
///
/// The coding is inside the body: `Content-Encoding: aws-chunked`, with a `Content-Length` of all of it or, again,
/// chunked transfer. Source: Amazon S3 API Reference, "Signature calculations: transferring a payload in multiple
/// chunks".
public enum AWSChunked {
    /// The least data of a chunk, but for the last with any: 8 KiB.
    public static let minimumChunkSize = 8_192

    /// The size that S3's documentation advises: 64 KiB.
    public static let recommendedChunkSize = 65_536

    static let signatureExtension = "chunk-signature"
    static let trailerSignatureName = "x-amz-trailer-signature"
}
