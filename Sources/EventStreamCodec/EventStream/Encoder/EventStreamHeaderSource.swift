/// Headers that an encoder can write.
///
/// ``EventStreamHeaders`` is for a few headers that are created as needed, ``EventStreamEncodedHeaders`` for headers that
/// many messages share. Your own type can conform to write its headers without creating either.
public protocol EventStreamHeaderSource {
    /// Returns the exact length of the encoded block in bytes.
    ///
    /// - Returns: The length.
    /// - Throws: ``EventStreamError`` if the wire format has no room for a name or a value, with an offset from the start of
    ///   the block. The encoder checks limits and policy, not the source.
    func encodedLength() throws(EventStreamError) -> Int

    /// Appends the encoded block, exactly ``encodedLength()`` bytes. Any other number is a programming error and traps.
    ///
    /// - Parameter output: The output span.
    func encode(into output: inout OutputRawSpan)

    /// Returns whether the block has been validated against these limits and this policy, so that the encoder does not
    /// check it for each message. The default is false.
    ///
    /// - Parameters:
    ///   - limits: The encoder's limits.
    ///   - policy: The encoder's policy.
    /// - Returns: Whether the block is valid.
    func isValidated(limits: EventStreamLimits, policy: EventStreamPolicy) -> Bool

    /// Returns the CRC-32 of some bytes followed by the block, if it is known without reading the block. The default is
    /// nil: it is computed from the bytes that ``encode(into:)`` wrote.
    ///
    /// - Parameter value: The CRC-32 of the bytes before the block.
    /// - Returns: The CRC-32, or nil.
    func checksum(following value: UInt32) -> UInt32?
}

extension EventStreamHeaderSource {
    /// Returns false: the block has not been validated.
    ///
    /// - Parameters:
    ///   - limits: The encoder's limits.
    ///   - policy: The encoder's policy.
    /// - Returns: False.
    @inlinable
    public func isValidated(limits: EventStreamLimits, policy: EventStreamPolicy) -> Bool { false }

    /// Returns nil: the CRC-32 is not known.
    ///
    /// - Parameter value: The CRC-32 of the bytes before the block.
    /// - Returns: Nil.
    @inlinable
    public func checksum(following value: UInt32) -> UInt32? { nil }
}

// MARK: Headers that are encoded for each message

extension EventStreamHeaders: EventStreamHeaderSource {
    /// Returns the exact length of the encoded block in bytes. Linear in the number of headers.
    ///
    /// - Returns: The length.
    /// - Throws: ``EventStreamError/Code/headerNameTooLong`` for a name above 255 bytes,
    ///   ``EventStreamError/Code/headerValueTooLong`` for a value above 65,535.
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
    ///
    /// - Parameter output: The output span.
    public func encode(into output: inout OutputRawSpan) {
        for header in self { header.encode(into: &output) }
    }
}

extension EventStreamHeader {
    /// Returns the header's length on the wire, if the wire format has room for its name and value.
    ///
    /// - Parameter position: The header's position in its block, for the offset of an error.
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
        default: return start &+ EventStreamHeaderValue.WireType.fixedLength(value.type.rawValue)
        }
        guard valueLength <= UInt16.max else {
            throw EventStreamError(
                .headerValueTooLong, at: UInt64(position &+ start), found: UInt64(valueLength),
                expected: UInt64(UInt16.max))
        }
        return start &+ 2 &+ valueLength
    }

    /// Writes a header for which ``encodedLength(at:)`` did not throw.
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
            output.append(contentsOf: bytes.rawSpan)
        case .string(let string):
            output.append(bigEndian: UInt16(truncatingIfNeeded: string.utf8.count))
            output.append(utf8: string)
        case .uuid(let uuid):
            output.append(bigEndian: uuid.high)
            output.append(bigEndian: uuid.low)
        }
    }
}

// MARK: Headers that are encoded once

/// A header block that is checked, encoded and checksummed once, for many messages.
///
/// ```swift
/// let headers = try EventStreamEncodedHeaders([":message-type": "event", ":event-type": "PayloadChunk"])
/// for chunk in chunks { try encoder.append(headers: headers, payload: chunk, to: &bytes) }
/// ```
public struct EventStreamEncodedHeaders: Sendable {
    /// The encoded block.
    public let bytes: [UInt8]

    /// What the block was checked against. Nil if it was not checked.
    private let checked: Check?

    /// The block's checksum, as a part of a message's.
    private let part: CRC32Suffix

    private struct Check: Sendable, Equatable {
        var limits: EventStreamLimits
        var policy: EventStreamPolicy
    }

    /// Encodes headers.
    ///
    /// - Parameters:
    ///   - headers: The headers.
    ///   - limits: The lengths to write.
    ///   - policy: What to write where implementations disagree.
    /// - Throws: ``EventStreamError`` if a header cannot be encoded, with its offset from the start of the block.
    public init(
        _ headers: EventStreamHeaders, limits: EventStreamLimits = .encoding, policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) {
        let length = try headers.encodedLength()
        var bytes: [UInt8] = []
        try bytes.append(count: length) { output throws(EventStreamError) in
            headers.encode(into: &output)
            try EventStreamHeadersView(unchecked: output.bytes, offset: 0).check(limits: limits, policy: policy)
        }
        self.bytes = bytes
        part = CRC32Suffix(bytes.rawSpan)
        checked = Check(limits: limits, policy: policy)
    }

    /// Copies borrowed headers as they are on the wire.
    ///
    /// - Parameter view: The headers to copy.
    public init(_ view: EventStreamHeadersView) {
        bytes = [UInt8](view.encoded)
        part = CRC32Suffix(view.encoded)
        checked = nil
    }
}

extension EventStreamEncodedHeaders: Hashable {
    /// Returns whether both have the same bytes.
    ///
    /// - Parameters:
    ///   - left: A header block.
    ///   - right: Another header block.
    /// - Returns: Whether they are equal.
    public static func == (left: EventStreamEncodedHeaders, right: EventStreamEncodedHeaders) -> Bool {
        left.bytes == right.bytes
    }

    /// Hashes the bytes.
    ///
    /// - Parameter hasher: The hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }
}

extension EventStreamEncodedHeaders: EventStreamHeaderSource {
    /// Returns the length of ``bytes``.
    ///
    /// - Returns: The length.
    @inlinable
    public func encodedLength() -> Int { bytes.count }

    /// Appends ``bytes``.
    ///
    /// - Parameter output: The output span.
    public func encode(into output: inout OutputRawSpan) {
        output.append(contentsOf: bytes.rawSpan)
    }

    /// Returns whether the block was checked against the same limits and policy when it was encoded.
    ///
    /// - Parameters:
    ///   - limits: The encoder's limits.
    ///   - policy: The encoder's policy.
    /// - Returns: Whether the block is valid.
    public func isValidated(limits: EventStreamLimits, policy: EventStreamPolicy) -> Bool {
        checked == Check(limits: limits, policy: policy)
    }

    /// Returns the CRC-32 of some bytes followed by the block, computed from the block's own CRC.
    ///
    /// - Parameter value: The CRC-32 of the bytes before the block.
    /// - Returns: The CRC-32.
    public func checksum(following value: UInt32) -> UInt32? {
        part.checksum(following: value)
    }
}
