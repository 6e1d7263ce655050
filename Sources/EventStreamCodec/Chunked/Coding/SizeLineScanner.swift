/// Reads a chunk's first line and remembers where in it the input ended.
///
/// ```
/// chunk-size [ chunk-ext ] CRLF
/// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
/// ```
///
/// Source: RFC 9112 §7.1 and §7.1.1.
struct SizeLineScanner: Sendable {
    /// The size, as far as its digits have been read.
    private(set) var size: UInt64 = 0

    /// The bytes of extensions read so far: all between the size and the CR.
    private(set) var extensionLength = 0

    /// Whether there is an extension, and not only whitespace that a policy allows.
    private(set) var hasExtensions = false

    private var state = State.start

    /// The zeros before the size's first other digit, or before its last zero.
    private var redundantZeros = 0

    /// How many of them a size of up to 16 digits may have.
    private static let freeZeros = 15

    /// What may come next.
    private enum State: UInt8 {
        /// The first digit; a further digit or what follows the size.
        case start, size
        /// Whitespace that a `;` must end: after the size, after an extension's value.
        case whitespaceAfterSize, whitespaceAfterValue
        /// After a `;`: whitespace or a name; the rest of the name; whitespace that a `=` or `;` must end.
        case name, nameRest, whitespaceAfterName
        /// After a `=`: whitespace or a value; the rest of a token.
        case value, token
        /// In a quoted string, after its backslash, after its end.
        case quoted, quotedPair, quotedEnd
        /// After the CR; after the LF.
        case lineFeed, end
        /// After a byte that is not allowed.
        case invalid
    }

    /// Whether nothing has been read.
    var isAtStart: Bool { state == .start }

    /// Whether the CR has been read.
    var isAtLineFeed: Bool { state == .lineFeed }

    /// Reads on from `position`, to the end of the line or of the bytes.
    ///
    /// - Parameters:
    ///   - offset: Where `bytes` begins in the body.
    ///   - budget: The bytes that extensions may still take; what is read is taken off.
    /// - Returns: Whether the line has ended; `position` is then after it.
    mutating func scan(
        _ bytes: RawSpan, from position: inout Int, offset: UInt64, budget: inout Int, policy: ChunkedPolicy
    ) throws(ChunkedError) -> Bool {
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            let digit = Hexadecimal.value(of: byte)
            if digit < 16, state == .size || state == .start {
                try add(digit, of: byte, at: offset &+ UInt64(position), budget: &budget)
            } else {
                let next = successor(of: byte, policy: policy)
                if next == .invalid {
                    throw ChunkedError(errorCode(for: byte), at: offset &+ UInt64(position), found: UInt64(byte))
                }
                if next != .lineFeed, next != .end {
                    try spend(1, of: &budget, at: offset &+ UInt64(position))
                    extensionLength &+= 1
                    hasExtensions = hasExtensions || next == .name
                }
                state = next
            }
            position &+= 1
            if state == .end { return true }
        }
        return false
    }

    /// Takes one more digit into the size.
    private mutating func add(
        _ digit: UInt8, of byte: UInt8, at offset: UInt64, budget: inout Int
    ) throws(ChunkedError) {
        if size == 0, state == .size {
            // A zero before another digit was redundant. A size of fixed width, of up to 16 digits, may have such zeros
            // in every chunk; when there are more, all of them count.
            redundantZeros &+= 1
            if redundantZeros == Self.freeZeros &+ 1 {
                try spend(redundantZeros, of: &budget, at: offset)
            } else if redundantZeros > Self.freeZeros {
                try spend(1, of: &budget, at: offset)
            }
        }
        guard size <= UInt64(Int64.max) &>> 4 else {
            throw ChunkedError(.chunkSizeTooLarge, at: offset, found: UInt64(byte))
        }
        size = size &<< 4 | UInt64(digit)
        state = .size
    }

    private func spend(_ count: Int, of budget: inout Int, at offset: UInt64) throws(ChunkedError) {
        guard budget >= count else { throw ChunkedError(.extensionsTooLong, at: offset) }
        budget &-= count
    }

    /// The state after a byte that is no digit of the size.
    private func successor(of byte: UInt8, policy: ChunkedPolicy) -> State {
        let isWhitespace = HTTPByte.isWhitespace(byte)
        switch state {
        case .size:
            return isWhitespace ? .whitespaceAfterSize : extensionOrEnd(byte)
        case .whitespaceAfterSize:
            return isWhitespace
                ? .whitespaceAfterSize : extensionOrEnd(byte, allowsEnd: policy.allowsWhitespaceAfterSize)
        case .name:
            return isWhitespace ? .name : HTTPByte.isToken(byte) ? .nameRest : .invalid
        case .nameRest:
            if HTTPByte.isToken(byte) { return .nameRest }
            if byte == HTTPByte.equals { return .value }
            return isWhitespace ? .whitespaceAfterName : extensionOrEnd(byte)
        case .whitespaceAfterName:
            if byte == HTTPByte.equals { return .value }
            return isWhitespace ? .whitespaceAfterName : extensionOrEnd(byte, allowsEnd: false)
        case .value:
            if byte == HTTPByte.quote { return .quoted }
            return isWhitespace ? .value : HTTPByte.isToken(byte) ? .token : .invalid
        case .token:
            if HTTPByte.isToken(byte) { return .token }
            return isWhitespace ? .whitespaceAfterValue : extensionOrEnd(byte)
        case .quoted:
            if byte == HTTPByte.quote { return .quotedEnd }
            if byte == HTTPByte.backslash { return .quotedPair }
            return HTTPByte.isFieldValue(byte) ? .quoted : .invalid
        case .quotedPair:
            return HTTPByte.isFieldValue(byte) ? .quoted : .invalid
        case .quotedEnd:
            return isWhitespace ? .whitespaceAfterValue : extensionOrEnd(byte)
        case .whitespaceAfterValue:
            return isWhitespace ? .whitespaceAfterValue : extensionOrEnd(byte, allowsEnd: false)
        case .lineFeed:
            return byte == HTTPByte.lineFeed ? .end : .invalid
        case .start, .end, .invalid:
            return .invalid
        }
    }

    /// The state after a byte that must begin another extension or the line's end.
    private func extensionOrEnd(_ byte: UInt8, allowsEnd: Bool = true) -> State {
        switch byte {
        case HTTPByte.semicolon: .name
        case HTTPByte.carriageReturn: allowsEnd ? .lineFeed : .invalid
        default: .invalid
        }
    }

    /// What a byte that is not allowed is called here.
    private func errorCode(for byte: UInt8) -> ChunkedError.Code {
        switch state {
        case .lineFeed: .lineEndingInvalid
        case .quoted, .quotedPair: .chunkExtensionInvalid
        case .start: .chunkSizeInvalid
        case _ where byte == HTTPByte.lineFeed: .lineEndingInvalid
        case .size: .chunkSizeInvalid
        default: .chunkExtensionInvalid
        }
    }
}
