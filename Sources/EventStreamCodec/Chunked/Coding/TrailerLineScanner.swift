/// Reads a line of the trailer section, a field or the empty line that ends the body, and remembers where in it the
/// input ended.
///
/// ```
/// field-line = field-name ":" OWS field-value OWS CRLF
/// ```
///
/// Source: RFC 9112 §7.1.2 and §5, RFC 9110 §5. Folded lines are refused.
struct TrailerLineScanner: Sendable {
    /// The bytes of the line read so far, CR and LF not counted.
    private(set) var length = 0

    /// The bytes of the field's name.
    private(set) var nameLength = 0

    private var state = State.start

    /// Which of the forbidden names the bytes so far begin.
    private var forbidden = ForbiddenNames.all

    /// What may come next.
    private enum State: UInt8 {
        /// A name or the CR of the last line; the rest of a name; a value.
        case start, name, value
        /// After a field's CR, after the last line's CR.
        case lineFeed, lastLineFeed
        /// After the LF of either.
        case end, lastEnd
        case invalid
    }

    /// What a scan came to.
    enum Outcome {
        case needsMore
        case field
        case lastLine
    }

    /// Whether no line has been begun, or the one that was is over.
    var isBetweenLines: Bool { state == .start || state == .end }

    /// Whether a field has been read to its end.
    var hasEnded: Bool { state == .end }

    /// Whether a field's CR has been read.
    var isAtLineFeed: Bool { state == .lineFeed }

    /// Reads on from `position`, to the end of the line or of the bytes.
    ///
    /// - Parameters:
    ///   - offset: Where `bytes` begins in the body.
    ///   - budget: The bytes that the trailer section may still take; what is read is taken off.
    mutating func scan(
        _ bytes: RawSpan, from position: inout Int, offset: UInt64, budget: inout Int
    ) throws(ChunkedError) -> Outcome {
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            let next = successor(of: byte)
            if next == .invalid {
                throw ChunkedError(errorCode(for: byte), at: offset &+ UInt64(position), found: UInt64(byte))
            }
            if next == .lastEnd {
                position &+= 1
                return .lastLine
            }
            if next != .lastLineFeed {
                guard budget > 0 else { throw ChunkedError(.trailersTooLong, at: offset &+ UInt64(position)) }
                budget &-= 1
            }
            if next == .name {
                forbidden.match(byte, at: length)
            } else if state == .name {
                if forbidden.isComplete(length) {
                    throw ChunkedError(.trailerForbidden, at: offset &+ UInt64(position))
                }
                nameLength = length
            }
            if next == .name || next == .value { length &+= 1 }
            state = next
            position &+= 1
            if state == .end { return .field }
        }
        return .needsMore
    }

    private func successor(of byte: UInt8) -> State {
        switch state {
        case .start:
            if byte == HTTPByte.carriageReturn { return .lastLineFeed }
            return HTTPByte.isToken(byte) ? .name : .invalid
        case .name:
            if HTTPByte.isToken(byte) { return .name }
            return byte == HTTPByte.colon ? .value : .invalid
        case .value:
            if byte == HTTPByte.carriageReturn { return .lineFeed }
            return HTTPByte.isFieldValue(byte) ? .value : .invalid
        case .lineFeed: return byte == HTTPByte.lineFeed ? .end : .invalid
        case .lastLineFeed: return byte == HTTPByte.lineFeed ? .lastEnd : .invalid
        case .end, .lastEnd, .invalid: return .invalid
        }
    }

    /// What a byte that is not allowed is called here.
    private func errorCode(for byte: UInt8) -> ChunkedError.Code {
        switch state {
        case .lineFeed, .lastLineFeed: .lineEndingInvalid
        case _ where byte == HTTPByte.lineFeed: .lineEndingInvalid
        case .value: .trailerValueInvalid
        default: .trailerNameInvalid
        }
    }

    /// The names that frame a message and must not come after its body, matched without regard to case as they arrive.
    private struct ForbiddenNames: Sendable {
        private var contentLength: Bool
        private var transferEncoding: Bool

        static let all = ForbiddenNames(contentLength: true, transferEncoding: true)
        private static let contentLengthName: StaticString = "content-length"
        private static let transferEncodingName: StaticString = "transfer-encoding"

        private init(contentLength: Bool, transferEncoding: Bool) {
            self.contentLength = contentLength
            self.transferEncoding = transferEncoding
        }

        /// Takes note of the byte at `position` of a name.
        mutating func match(_ byte: UInt8, at position: Int) {
            contentLength = contentLength && Self.contentLengthName.hasLetter(byte, at: position)
            transferEncoding = transferEncoding && Self.transferEncodingName.hasLetter(byte, at: position)
        }

        /// Whether a name of `length` bytes that matched so far is one of them.
        func isComplete(_ length: Int) -> Bool {
            contentLength && length == Self.contentLengthName.utf8CodeUnitCount
                || transferEncoding && length == Self.transferEncodingName.utf8CodeUnitCount
        }
    }
}
