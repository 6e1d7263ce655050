/// The first line of a chunk, parsed at the start of a buffer. This is the stateless layer, for callers that own their
/// buffers.
///
/// | bytes | part |
/// |---|---|
/// | 0..<D | the hexadecimal digits of the size |
/// | ``extensionsRange`` | the chunk extensions, empty if there are none |
/// | length−2..<length | CRLF |
///
/// The line is followed by ``size`` bytes of data and a CRLF. The line of the last chunk is followed by the trailer section,
/// see ``ChunkedTrailerLine``. Source: RFC 9112 §7.1.
public struct ChunkSizeLine: Sendable, Hashable {
    /// The number of bytes of data, at most `Int64.max`; 0 for the last chunk.
    public let size: UInt64

    /// The position of the extensions in the line; see ``extensions(in:chunk:)``.
    public let extensionsRange: Range<Int>

    /// The length of the line in bytes, including its CRLF.
    public let length: Int

    /// The number of bytes that express neither the size nor the line end. A caller can limit their sum.
    public var overheadLength: Int { length &- Hexadecimal.digitCount(size) &- 2 }

    /// Whether this is the last chunk, which the trailer section follows.
    public var isLast: Bool { size == 0 }

    /// Returns the extensions of the line.
    ///
    /// - Parameters:
    ///   - line: The bytes that this value was parsed from.
    ///   - chunk: The number of the chunk, for ``ChunkExtensionsView/chunk``.
    /// - Returns: The extensions, or nil if `line` does not begin with this line.
    /// - Complexity: O(``length``).
    @_lifetime(copy line)
    public func extensions(in line: RawSpan, chunk: UInt64 = 0) -> ChunkExtensionsView? {
        let lenient = ChunkedPolicy(allowsWhitespaceAfterSize: true)
        guard let parsed = try? Self.parse(line, limits: .unlimited, policy: lenient), parsed == self else {
            return nil
        }
        return ChunkExtensionsView(validated: line.extracting(extensionsRange), chunk: chunk, size: size)
    }

    /// Parses the size line at the start of `bytes`.
    ///
    /// Each call starts at the first byte. ``ChunkedLimits/extensionsLength`` limits the length of a line, and so how often
    /// a caller has to parse it again.
    ///
    /// - Parameters:
    ///   - bytes: The body from the start of a chunk. Bytes after the line are not read.
    ///   - streamOffset: The position of `bytes` in the body, for the offset of an error.
    ///   - limits: The limits; ``ChunkedLimits/extensionsLength`` applies to this line.
    ///   - policy: What to accept beyond the grammar.
    /// - Returns: The line, or nil if `bytes` ends before the line does.
    /// - Throws: ``ChunkedError`` at the first byte that cannot be part of a size line.
    /// - Complexity: O(``length``).
    @inlinable
    public static func parse(
        _ bytes: borrowing some RawBytes & ~Copyable & ~Escapable, streamOffset: UInt64 = 0,
        limits: ChunkedLimits = .standard, policy: ChunkedPolicy = .strict
    ) throws(ChunkedError) -> ChunkSizeLine? {
        try parse(span: bytes.rawSpan, streamOffset: streamOffset, limits: limits, policy: policy)
    }

    @usableFromInline
    static func parse(
        span bytes: RawSpan, streamOffset: UInt64, limits: ChunkedLimits, policy: ChunkedPolicy
    ) throws(ChunkedError) -> ChunkSizeLine? {
        var scanner = SizeLineScanner()
        var position = 0
        var budget = OverheadBudget(limit: limits.extensionsLength)
        guard try scanner.scan(bytes, from: &position, offset: streamOffset, budget: &budget, policy: policy) else {
            return nil
        }
        let extensionsEnd = position &- 2
        return ChunkSizeLine(
            size: scanner.size, extensionsRange: (extensionsEnd &- scanner.extensionsLength)..<extensionsEnd,
            length: position)
    }
}

/// Scans a size line byte by byte and stores where in the line the input ended.
///
/// ```
/// chunk-size [ chunk-ext ] CRLF
/// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
/// ```
///
/// Source: RFC 9112 §7.1 and §7.1.1.
struct SizeLineScanner: Sendable {
    /// The value of the digits read so far.
    private(set) var size: UInt64 = 0

    /// The number of bytes read between the size and the CR.
    private(set) var extensionsLength = 0

    /// Whether there is an extension, not just whitespace that the policy accepts.
    private(set) var hasExtensions = false

    private var state = State.start

    /// The number of zeros that precede the first other digit, or the last zero of a size of 0.
    private var redundantZeros = 0

    /// The number of redundant zeros that are not overhead: those of a size with up to 16 digits.
    private static let freeZeros = 15

    /// What may come next.
    private enum State: UInt8 {
        /// The first digit; another digit, or what follows the size.
        case start, size
        /// Whitespace before a `;`: after the size, after the value of an extension.
        case whitespaceAfterSize, whitespaceAfterValue
        /// After a `;`: whitespace or a name; the rest of the name; whitespace before a `=` or `;`.
        case name, nameRest, whitespaceAfterName
        /// After a `=`: whitespace or a value; the rest of a token.
        case value, token
        /// In a quoted string; after its backslash; after its end.
        case quoted, quotedPair, quotedEnd
        /// After the CR; after the LF.
        case lineFeed, end
        /// After an invalid byte.
        case invalid
    }

    /// Whether nothing of the line has been read.
    var isAtStart: Bool { state == .start }

    /// Whether the CR has been read and the LF has not.
    var isAtLineFeed: Bool { state == .lineFeed }

    /// Scans from `position` to the end of the line or of the bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to scan.
    ///   - position: Where to start; set to where the scan stopped.
    ///   - offset: The position of `bytes` in the body.
    ///   - budget: The number of bytes that extensions may still have.
    ///   - policy: What to accept beyond the grammar.
    /// - Returns: Whether the line has ended; `position` is then after its LF.
    mutating func scan(
        _ bytes: RawSpan, from position: inout Int, offset: UInt64, budget: inout OverheadBudget, policy: ChunkedPolicy
    ) throws(ChunkedError) -> Bool {
        while position < bytes.byteCount {
            let byte = bytes.byte(at: position)
            let digit = Hexadecimal.value(of: byte)
            if digit < 16, state == .size || state == .start {
                try append(digit, at: offset &+ UInt64(position), budget: &budget)
            } else {
                let next = successor(of: byte, policy: policy)
                if next == .invalid {
                    throw ChunkedError(errorCode(for: byte), at: offset &+ UInt64(position), found: UInt64(byte))
                }
                if next != .lineFeed, next != .end {
                    try spend(1, of: &budget, at: offset &+ UInt64(position))
                    extensionsLength &+= 1
                    hasExtensions = hasExtensions || next == .name
                }
                state = next
            }
            position &+= 1
            if state == .end { return true }
        }
        return false
    }

    /// Appends a digit to the size.
    private mutating func append(
        _ digit: UInt8, at offset: UInt64, budget: inout OverheadBudget
    ) throws(ChunkedError) {
        if size == 0, state == .size {
            // The zero before this digit was redundant. Every chunk may have a size of fixed width with up to 16 digits;
            // of longer sizes, all redundant zeros count.
            redundantZeros &+= 1
            if redundantZeros == Self.freeZeros &+ 1 {
                try spend(redundantZeros, of: &budget, at: offset)
            } else if redundantZeros > Self.freeZeros {
                try spend(1, of: &budget, at: offset)
            }
        }
        guard size <= UInt64(Int64.max) &>> 4 else {
            throw ChunkedError(.chunkSizeTooLarge, at: offset, expected: UInt64(Int64.max))
        }
        size = size &<< 4 | UInt64(digit)
        state = .size
    }

    private func spend(_ count: Int, of budget: inout OverheadBudget, at offset: UInt64) throws(ChunkedError) {
        guard budget.spend(count) else {
            throw ChunkedError(.extensionsTooLong, at: offset, expected: UInt64(clamping: budget.limit))
        }
    }

    /// Returns the state after a byte that is not a digit of the size.
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

    /// Returns the state after a byte that must begin an extension or the line end.
    private func extensionOrEnd(_ byte: UInt8, allowsEnd: Bool = true) -> State {
        switch byte {
        case HTTPByte.semicolon: .name
        case HTTPByte.carriageReturn: allowsEnd ? .lineFeed : .invalid
        default: .invalid
        }
    }

    /// Returns the error code for an invalid byte in the current state.
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
