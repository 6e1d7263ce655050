/// The checks of ``EventStreamInputKind``, in the order in which they are made.
///
/// A check that needs bytes beyond those that have arrived returns `needsMoreBytes`, and no later check is made. So the result
/// does not depend on how many bytes had arrived.
struct InputExamination: ~Escapable {
    typealias Examination = EventStreamInputKind.Examination

    private let bytes: RawSpan

    /// Whether no further bytes will be examined.
    private let isAll: Bool
    private let limits: EventStreamLimits

    /// The number of bytes at the start that a text must have without a NUL. Every prelude has one.
    private static let textLength = 1_024

    /// The number of characters after which text-encoded bytes are decoded for the first time.
    private static let encodedLength = 4_096

    /// The number of bytes in which U+FFFD is looked for: the first message's prelude and a little more.
    private static let replacementLength = 16

    @_lifetime(copy bytes)
    init(bytes: RawSpan, isAll: Bool, limits: EventStreamLimits) {
        self.bytes = bytes
        self.isAll = isAll
        self.limits = limits
    }

    /// Makes the checks.
    func result() -> Examination {
        guard bytes.byteCount >= EventStreamPrelude.length || isAll else { return .needsMoreBytes }
        if isValidPrelude(at: 0, .unlimited) { return .kind(.eventStream) }
        let text = text()
        switch text {
        case .certain(let kind): return .kind(kind)
        case .needsMoreBytes: return .needsMoreBytes
        case .unlessMessageFollows, nil: break
        }
        if let result = httpResponse() ?? chunkedBody() ?? gzip() ?? encodedBytes() ?? decodedText() { return result }
        if let offset = EventStreamPrelude.firstOffset(in: bytes, from: 1, limits: limits) {
            return .kind(.middleOfStream(messageOffset: offset))
        }
        guard isAll else { return .needsMoreBytes }
        if case .unlessMessageFollows(let kind) = text { return .kind(kind) }
        return .unknown
    }

    private func isValidPrelude(at position: Int, _ limits: EventStreamLimits) -> Bool {
        guard position <= bytes.byteCount &- EventStreamPrelude.length else { return false }
        return EventStreamPrelude.firstOffset(
            in: bytes.extracting(position..<(position &+ EventStreamPrelude.length)), limits: limits) == 0
    }
}

// MARK: Text

extension InputExamination {
    /// The beginning of a text. A message's end may look like one, for example if its payload is JSON.
    private enum Text {
        case certain(EventStreamInputKind)
        case unlessMessageFollows(EventStreamInputKind)
        case needsMoreBytes
    }

    /// Returns the kind of text; nil if the bytes do not begin like one.
    private func text() -> Text? {
        // A byte order mark may precede a text.
        var position = bytes.starts(with: "\u{feff}", at: 0) ? 3 : 0
        var lineStart = position
        while position < bytes.byteCount, bytes.byte(at: position).isTextSpace {
            let byte = bytes.byte(at: position)
            position &+= 1
            if byte == 0x0a || byte == 0x0d { lineStart = position }
        }
        guard position < bytes.byteCount else { return isAll ? nil : .needsMoreBytes }
        switch bytes.byte(at: position) {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return text(.json)
        case UInt8(ascii: "<"): return text(.markup)
        default: return position == lineStart ? serverSentEvents(at: position) : nil
        }
    }

    /// Returns the result for a text once enough bytes have arrived to know whether it is one.
    private func text(_ kind: EventStreamInputKind) -> Text {
        let start = bytes.extracting(first: Self.textLength)
        guard start.firstOffset(of: 0, from: 0) == start.byteCount else { return .unlessMessageFollows(kind) }
        return start.byteCount == Self.textLength || isAll ? .certain(kind) : .needsMoreBytes
    }

    private func serverSentEvents(at position: Int) -> Text? {
        for field: StaticString in [":", "event:", "data:", "id:", "retry:"] {
            if bytes.starts(with: field, at: position) {
                // A line without a NUL is enough, because a live stream may have no more for a long time.
                let line = bytes.extracting(droppingFirst: position).extracting(first: Self.textLength)
                let end = Swift.min(line.firstOffset(of: 0x0a, from: 0), line.firstOffset(of: 0x0d, from: 0))
                let isLine = end < line.byteCount && end < line.firstOffset(of: 0, from: 0)
                return isLine ? .certain(.serverSentEvents) : text(.serverSentEvents)
            }
            if !isAll, bytes.isPrefix(of: field, at: position) { return .needsMoreBytes }
        }
        return nil
    }
}

// MARK: HTTP and gzip

extension InputExamination {
    private func httpResponse() -> Examination? {
        guard bytes.starts(with: "HTTP/1.", at: 0) else { return nil }
        var start = 0
        while true {
            guard let end = endOfHead(from: start) else {
                return isAll ? .kind(.httpResponse(bodyOffset: nil)) : .needsMoreBytes
            }
            // The head of an interim response (1xx) is followed by another one. "HTTP/1.1 " has nine bytes.
            let isInterim = bytes.starts(with: "1", at: start &+ 9)
            if isInterim, !isAll, bytes.isPrefix(of: "HTTP/1.", at: end) { return .needsMoreBytes }
            guard isInterim, bytes.starts(with: "HTTP/1.", at: end) else {
                return .kind(.httpResponse(bodyOffset: end))
            }
            start = end
        }
    }

    /// Returns the position after the empty line that ends a head.
    private func endOfHead(from start: Int) -> Int? {
        var position = start
        while true {
            position = bytes.firstOffset(of: 0x0a, from: position) &+ 1
            guard position < bytes.byteCount else { return nil }
            let next = bytes.byte(at: position)
            if next == 0x0a { return position &+ 1 }
            if bytes.hasLineEnd(at: position) { return position &+ 2 }
        }
    }

    private func chunkedBody() -> Examination? {
        let digits = Hexadecimal.values
        let digitsEnd = bytes.hexadecimal(at: 0, maximumDigitCount: 16, values: digits.span).end
        guard digitsEnd > 0 else { return nil }
        guard digitsEnd < bytes.byteCount else { return isAll || digitsEnd == 16 ? nil : .needsMoreBytes }
        let next = bytes.byte(at: digitsEnd)
        guard next == UInt8(ascii: ";") || next == 0x20 || next == 0x09 || next == 0x0d else { return nil }
        let end = bytes.firstOffset(of: 0x0d, from: digitsEnd)
        let data = end &+ 2
        guard data &+ EventStreamPrelude.length <= bytes.byteCount else { return isAll ? nil : .needsMoreBytes }
        return bytes.hasLineEnd(at: end) && isValidPrelude(at: data, limits) ? .kind(.chunkedBody) : nil
    }

    private func gzip() -> Examination? {
        bytes.integer(UInt16.self, ifAt: 0) == UInt16(bigEndian: 0x1f8b) ? .kind(.gzip) : nil
    }
}

// MARK: Bytes as text

extension InputExamination {
    private func encodedBytes() -> Examination? {
        var mayFollow = false
        for (encoding, kind) in [
            (.hexadecimal, .hexadecimal), (.base64, .base64), (.literal, .byteLiteral),
        ] as [(TextEncodedBytes.Encoding, EventStreamInputKind)] {
            // The start is examined alone, so that a live stream need not fill the whole length.
            let start = bytes.extracting(first: Self.encodedLength)
            guard start.byteCount == Self.encodedLength || isAll else {
                if decoded(start, encoding) != nil { mayFollow = true }
                continue
            }
            guard let first = decoded(start, encoding) else { continue }
            if EventStreamPrelude.firstOffset(in: first, limits: limits) != nil { return .kind(kind) }
            guard isAll else {
                mayFollow = true
                continue
            }
            guard bytes.byteCount > Self.encodedLength else { continue }
            if let all = decoded(bytes, encoding), EventStreamPrelude.firstOffset(in: all, limits: limits) != nil {
                return .kind(kind)
            }
        }
        return mayFollow ? .needsMoreBytes : nil
    }

    /// Returns the bytes that a text encodes; nil if it has an unexpected character.
    private func decoded(_ text: RawSpan, _ encoding: TextEncodedBytes.Encoding) -> [UInt8]? {
        var decoder = TextEncodedBytes(encoding)
        var decoded: [UInt8] = []
        do throws(TextEncodedBytes.Failure) {
            // Other inputs than text have an unexpected byte at once.
            try decoder.decode(text.extracting(first: EventStreamPrelude.length), to: &decoded)
            decoded.reserveCapacity(text.byteCount)
            try decoder.decode(text.extracting(droppingFirst: EventStreamPrelude.length), to: &decoded)
            return decoded
        } catch {
            return nil
        }
    }

    /// Looks for U+FFFD.
    private func decodedText() -> Examination? {
        let start = bytes.extracting(first: Self.replacementLength)
        for position in start.byteOffsets where start.starts(with: "\u{fffd}", at: position) {
            return .kind(.decodedAsText)
        }
        return start.byteCount == Self.replacementLength || isAll ? nil : .needsMoreBytes
    }
}

extension RawSpan {
    /// Returns the position of the first `byte` from `start` on; the end if there is none.
    fileprivate func firstOffset(of byte: UInt8, from start: Int) -> Int {
        var position = start
        while position < byteCount, self.byte(at: position) != byte { position &+= 1 }
        return position
    }

    /// Returns whether the UTF-8 of `text` is at `position`.
    fileprivate func starts(with text: StaticString, at position: Int) -> Bool {
        guard position <= byteCount &- text.utf8CodeUnitCount else { return false }
        return hasPrefix(text, count: text.utf8CodeUnitCount, at: position)
    }

    /// Returns whether the bytes from `position` on are a beginning of `text`.
    fileprivate func isPrefix(of text: StaticString, at position: Int) -> Bool {
        let count = byteCount &- position
        return count < text.utf8CodeUnitCount && hasPrefix(text, count: count, at: position)
    }

    /// Returns whether the first `count` bytes of `text` are at `position`, all of which lie in the span.
    private func hasPrefix(_ text: StaticString, count: Int, at position: Int) -> Bool {
        // INVARIANT: index < count <= utf8CodeUnitCount, the bytes behind utf8Start.
        for index in 0..<count where unsafe byte(at: position &+ index) != text.utf8Start[index] { return false }
        return true
    }
}
