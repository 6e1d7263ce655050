import EventStreamCodec

/// Decodes a stream, and continues after corrupt data.
///
/// If a prelude is valid and its message is not, decoding continues after that message, provided that a valid prelude or the end
/// of the stream is there. Otherwise it continues at the first valid prelude after the start of the corrupt message.
struct ResyncingDecoder: ~Copyable {
    /// Bytes that were skipped.
    struct Gap {
        let range: Range<UInt64>

        /// Why: the first error in them.
        let error: any Error
    }

    private let limits: EventStreamLimits
    private let policy: EventStreamPolicy

    /// The bytes from ``offset`` on that have arrived.
    private var buffer = CarryBuffer()

    /// The position in the stream of the first byte in the buffer.
    private(set) var offset: UInt64 = 0

    /// The start of a gap whose end has not been found, and the error there.
    private var openGap: (start: UInt64, error: any Error)?

    /// The position in the buffer at which the search for a prelude continues.
    private var searchStart = 0

    /// The number of bytes in messages that were checked and found to be corrupt.
    private var rejectedCount: UInt64 = 0

    /// How many times a byte may belong to a message that turns out to be corrupt. Beyond that, a prelude between the skipped
    /// bytes is passed over, so that preludes of long messages at every twelfth byte take linear time.
    private static let rejectionFactor: UInt64 = 8

    init(limits: EventStreamLimits, policy: EventStreamPolicy) {
        self.limits = limits
        self.policy = policy
    }

    /// Decodes the next bytes of the stream.
    ///
    /// - Parameters:
    ///   - isEnd: Whether the stream ends after them.
    ///   - onMessage: Receives each message. If it throws an error of the stream before it has used the message, the message
    ///     counts as corrupt.
    ///   - onGap: Receives each gap, in the order of the stream.
    /// - Throws: `EventStreamError` with the code `unexpectedEnd` if the stream ends inside a message, and errors of the bodies.
    mutating func decode(
        _ bytes: RawSpan, isEnd: Bool, onMessage: (EventStreamMessageView) throws -> Void, onGap: (Gap) throws -> Void
    ) throws {
        buffer.append(bytes)
        while !buffer.isEmpty {
            let isProgress =
                openGap == nil ? try readMessage(isEnd, onMessage, onGap) : try search(isEnd, onGap)
            guard isProgress else { return }
        }
    }

    /// Reads the message at the start of the buffer.
    ///
    /// - Returns: False if more bytes are needed.
    private mutating func readMessage(
        _ isEnd: Bool, _ onMessage: (EventStreamMessageView) throws -> Void, _ onGap: (Gap) throws -> Void
    ) throws -> Bool {
        let prelude: EventStreamPrelude?
        do throws(EventStreamError) {
            prelude = try EventStreamPrelude.parse(buffer.bytes, streamOffset: offset, limits: limits)
        } catch {
            beginGap(error)
            return true
        }
        let length = prelude?.totalLength ?? EventStreamPrelude.length
        guard buffer.count >= length else {
            guard isEnd else { return false }
            let error = EventStreamError(
                .unexpectedEnd, at: offset + UInt64(buffer.count), found: UInt64(buffer.count), expected: UInt64(length)
            )
            // Bytes may be missing in this message and whole messages follow.
            guard prelude != nil, EventStreamPrelude.firstOffset(in: buffer.bytes, from: 1, limits: limits) != nil
            else {
                throw error
            }
            beginGap(error)
            return true
        }
        do {
            switch try EventStreamFrame.parse(buffer.bytes, streamOffset: offset, limits: limits, policy: policy) {
            case .incomplete: return false
            case .message(let message): try onMessage(message)
            }
            consume(length)
            return true
        } catch  where error.isInStream {
            return try skip(length, error, isEnd, onGap)
        }
    }

    /// Skips a message of `length` bytes that is corrupt, if a message or the end follows it.
    ///
    /// - Returns: False if more bytes are needed.
    private mutating func skip(
        _ length: Int, _ error: any Error, _ isEnd: Bool, _ onGap: (Gap) throws -> Void
    ) throws -> Bool {
        guard buffer.count - length >= EventStreamPrelude.length || isEnd else { return false }
        rejectedCount += UInt64(length)
        guard buffer.count == length || hasPrelude(at: length) else {
            beginGap(error)
            return true
        }
        let end = offset + UInt64(length)
        let gap = Gap(range: offset..<end, error: error)
        consume(length)
        try onGap(gap)
        return true
    }

    private func hasPrelude(at position: Int) -> Bool {
        let bytes = buffer.bytes.extracting(droppingFirst: position).extracting(first: EventStreamPrelude.length)
        return EventStreamPrelude.firstOffset(in: bytes, limits: limits) != nil
    }

    private mutating func beginGap(_ error: any Error) {
        openGap = (offset, error)
        searchStart = 1
    }

    /// Searches for the next valid prelude.
    ///
    /// - Returns: False if more bytes are needed.
    private mutating func search(_ isEnd: Bool, _ onGap: (Gap) throws -> Void) throws -> Bool {
        guard let (start, error) = openGap else { return true }
        while let found = EventStreamPrelude.firstOffset(in: buffer.bytes, from: searchStart, limits: limits) {
            guard isAffordable(messageAt: found) else {
                searchStart = found + 1
                continue
            }
            consume(found)
            openGap = nil
            try onGap(Gap(range: start..<offset, error: error))
            return true
        }
        if isEnd {
            consume(buffer.count)
            openGap = nil
            try onGap(Gap(range: start..<offset, error: error))
            return true
        }
        // A prelude may begin in the last bytes.
        let kept = min(max(buffer.count - searchStart, 0), EventStreamPrelude.length - 1)
        searchStart = max(searchStart - (buffer.count - kept), 0)
        consume(buffer.count - kept)
        return false
    }

    /// Whether the message whose prelude is at `position` may be checked.
    private func isAffordable(messageAt position: Int) -> Bool {
        let bytes = buffer.bytes.extracting(droppingFirst: position)
        guard let length = (try? EventStreamPrelude.parse(bytes, limits: limits))?.totalLength else { return false }
        let end = offset + UInt64(position) + UInt64(length)
        return rejectedCount + UInt64(length) <= end.multipliedReportingOverflow(by: Self.rejectionFactor).partialValue
    }

    private mutating func consume(_ count: Int) {
        buffer.consume(count)
        offset += UInt64(count)
    }
}

extension Error {
    /// Whether the error is one of the stream's bytes, and not one of the output or of the command.
    var isInStream: Bool { self is EventStreamError || self is SigV4Error || self is DuplicateHeaderError }
}
