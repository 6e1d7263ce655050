/// The headers of a message in wire order, borrowed from it. They have been checked, so iterating cannot fail.
///
/// ```swift
/// var iterator = message.headers.makeIterator()
/// while let header = iterator.next() {
///     print(String(header.name), header.type)
/// }
/// if message.headers.string(named: ":event-type") == "chunk" { … }
/// ```
@frozen
public struct EventStreamHeadersView: ~Escapable, BitwiseCopyable {
    /// The bytes of the header block.
    public let encoded: RawSpan

    /// The position of the block, in bytes from the start of the stream.
    public let offset: UInt64

    /// Creates a view of a header block that has been checked, or is about to be.
    @_lifetime(copy encoded)
    @inlinable
    init(unchecked encoded: RawSpan, offset: UInt64) {
        self.encoded = encoded
        self.offset = offset
    }

    /// Parses a header block that is not part of a message. Linear in its length.
    ///
    /// - Parameters:
    ///   - block: The encoded headers, from the first byte to the last.
    ///   - offset: The position of the block in the stream, for the offset of an error.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: The headers, borrowed from `block`.
    /// - Throws: ``EventStreamError`` with a code for headers, and the offset of the invalid field or byte.
    @_lifetime(copy block)
    public static func parse(
        _ block: RawSpan, streamOffset offset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamHeadersView {
        let headers = EventStreamHeadersView(unchecked: block, offset: offset)
        try headers.check(limits: limits, policy: policy)
        return headers
    }

    /// Whether there are no headers.
    public var isEmpty: Bool { encoded.isEmpty }

    /// The number of headers. Linear, because the wire format does not state it.
    public var count: Int {
        var count = 0
        var iterator = makeIterator()
        while iterator.next() != nil { count &+= 1 }
        return count
    }

    /// Returns an iterator before the first header.
    ///
    /// - Returns: The iterator.
    @_lifetime(copy self)
    @inlinable
    public func makeIterator() -> Iterator {
        Iterator(self)
    }

    /// Reads the headers of a block one by one.
    @frozen
    public struct Iterator: ~Escapable {
        @usableFromInline let headers: EventStreamHeadersView
        @usableFromInline var position = 0

        @_lifetime(copy headers)
        @inlinable
        init(_ headers: EventStreamHeadersView) {
            self.headers = headers
        }

        /// Returns the next header.
        ///
        /// - Returns: The header, or nil after the last one.
        @_lifetime(copy self)
        @inlinable
        @inline(__always)
        public mutating func next() -> EventStreamHeaderView? {
            guard position < headers.encoded.byteCount else { return nil }
            let layout = HeaderLayout(validated: headers.encoded, at: position)
            position = layout.end
            return EventStreamHeaderView(layout, in: headers.encoded, blockOffset: headers.offset)
        }
    }

    /// The value of the first header with this name, or nil. Names are compared byte by byte, without allocation. Linear
    /// in the number of headers.
    ///
    /// - Parameter name: The header's name.
    public subscript(name: String) -> EventStreamHeaderValueView? {
        @_lifetime(copy self)
        get {
            guard let layout = firstLayout(named: name) else { return nil }
            return EventStreamHeaderValueView(layout, in: encoded)
        }
    }

    /// Returns the string in the first header with this name.
    ///
    /// - Parameter name: The header's name.
    /// - Returns: The string, or nil if there is no such header or its value is not a string. Linear in the number of
    ///   headers.
    @_lifetime(copy self)
    public func string(named name: String) -> EventStreamStringView? {
        self[name]?.string
    }

    private func firstLayout(named name: String) -> HeaderLayout? {
        name.withUTF8Bytes { name in
            var position = 0
            while position < encoded.byteCount {
                let layout = HeaderLayout(validated: encoded, at: position)
                if layout.name(in: encoded).elementsEqual(name) { return layout }
                position = layout.end
            }
            return nil
        }
    }
}

/// A header, borrowed from its block.
@frozen
public struct EventStreamHeaderView: ~Escapable, BitwiseCopyable {
    @usableFromInline let block: RawSpan
    @usableFromInline let layout: HeaderLayout

    /// The position of the header, in bytes from the start of the stream. Its first byte is the length of its name.
    public let offset: UInt64

    /// The header's bytes, from the start of the header block.
    package var rangeInBlock: Range<Int> { layout.range }

    /// The bytes of the header's value, from the start of the header block.
    package var valueRangeInBlock: Range<Int> { layout.valueRange }

    @_lifetime(copy block)
    @inlinable
    init(_ layout: HeaderLayout, in block: RawSpan, blockOffset: UInt64) {
        self.block = block
        self.layout = layout
        self.offset = blockOffset &+ UInt64(layout.start)
    }

    /// Parses the header at `position` of a header block that may be invalid, for tools that inspect one. (The headers of
    /// an ``EventStreamMessageView`` have been checked.)
    ///
    /// - Parameters:
    ///   - block: The header block, from its first byte to its last.
    ///   - position: The position of the header in the block. The next header is at `position + encoded.byteCount`. There
    ///     is no header at the end of the block, or outside of it.
    ///   - offset: The position of the block in the stream.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree. One header cannot show whether a name occurs twice.
    /// - Returns: The header, borrowed from `block`.
    /// - Throws: ``EventStreamError`` with a code for headers, and the offset of the invalid field or byte.
    @_lifetime(copy block)
    public static func parse(
        _ block: RawSpan, at position: Int, streamOffset offset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamHeaderView {
        guard (0...block.byteCount).contains(position) else {
            throw EventStreamError(.headerTruncated, at: offset &+ UInt64(block.byteCount), found: 0, expected: 1)
        }
        let layout = try HeaderLayout(
            parsing: block, at: position, offset: offset, isASCII: false, limits: limits, policy: policy)
        return EventStreamHeaderView(layout, in: block, blockOffset: offset)
    }

    /// The header's name.
    @inlinable public var name: EventStreamStringView {
        @_lifetime(copy self)
        @inline(__always) get { EventStreamStringView(validated: layout.name(in: block)) }
    }

    /// The type of the header's value.
    @inlinable public var type: EventStreamHeaderValue.WireType { layout.type }

    /// The header's value.
    @inlinable public var value: EventStreamHeaderValueView {
        @_lifetime(copy self)
        @inline(__always) get { EventStreamHeaderValueView(layout, in: block) }
    }

    /// All bytes of the header, from the length of its name to the end of its value.
    @inlinable public var encoded: RawSpan {
        @_lifetime(copy self)
        @inline(__always) get { block.extracting(layout.range) }
    }

    /// The bytes of the value, without its type and length.
    @inlinable public var encodedValue: RawSpan {
        @_lifetime(copy self)
        @inline(__always) get { layout.value(in: block) }
    }
}
