/// Where the parts of one encoded header stand in its block.
///
/// | bytes, from ``start`` | field |
/// |---|---|
/// | 0..<1 | name length N |
/// | 1..<1+N | name, UTF-8 |
/// | 1+N..<2+N | value type |
/// | 2+N.. | value; before a byte array or a string its length, 16 bits big-endian |
///
/// INVARIANT: all of it lies in the block that the layout was read from.
@usableFromInline
struct HeaderLayout: BitwiseCopyable {
    @usableFromInline let start: Int
    @usableFromInline let typeOffset: Int
    @usableFromInline let valueStart: Int

    /// Where the header ends, and its value.
    @usableFromInline let end: Int

    /// The byte that says the value's type.
    @usableFromInline let code: UInt8

    @inlinable var nameRange: Range<Int> { unsafe Range(uncheckedBounds: (start &+ 1, typeOffset)) }
    @inlinable var valueRange: Range<Int> { unsafe Range(uncheckedBounds: (valueStart, end)) }
    @inlinable var range: Range<Int> { unsafe Range(uncheckedBounds: (start, end)) }

    /// The type of the value. A layout has no other code than one of the ten.
    @inlinable var type: EventStreamHeaderValueType { EventStreamHeaderValueType(rawValue: code) ?? .uuid }

    /// Reads the layout of the header at `start` of a block that was checked before: it cannot fail.
    @inlinable
    @inline(__always)
    init(validated block: RawSpan, at start: Int) {
        self.start = start
        typeOffset = start &+ 1 &+ Int(block.byte(at: start))
        code = block.byte(at: typeOffset)
        if EventStreamHeaderValueType.hasLength(code) {
            valueStart = typeOffset &+ 3
            end = valueStart &+ Int(block.bigEndian(UInt16.self, at: typeOffset &+ 1))
        } else {
            valueStart = typeOffset &+ 1
            end = valueStart &+ EventStreamHeaderValueType.fixedByteCount(code)
        }
        precondition(end <= block.byteCount, "the header ends outside of its block")
    }

    /// Reads and checks the header at `start` of a block: its structure, then the UTF-8 of its name and value.
    ///
    /// - Parameters:
    ///   - offset: Where the block begins in the stream.
    ///   - isASCII: Whether all of the block is known to be ASCII, and so UTF-8.
    @inline(__always)
    init(
        parsing block: RawSpan, at start: Int, offset: UInt64, isASCII: Bool, limits: EventStreamLimits,
        policy: EventStreamPolicy
    ) throws(EventStreamError) {
        let blockEnd = block.byteCount
        guard let nameByteCount = block.integer(UInt8.self, ifAt: start) else {
            throw .truncatedHeader(at: start, of: blockEnd, needs: 1, offset)
        }
        let nameLength = Int(nameByteCount)
        if nameLength == 0 { try policy.checkEmptyHeaderName(at: offset &+ UInt64(start)) }
        self.start = start
        typeOffset = start &+ 1 &+ nameLength
        guard let code = block.integer(UInt8.self, ifAt: typeOffset) else {
            throw typeOffset > blockEnd
                ? .truncatedHeader(at: start &+ 1, of: blockEnd, needs: nameLength, offset)
                : .truncatedHeader(at: typeOffset, of: blockEnd, needs: 1, offset)
        }
        guard EventStreamHeaderValueType.isKnown(code) else {
            throw EventStreamError(.headerValueTypeUnknown, at: offset &+ UInt64(typeOffset), found: UInt64(code))
        }
        self.code = code

        let lengthOffset = typeOffset &+ 1
        let valueLength: Int
        if EventStreamHeaderValueType.hasLength(code) {
            guard let length = block.integer(UInt16.self, ifAt: lengthOffset) else {
                throw .truncatedHeader(at: lengthOffset, of: blockEnd, needs: 2, offset)
            }
            valueLength = Int(UInt16(bigEndian: length))
            valueStart = lengthOffset &+ 2
            guard valueLength <= limits.headerValueLength else {
                throw EventStreamError(
                    .headerValueTooLong, at: offset &+ UInt64(lengthOffset), found: UInt64(valueLength),
                    expected: UInt64(clamping: limits.headerValueLength))
            }
        } else {
            valueLength = EventStreamHeaderValueType.fixedByteCount(code)
            valueStart = lengthOffset
        }
        guard blockEnd &- valueStart >= valueLength else {
            throw .truncatedHeader(at: valueStart, of: blockEnd, needs: valueLength, offset)
        }
        end = valueStart &+ valueLength
        if !isASCII { try checkUTF8(of: block, offset: offset) }
    }

    /// The name, from the block that the layout was read from.
    @_lifetime(copy block)
    @inlinable
    @inline(__always)
    func name(in block: RawSpan) -> RawSpan { unsafe block.extracting(unchecked: nameRange) }

    /// The value, from the block that the layout was read from.
    @_lifetime(copy block)
    @inlinable
    @inline(__always)
    func value(in block: RawSpan) -> RawSpan { unsafe block.extracting(unchecked: valueRange) }

    private func checkUTF8(of block: RawSpan, offset: UInt64) throws(EventStreamError) {
        if let position = block.firstIllFormedUTF8(in: nameRange) {
            throw EventStreamError(
                .headerNameNotUTF8, at: offset &+ UInt64(position), found: UInt64(block.byte(at: position)))
        }
        if type == .string, let position = block.firstIllFormedUTF8(in: valueRange) {
            throw EventStreamError(
                .headerValueNotUTF8, at: offset &+ UInt64(position), found: UInt64(block.byte(at: position)))
        }
    }
}

extension EventStreamPolicy {
    /// Refuses an empty name, unless such names are accepted.
    @inline(never)
    fileprivate func checkEmptyHeaderName(at offset: UInt64) throws(EventStreamError) {
        if emptyHeaderNames == .reject { throw EventStreamError(.headerNameEmpty, at: offset) }
    }
}

extension EventStreamError {
    /// A block of `end` bytes ends where a header needs `count` more from `position`.
    @inline(never)
    fileprivate static func truncatedHeader(
        at position: Int, of end: Int, needs count: Int, _ offset: UInt64
    ) -> EventStreamError {
        EventStreamError(
            .headerTruncated, at: offset &+ UInt64(position), found: UInt64(end &- position), expected: UInt64(count))
    }
}
