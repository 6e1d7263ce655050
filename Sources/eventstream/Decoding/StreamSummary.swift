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
        let kind: String
        var messages: UInt64 = 0
        var payloadBytes: UInt64 = 0
    }

    /// What was counted of each kind, in the order in which the kinds arrived first.
    private var counts: [Count] = []

    /// The positions of the kinds in ``counts``.
    private var positions: [String: Int] = [:]

    /// The header block of the message before, and the position of its kind. Most messages of a stream have the same headers as
    /// the message before them. Empty if nothing is remembered.
    private var headers: [UInt8] = []
    private var position = 0

    private var firstMessage: MonotonicTime?
    private var lastMessage: MonotonicTime?
    private var longestGap: UInt64 = 0

    /// The most kinds that are counted one by one, so that the memory is constant.
    private static let mostKinds = 1_000

    /// A longer header block is not remembered, because it would cost more to compare.
    private static let longestBlock = 1_024

    /// Records a message.
    mutating func record(_ message: EventStreamMessageView, at time: MonotonicTime) {
        if headers.isEmpty || !headers.rawSpan.elementsEqual(message.headers.encoded) { updatePosition(for: message) }
        counts[position].messages += 1
        counts[position].payloadBytes += UInt64(message.payload.byteCount)
        if let lastMessage { longestGap = max(longestGap, time.microseconds(since: lastMessage)) }
        firstMessage = firstMessage ?? time
        lastMessage = time
    }

    /// Looks up the kind of a message, or begins to count it.
    private mutating func updatePosition(for message: EventStreamMessageView) {
        let encoded = message.headers.encoded
        headers.removeAll(keepingCapacity: true)
        if encoded.byteCount <= Self.longestBlock { headers.append(contentsOf: encoded) }
        var kind = SafeText.singleLine(message.kindAndName, atMost: 300)
        if positions[kind] == nil, counts.count >= Self.mostKinds { kind = "other kinds" }
        position = positions[kind] ?? counts.count
        guard position == counts.count else { return }
        positions[kind] = position
        counts.append(Count(kind: kind))
    }

    /// Returns the lines of the summary.
    func text(_ times: ArrivalTimes) -> TextBuffer {
        var text = TextBuffer()
        for count in counts {
            text.append(count.kind)
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
