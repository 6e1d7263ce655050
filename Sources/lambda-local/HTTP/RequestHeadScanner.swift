import EventStreamCodec
import NIOHTTP1

/// Finds the end of a request's head while the head arrives, and rejects bytes that no head can contain.
///
/// An invalid byte is reported at once and not at the end of the head: its sender may use another protocol and wait for
/// an answer before it sends anything that looks like an end.
///
/// - Complexity: Each byte is examined once, however the head is split.
struct RequestHeadScanner {
    /// The longest head in bytes, including empty lines before it: twice what Lambda's function URLs allow for fields and
    /// target.
    static let maximumByteCount = 65_536

    /// The number of bytes examined so far; the length of the head when it is complete.
    private(set) var byteCount = 0

    /// The number of bytes in empty lines before the request line, which recipients skip (RFC 9112 §2.2).
    private(set) var skippedByteCount = 0

    private var state = State.beforeHead

    private enum State {
        case beforeHead
        /// After the CR of an empty line before the head.
        case emptyLine
        case inLine
        /// After the CR that ends a line.
        case lineEnd
        case lineStart
        /// After the CR of the empty line that ends the head.
        case lastLine
        case complete
    }

    /// Examines the next bytes.
    ///
    /// - Parameter bytes: The bytes that follow those of the last call.
    /// - Returns: Whether the head is complete.
    /// - Throws: ``RequestError`` of status 400 for a control character, or for a CR or LF without the other; of status
    ///   431 for a head that is too long.
    mutating func scan(_ bytes: some Sequence<UInt8>) throws(RequestError) -> Bool {
        for byte in bytes {
            guard byteCount < Self.maximumByteCount else {
                throw RequestError(
                    .requestHeaderFieldsTooLarge,
                    "found a head of more than \(Self.maximumByteCount) bytes, expected at most that many")
            }
            state = try state(after: byte)
            byteCount += 1
            if state == .complete { return true }
            if state == .beforeHead { skippedByteCount = byteCount }
        }
        return false
    }

    private func state(after byte: UInt8) throws(RequestError) -> State {
        switch (state, byte) {
        case (.emptyLine, 0x0a): return .beforeHead
        case (.lineEnd, 0x0a): return .lineStart
        case (.lastLine, 0x0a): return .complete
        case (.emptyLine, _), (.lineEnd, _), (.lastLine, _):
            throw invalid("found CR (0x0d) without LF, expected CRLF", at: byteCount - 1)
        case (.beforeHead, 0x0d): return .emptyLine
        case (.inLine, 0x0d): return .lineEnd
        case (.lineStart, 0x0d): return .lastLine
        case (_, 0x0a): throw invalid("found LF (0x0a), expected CRLF", at: byteCount)
        case (_, 0x09), (_, 0x20...0x7e), (_, 0x80...): return .inLine
        // RFC 8446 §5.1: 22 is the type of a record that begins a handshake.
        case (.beforeHead, 0x16):
            throw invalid("found 0x16 as TLS begins, expected http:// and not https://", at: byteCount)
        default:
            throw invalid(
                "found 0x\(Hexadecimal.text([byte])) in the request's head, expected no control character",
                at: byteCount)
        }
    }

    private func invalid(_ description: String, at offset: Int) -> RequestError {
        RequestError(.badRequest, "byte \(offset): \(description)")
    }
}
