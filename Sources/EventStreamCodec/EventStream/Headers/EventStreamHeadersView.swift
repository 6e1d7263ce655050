/// The headers of a message in wire order, lent from it and checked: walking them cannot fail.
///
/// ```swift
/// var iterator = message.headers.makeIterator()
/// while let header = iterator.next() {
///     print(String(header.name), header.type)
/// }
/// if message.headers.string(":event-type") == "chunk" { … }
/// ```
public struct EventStreamHeadersView: ~Escapable, BitwiseCopyable {
    /// The bytes of the header block.
    public let encoded: RawSpan

    /// Where the block begins, in bytes from the start of the stream.
    public let offset: UInt64

    /// A view of a header block that was checked before, or is about to be.
    @_lifetime(copy encoded)
    @inlinable
    init(unchecked encoded: RawSpan, offset: UInt64) {
        self.encoded = encoded
        self.offset = offset
    }

    /// Checks a header block that stands by itself.
    ///
    /// - Parameters:
    ///   - block: The encoded headers, from the first byte to the last.
    ///   - offset: Where the block begins in the stream, for the offset of an error.
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Throws: One of ``EventStreamError``'s codes for headers, with the offset of the offending field or byte.
    @_lifetime(copy block)
    public static func parse(
        _ block: RawSpan, at offset: UInt64 = 0, limits: EventStreamLimits = .decoding,
        policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) -> EventStreamHeadersView {
        let headers = EventStreamHeadersView(unchecked: block, offset: offset)
        try headers.check(limits: limits, policy: policy)
        return headers
    }

    /// Whether there are no headers.
    public var isEmpty: Bool { encoded.isEmpty }

    /// The number of headers, counted by walking them.
    public var count: Int {
        var count = 0
        var iterator = makeIterator()
        while iterator.next() != nil { count &+= 1 }
        return count
    }

    /// A cursor before the first header.
    @_lifetime(copy self)
    @inlinable
    public func makeIterator() -> Iterator {
        Iterator(self)
    }

    /// Walks the headers of a block, reading each when it is asked for.
    public struct Iterator: ~Escapable {
        @usableFromInline let headers: EventStreamHeadersView
        @usableFromInline var position = 0

        @_lifetime(copy headers)
        @inlinable
        init(_ headers: EventStreamHeadersView) {
            self.headers = headers
        }

        /// The next header, or nil after the last.
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

    /// The value of the first header with this name, compared byte by byte and without allocation; nil when there is
    /// none.
    public subscript(name: String) -> EventStreamHeaderValueView? {
        @_lifetime(copy self)
        get {
            guard let layout = firstLayout(named: name) else { return nil }
            return EventStreamHeaderValueView(layout, in: encoded)
        }
    }

    /// The string in the first header with this name; nil when there is none, or it is not a string.
    @_lifetime(copy self)
    public func string(_ name: String) -> EventStreamStringView? {
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

extension EventStreamHeadersView {
    /// Checks the block: its length, each header's structure and UTF-8 from the first to the last, then that names are unique.
    func check(limits: EventStreamLimits, policy: EventStreamPolicy) throws(EventStreamError) {
        guard encoded.byteCount <= Swift.min(limits.headersLength, Int(clamping: UInt32.max)) else {
            throw EventStreamError(
                .headersTooLong, at: offset, found: UInt64(encoded.byteCount),
                expected: UInt64(clamping: limits.headersLength))
        }
        // Most blocks are ASCII, and then none of their strings has to be looked at.
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
