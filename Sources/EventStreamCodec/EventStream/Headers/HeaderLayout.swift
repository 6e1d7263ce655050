/// Where the parts of one encoded header stand in its block.
///
/// | bytes | field |
/// |---|---|
/// | 0..<1 | name length N |
/// | 1..<1+N | name, UTF-8 |
/// | 1+N..<2+N | value type |
/// | 2+N.. | value; before a byte array or a string its length, 16 bits big-endian |
struct HeaderLayout: BitwiseCopyable {
    let start: Int
    let nameLength: Int
    let type: EventStreamHeaderValueType
    let valueLength: Int

    var nameRange: Range<Int> { (start &+ 1)..<(start &+ 1 &+ nameLength) }
    var typeOffset: Int { start &+ 1 &+ nameLength }
    var valueRange: Range<Int> {
        let valueStart = typeOffset &+ 1 &+ type.lengthByteCount
        return valueStart..<(valueStart &+ valueLength)
    }
    var end: Int { typeOffset &+ 1 &+ type.lengthByteCount &+ valueLength }
    var range: Range<Int> { start..<end }

    /// Reads the layout of the header at `start` of a block that was checked before: it cannot fail.
    init(validated block: RawSpan, at start: Int) {
        self.start = start
        nameLength = Int(block.byte(at: start))
        let typeOffset = start &+ 1 &+ nameLength
        // A checked block has no other types than 0 to 9.
        type = EventStreamHeaderValueType(rawValue: block.byte(at: typeOffset)) ?? .uuid
        valueLength = type.fixedByteCount ?? Int(block.bigEndian(UInt16.self, at: typeOffset &+ 1))
    }

    /// Reads and checks the header at `start` of a block: its structure, then the UTF-8 of its name and value.
    ///
    /// - Parameter offset: Where the block begins in the stream.
    init(
        parsing block: RawSpan, at start: Int, offset: UInt64, limits: EventStreamLimits, policy: EventStreamPolicy
    ) throws(EventStreamError) {
        let end = block.byteCount
        func need(_ count: Int, at position: Int) throws(EventStreamError) {
            guard end &- position >= count else {
                throw EventStreamError(
                    .headerTruncated, at: offset &+ UInt64(position), found: UInt64(end &- position),
                    expected: UInt64(count))
            }
        }

        self.start = start
        try need(1, at: start)
        nameLength = Int(block.byte(at: start))
        if nameLength == 0, policy.emptyHeaderNames == .reject {
            throw EventStreamError(.headerNameEmpty, at: offset &+ UInt64(start))
        }
        try need(nameLength, at: start &+ 1)

        let typeOffset = start &+ 1 &+ nameLength
        try need(1, at: typeOffset)
        let code = block.byte(at: typeOffset)
        guard let type = EventStreamHeaderValueType(rawValue: code) else {
            throw EventStreamError(
                .headerValueTypeUnknown, at: offset &+ UInt64(typeOffset), found: UInt64(code))
        }
        self.type = type

        let lengthOffset = typeOffset &+ 1
        if let fixed = type.fixedByteCount {
            valueLength = fixed
        } else {
            try need(2, at: lengthOffset)
            valueLength = Int(block.bigEndian(UInt16.self, at: lengthOffset))
            guard valueLength <= limits.headerValueLength else {
                throw EventStreamError(
                    .headerValueTooLong, at: offset &+ UInt64(lengthOffset), found: UInt64(valueLength),
                    expected: UInt64(clamping: limits.headerValueLength))
            }
        }
        try need(valueLength, at: lengthOffset &+ type.lengthByteCount)

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
