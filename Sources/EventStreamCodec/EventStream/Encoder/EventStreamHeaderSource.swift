/// Something that an encoder can write as a header block.
///
/// ``EventStreamHeaders`` is one for a few headers made as needed, ``EventStreamEncodedHeaders`` one for headers that
/// many messages share. A type of yours may conform to write its headers without making either.
public protocol EventStreamHeaderSource {
    /// The exact length of the encoded block in bytes.
    ///
    /// - Throws: ``EventStreamError`` when the wire has no room for a name or a value, with an offset counted from the
    ///   start of the block. Limits and policy are none of a source's business: the encoder checks the block.
    func encodedLength() throws(EventStreamError) -> Int

    /// Appends the encoded block, exactly as many bytes as ``encodedLength()`` said. Another number is a programming
    /// error, and traps.
    func encode(into output: inout OutputRawSpan)

    /// Whether the block has been found acceptable before, under these limits and this policy, so that an encoder need
    /// not check it for every message. By default it has not.
    func isKnownToSatisfy(_ limits: EventStreamLimits, _ policy: EventStreamPolicy) -> Bool

    /// The CRC-32 of some bytes with the block behind them, when it is known without reading the block. By default it is
    /// not, and is computed from what ``encode(into:)`` wrote.
    ///
    /// - Parameter value: The CRC-32 of the bytes before the block.
    func checksum(following value: UInt32) -> UInt32?
}

extension EventStreamHeaderSource {
    /// Whether the block has been found acceptable before: no.
    @inlinable
    public func isKnownToSatisfy(_ limits: EventStreamLimits, _ policy: EventStreamPolicy) -> Bool { false }

    /// The CRC-32 of some bytes with the block behind them: unknown.
    @inlinable
    public func checksum(following value: UInt32) -> UInt32? { nil }
}

extension EventStreamHeaders: EventStreamHeaderSource {
    /// The exact length of the encoded block in bytes.
    ///
    /// - Throws: ``EventStreamError/Code/headerNameTooLong`` above 255 bytes, ``EventStreamError/Code/headerValueTooLong``
    ///   above 65,535.
    public func encodedLength() throws(EventStreamError) -> Int {
        var length = 0
        for header in self {
            let (sum, overflow) = length.addingReportingOverflow(try header.encodedLength(at: length))
            guard !overflow else { throw EventStreamError(.headersTooLong, at: 0, found: .max) }
            length = sum
        }
        return length
    }

    /// Appends the encoded block.
    public func encode(into output: inout OutputRawSpan) {
        for header in self { header.encode(into: &output) }
    }
}

extension EventStreamHeader {
    /// The header's length on the wire, when the wire has room for its name and value.
    ///
    /// - Parameter position: Where the header will begin in its block, for the offset of an error.
    fileprivate func encodedLength(at position: Int) throws(EventStreamError) -> Int {
        let nameLength = name.utf8.count
        guard nameLength <= 255 else {
            throw EventStreamError(.headerNameTooLong, at: UInt64(position), found: UInt64(nameLength))
        }
        let start = 2 &+ nameLength
        let valueLength: Int
        switch value {
        case .byteArray(let bytes): valueLength = bytes.count
        case .string(let string): valueLength = string.utf8.count
        default: return start &+ EventStreamHeaderValueType.fixedByteCount(value.type.rawValue)
        }
        guard valueLength <= UInt16.max else {
            throw EventStreamError(
                .headerValueTooLong, at: UInt64(position &+ start), found: UInt64(valueLength),
                expected: UInt64(UInt16.max))
        }
        return start &+ 2 &+ valueLength
    }

    /// Writes a header whose length has been asked for and was not refused.
    fileprivate func encode(into output: inout OutputRawSpan) {
        output.append(UInt8(truncatingIfNeeded: name.utf8.count))
        output.append(utf8: name)
        output.append(value.type.rawValue)
        switch value {
        case .boolean: break
        case .byte(let value): output.append(bigEndian: value)
        case .short(let value): output.append(bigEndian: value)
        case .integer(let value): output.append(bigEndian: value)
        case .long(let value), .timestamp(let value): output.append(bigEndian: value)
        case .byteArray(let bytes):
            output.append(bigEndian: UInt16(truncatingIfNeeded: bytes.count))
            output.append(bytes: bytes)
        case .string(let string):
            output.append(bigEndian: UInt16(truncatingIfNeeded: string.utf8.count))
            output.append(utf8: string)
        case .uuid(let uuid):
            output.append(bigEndian: uuid.high)
            output.append(bigEndian: uuid.low)
        }
    }
}
