/// A header, lent from the block it stands in.
public struct EventStreamHeaderView: ~Escapable, BitwiseCopyable {
    @usableFromInline let block: RawSpan
    @usableFromInline let layout: HeaderLayout

    /// Where the header begins, at the length of its name, in bytes from the start of the stream.
    public let offset: UInt64

    @_lifetime(copy block)
    @inlinable
    init(_ layout: HeaderLayout, in block: RawSpan, blockOffset: UInt64) {
        self.block = block
        self.layout = layout
        self.offset = blockOffset &+ UInt64(layout.start)
    }

    /// Parses the header that begins at `position` of a header block, for those who look into a block that may be
    /// broken. (The headers of an ``EventStreamMessageView`` have been parsed.)
    ///
    /// - Parameters:
    ///   - block: The header block, from its first byte to its last.
    ///   - position: Where the header begins in the block; the next begins at `position + encoded.byteCount`. Outside
    ///     the block there is none, as at its end.
    ///   - offset: Where the block begins in the stream.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree. Whether a name occurs twice cannot be seen here.
    /// - Throws: One of ``EventStreamError``'s codes for headers, with the offset of the offending field or byte.
    @_lifetime(copy block)
    public static func parse(
        _ block: RawSpan, at position: Int, offset: UInt64 = 0, limits: EventStreamLimits = .decoding,
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
    @inlinable public var type: EventStreamHeaderValueType { layout.type }

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

    /// The bytes of the value, without type and length.
    @inlinable public var encodedValue: RawSpan {
        @_lifetime(copy self)
        @inline(__always) get { layout.value(in: block) }
    }
}
