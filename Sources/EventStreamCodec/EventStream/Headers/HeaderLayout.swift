extension EventStreamHeaderValue {
    /// The type of a header value: the byte after the header's name. The set is closed.
    public enum WireType: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
        /// The boolean true; no bytes follow.
        case booleanTrue = 0
        /// The boolean false; no bytes follow.
        case booleanFalse = 1
        /// A signed 8-bit integer.
        case byte = 2
        /// A signed 16-bit integer, big-endian.
        case short = 3
        /// A signed 32-bit integer, big-endian.
        case integer = 4
        /// A signed 64-bit integer, big-endian.
        case long = 5
        /// A 16-bit big-endian length, and that many bytes.
        case byteArray = 6
        /// A 16-bit big-endian length, and that many bytes of UTF-8.
        case string = 7
        /// A signed 64-bit integer, big-endian: milliseconds since 1970-01-01T00:00:00Z.
        case timestamp = 8
        /// 16 bytes.
        case uuid = 9
    }
}

/// What parsing a header block needs to know about a type, computed from its code without a branch for each type.
extension EventStreamHeaderValue.WireType {
    /// Returns whether there is a type with this code.
    @inlinable
    @inline(__always)
    static func isKnown(_ code: UInt8) -> Bool { code <= uuid.rawValue }

    /// Returns whether a 16-bit length is between the type and the value: for byte arrays (6) and strings (7).
    @inlinable
    @inline(__always)
    static func hasLength(_ code: UInt8) -> Bool { code | 1 == string.rawValue }

    /// Returns the length of a value whose length is not on the wire.
    @inlinable
    @inline(__always)
    static func fixedLength(_ code: UInt8) -> Int {
        // Six bits for each type. The lowest six are for the lowest code.
        let counts: UInt64 =
            1 &<< 12 | 2 &<< 18 | 4 &<< 24 | 8 &<< 30  // byte, short, integer, long
            | 8 &<< 48 | 16 &<< 54  // timestamp, uuid
        return Int(truncatingIfNeeded: counts &>> (UInt64(code) &* 6) & 63)
    }
}

// MARK: Layout

/// The positions of the parts of one encoded header in its block.
///
/// | bytes, from ``start`` | field |
/// |---|---|
/// | 0..<1 | name length N |
/// | 1..<1+N | name, UTF-8 |
/// | 1+N..<2+N | value type |
/// | 2+N.. | value; a byte array or a string has a 16-bit big-endian length before it |
///
/// INVARIANT: all of the header lies in the block that the layout was read from.
@frozen
@usableFromInline
struct HeaderLayout: BitwiseCopyable {
    @usableFromInline let start: Int
    @usableFromInline let typeOffset: Int
    @usableFromInline let valueStart: Int

    /// The end of the header and of its value.
    @usableFromInline let end: Int

    /// The code of the value's type.
    @usableFromInline let code: UInt8

    @inlinable var nameRange: Range<Int> { unsafe Range(uncheckedBounds: (start &+ 1, typeOffset)) }
    @inlinable var valueRange: Range<Int> { unsafe Range(uncheckedBounds: (valueStart, end)) }
    @inlinable var range: Range<Int> { unsafe Range(uncheckedBounds: (start, end)) }

    /// The type of the value. The code of a layout is always one of the ten.
    @inlinable var type: EventStreamHeaderValue.WireType { EventStreamHeaderValue.WireType(rawValue: code) ?? .uuid }

    /// Reads the layout of the header at `start` of a block that has been checked. This cannot fail.
    @inlinable
    @inline(__always)
    init(validated block: RawSpan, at start: Int) {
        self.start = start
        typeOffset = start &+ 1 &+ Int(block.byte(at: start))
        code = block.byte(at: typeOffset)
        if EventStreamHeaderValue.WireType.hasLength(code) {
            valueStart = typeOffset &+ 3
            end = valueStart &+ Int(block.bigEndian(UInt16.self, at: typeOffset &+ 1))
        } else {
            valueStart = typeOffset &+ 1
            end = valueStart &+ EventStreamHeaderValue.WireType.fixedLength(code)
        }
        precondition(end <= block.byteCount, "the header ends outside of its block")
    }

    /// Reads and checks the header at `start` of a block: its structure, then the UTF-8 of its name and value.
    ///
    /// - Parameters:
    ///   - offset: The position of the block in the stream.
    ///   - isASCII: Whether the whole block is known to be ASCII, and therefore UTF-8.
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
        guard EventStreamHeaderValue.WireType.isKnown(code) else {
            throw EventStreamError(.headerValueTypeUnknown, at: offset &+ UInt64(typeOffset), found: UInt64(code))
        }
        self.code = code

        let lengthOffset = typeOffset &+ 1
        let valueLength: Int
        if EventStreamHeaderValue.WireType.hasLength(code) {
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
            valueLength = EventStreamHeaderValue.WireType.fixedLength(code)
            valueStart = lengthOffset
        }
        guard blockEnd &- valueStart >= valueLength else {
            throw .truncatedHeader(at: valueStart, of: blockEnd, needs: valueLength, offset)
        }
        end = valueStart &+ valueLength
        if !isASCII { try checkUTF8(of: block, offset: offset) }
    }

    /// Returns the name, from the block that the layout was read from.
    @_lifetime(copy block)
    @inlinable
    @inline(__always)
    func name(in block: RawSpan) -> RawSpan { unsafe block.extracting(unchecked: nameRange) }

    /// Returns the value, from the block that the layout was read from.
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
    /// Rejects an empty name, unless the policy accepts it.
    @inline(never)
    fileprivate func checkEmptyHeaderName(at offset: UInt64) throws(EventStreamError) {
        if emptyHeaderNames == .reject { throw EventStreamError(.headerNameEmpty, at: offset) }
    }
}

extension EventStreamError {
    /// The error for a block that ends at `end` although a header needs `count` bytes from `position`.
    @inline(never)
    fileprivate static func truncatedHeader(
        at position: Int, of end: Int, needs count: Int, _ offset: UInt64
    ) -> EventStreamError {
        EventStreamError(
            .headerTruncated, at: offset &+ UInt64(position), found: UInt64(end &- position), expected: UInt64(count))
    }
}

// MARK: Checking a block

extension EventStreamHeadersView {
    /// Checks the block: its length, then each header's structure and UTF-8 in order, then that names are unique.
    func check(limits: EventStreamLimits, policy: EventStreamPolicy) throws(EventStreamError) {
        guard encoded.byteCount <= Swift.min(limits.headersLength, Int(clamping: UInt32.max)) else {
            throw EventStreamError(
                .headersTooLong, at: offset, found: UInt64(encoded.byteCount),
                expected: UInt64(clamping: limits.headersLength))
        }
        // Most blocks are ASCII, and then no string needs a check of its own.
        let names =
            encoded.isASCII
            ? try walk(isASCII: true, limits, policy)
            : try walk(isASCII: false, limits, policy)
        guard policy.duplicateHeaderNames == .reject, names.mayRepeat else { return }
        if let duplicate = HeaderNameUniqueness.firstDuplicate(in: encoded, count: names.count) {
            throw EventStreamError(
                .headerNameDuplicate, at: offset &+ UInt64(duplicate.position),
                found: offset &+ UInt64(duplicate.original))
        }
    }

    /// Checks each header's structure and UTF-8.
    @inline(__always)
    private func walk(
        isASCII: Bool, _ limits: EventStreamLimits, _ policy: EventStreamPolicy
    ) throws(EventStreamError) -> HeaderNameSummary {
        var names = HeaderNameSummary()
        var position = 0
        while position < encoded.byteCount {
            let layout = try HeaderLayout(
                parsing: encoded, at: position, offset: offset, isASCII: isASCII, limits: limits, policy: policy)
            names.add(layout.name(in: encoded))
            position = layout.end
        }
        return names
    }
}
