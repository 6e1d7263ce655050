import EventStreamCodec
import TextCoding

/// When the bytes of a stream arrived.
struct ArrivalTimes {
    /// When the command began to wait for the stream.
    private let start: MonotonicTime

    /// When the first byte arrived.
    private(set) var first: MonotonicTime?

    /// The pieces whose messages may not have been read: the position of each end, and when it arrived.
    private var pieces: [(end: UInt64, time: MonotonicTime)] = []
    private var nextPiece = 0
    private var byteCount: UInt64 = 0

    /// The number of pieces from which on every second one is dropped, so that the memory is constant.
    private static let mostPieces = 8_192

    init(start: MonotonicTime) {
        self.start = start
    }

    /// Records that `byteCount` more bytes have arrived.
    mutating func record(_ byteCount: Int) {
        guard byteCount > 0 else { return }
        let now = MonotonicTime.now
        if first == nil { first = now }
        self.byteCount += UInt64(byteCount)
        pieces.removeSubrange(0..<nextPiece)
        nextPiece = 0
        if pieces.count >= Self.mostPieces {
            pieces = pieces.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        }
        pieces.append((self.byteCount, now))
    }

    /// Returns when the byte before `end` arrived. Positions must not decrease from call to call.
    mutating func time(ofByteBefore end: UInt64) -> MonotonicTime {
        while nextPiece < pieces.count - 1, pieces[nextPiece].end < end { nextPiece += 1 }
        return pieces.isEmpty ? start : pieces[nextPiece].time
    }

    /// Returns the microseconds from the first byte to `time`.
    func sinceFirstByte(_ time: MonotonicTime) -> UInt64 { time.microseconds(since: first ?? start) }

    /// Returns the microseconds from the start to `time`.
    func sinceStart(_ time: MonotonicTime) -> UInt64 { time.microseconds(since: start) }
}

/// What kinds of messages a stream carried, and when they arrived, for `--summary`.
struct StreamSummary {
    private struct Count {
        var messages: UInt64 = 0
        var payloadBytes: UInt64 = 0
    }

    private var counts: [String: Count] = [:]

    /// The kinds in the order in which they arrived first.
    private var kinds: [String] = []
    private var firstMessage: MonotonicTime?
    private var lastMessage: MonotonicTime?
    private var longestGap: UInt64 = 0

    /// The most kinds that are counted one by one, so that the memory is constant.
    private static let mostKinds = 1_000

    /// Records a message.
    mutating func record(_ message: EventStreamMessageView, at time: MonotonicTime) {
        var kind = SafeText.singleLine(message.kindAndName, atMost: 300)
        if counts[kind] == nil {
            if kinds.count == Self.mostKinds { kind = "other kinds" }
            if counts[kind] == nil { kinds.append(kind) }
        }
        counts[kind, default: Count()].messages += 1
        counts[kind, default: Count()].payloadBytes += UInt64(message.payload.byteCount)
        if let lastMessage { longestGap = max(longestGap, time.microseconds(since: lastMessage)) }
        firstMessage = firstMessage ?? time
        lastMessage = time
    }

    /// Returns the lines of the summary.
    func text(_ times: ArrivalTimes) -> TextBuffer {
        var text = TextBuffer()
        for kind in kinds {
            guard let count = counts[kind] else { continue }
            text.append(kind)
            text.append(": ")
            text.append(grouped: count.messages)
            text.append(count.messages == 1 ? " message, " : " messages, ")
            text.append(grouped: count.payloadBytes)
            text.append(count.payloadBytes == 1 ? " payload byte\n" : " payload bytes\n")
        }
        guard let firstByte = times.first else {
            text.append("no bytes\n")
            return text
        }
        text.append("first byte ")
        text.append(milliseconds: times.sinceStart(firstByte))
        guard let firstMessage, let lastMessage else {
            text.append(" ms, no messages\n")
            return text
        }
        text.append(" ms, first message ")
        text.append(milliseconds: times.sinceStart(firstMessage))
        text.append(" ms, longest gap ")
        text.append(milliseconds: longestGap)
        text.append(" ms, last message ")
        text.append(milliseconds: times.sinceStart(lastMessage))
        text.append(" ms\n")
        return text
    }
}
