import EventStreamCodec
import TextCoding

/// Selects, times, judges and prints the messages of a stream.
struct MessagePrinter: ~Copyable {
    private let format: DecodeOptions.Format
    private let limits: EventStreamLimits
    private let types: [String]
    private let printsTime: Bool
    private let failsForExceptions: Bool
    private let expectedLastType: String?
    private let unwrapsBytes: Bool
    private let unwrapsSigned: Bool

    /// The stream's name, for messages on standard error.
    private let name: String

    /// When the bytes of the stream arrived.
    var times: ArrivalTimes

    /// The kinds of messages so far; nil without `--summary`.
    private(set) var summary: StreamSummary?

    /// Whether an exception or error message arrived that determines the exit status.
    private(set) var sawFailure = false

    /// Whether an event of server-sent events has reported an error, after which nothing is printed.
    private(set) var hasEnded = false

    /// The last message in a few words, and whether it is what `--expect-last` asks for.
    private(set) var last = "no message"
    private(set) var lastIsExpected = false

    private var headers: HeaderMemory
    private var text = MessageText(style: ColorMode.auto.style)

    /// Whether every message is printed, and neither counted, timed nor compared with an expected one.
    private let onlyPrints: Bool

    /// What is done with header names that occur twice. They are found here, where their name is known.
    static let policy = EventStreamPolicy(duplicateHeaderNames: .accept)

    init(_ options: DecodeOptions, name: String, start: MonotonicTime) {
        // Copied, because reading an option goes through its property wrapper.
        format = options.chosenFormat
        limits = options.limits
        types = options.types
        printsTime = options.printsTime
        failsForExceptions = options.failsForExceptions
        expectedLastType = options.expectedLastType
        unwrapsBytes = options.unwrapBytes
        unwrapsSigned = options.unwrapSigned
        self.name = name
        times = ArrivalTimes(start: start)
        summary = options.printsSummary ? StreamSummary() : nil
        headers = HeaderMemory(allowsDuplicates: options.allowDuplicateHeaders)
        onlyPrints = types.isEmpty && !printsTime && summary == nil && expectedLastType == nil
    }

    /// Prints a message of the stream, or the message in it if it is a signed one that is to be replaced.
    ///
    /// - Throws: ``DuplicateHeaderError`` or `SigV4Error` before anything was done with the message.
    mutating func print(_ message: EventStreamMessageView, to output: inout OutputFile) throws {
        guard unwrapsSigned, message.headers.areThoseOfSignedMessage else {
            return try print(message, signed: nil, end: message.end, to: &output)
        }
        let signed = try EventStreamSignedMessage(message)
        let note = SignedNote(signed)
        if let inner = try signed.message(limits: limits, policy: Self.policy) {
            try print(inner, signed: note, end: message.end, to: &output)
        } else {
            try print(endOfSignedStream: message, note, to: &output)
        }
    }

    /// Prints a message.
    ///
    /// - Parameter end: The position in the stream at which the message was complete.
    private mutating func print(
        _ message: EventStreamMessageView, signed: SignedNote?, end: UInt64, to output: inout OutputFile
    ) throws {
        let (format, text) = (format, text)
        try headers.update(for: message.headers) { headers, output in
            switch format {
            case .json: output.append(jsonHeaders: headers)
            case .text: text.append(tableOf: headers, to: &output)
            case .payload, .sse: break
            }
        }
        var time: UInt64?
        if !onlyPrints {
            time = record(message, end: end)
            guard isSelected(message) else { return try report(message, isSelected: false, to: &output) }
        }
        let ignoresOtherMembers = format == .payload
        guard unwrapsBytes,
            let bytes = WrappedBytes.unwrap(message.payload, ignoresOtherMembers: ignoresOtherMembers)
        else {
            return try print(message, payload: message.payload, signed, time, to: &output)
        }
        try bytes.withBytes { try print(message, payload: $0, signed, time, to: &output) }
    }

    private mutating func print(
        _ message: EventStreamMessageView, payload: RawSpan, _ signed: SignedNote?, _ time: UInt64?,
        to output: inout OutputFile
    ) throws {
        switch format {
        case .json: try output.write { $0.append(lineFor: message, payload: payload, headers, signed, time: time) }
        case .text: try output.write { text.append(message, payload: payload, headers, signed, time: time, to: &$0) }
        case .payload:
            if case .event = message.kind { return try output.append(payload) }
        case .sse:
            if !hasEnded, !message.isFailure {
                try output.write { text in
                    text.append(eventOf: message.eventType, payload: payload, isBinary: headers.isCBOR)
                }
                try output.flush()
            }
        }
        if format == .payload || failsForExceptions || format == .sse {
            try report(message, isSelected: true, to: &output)
        }
    }

    /// Prints the end of a signed stream, which has no message in it.
    private mutating func print(
        endOfSignedStream end: EventStreamMessageView, _ signed: SignedNote, to output: inout OutputFile
    ) throws {
        guard types.isEmpty else { return }
        var time: UInt64?
        if printsTime { time = times.sinceFirstByte(times.time(ofByteBefore: end.end)) }
        switch format {
        case .json: try output.write { $0.append(lineForEnd: end, signed, time: time) }
        case .text: try output.write { text.append(endOfSignedStream: end, signed, time: time, to: &$0) }
        case .payload, .sse: break
        }
    }
}

// MARK: Selecting and judging

extension MessagePrinter {
    /// Records a message for the summary and the exit status.
    ///
    /// - Returns: The time to print, in microseconds.
    private mutating func record(_ message: EventStreamMessageView, end: UInt64) -> UInt64? {
        if let expected = expectedLastType {
            last = message.kindAndName
            lastIsExpected = false
            if case .event(let type) = message.kind { lastIsExpected = type == expected }
        }
        guard printsTime || summary != nil else { return nil }
        let time = times.time(ofByteBefore: end)
        summary?.record(message, at: time)
        return printsTime ? times.sinceFirstByte(time) : nil
    }

    private func isSelected(_ message: EventStreamMessageView) -> Bool {
        if types.isEmpty { return true }
        for header in [
            EventStreamHeaderName.eventType, EventStreamHeaderName.exceptionType, EventStreamHeaderName.errorCode,
        ] {
            guard let name = message.headers.string(named: header) else { continue }
            for type in types where name == type { return true }
        }
        return false
    }

    /// Reports an exception or error message if it determines the exit status, and any other message that the format cannot
    /// print.
    private mutating func report(
        _ message: EventStreamMessageView, isSelected: Bool, to output: inout OutputFile
    ) throws {
        guard message.isFailure else {
            guard format == .payload, isSelected else { return }
            // Keeps the order if both outputs are one terminal.
            try output.flush()
            return CommandFailure.report("\(name): byte \(message.offset): found \(message.notPrinted)")
        }
        guard format == .payload || format == .sse || failsForExceptions else { return }
        sawFailure = true
        if format == .sse { try end(with: StreamFailure(message, payload: message.payload), to: &output) }
        try output.flush()
        let details = String(decoding: [UInt8](message.payload), as: UTF8.self)
        let found = message.summary + (details.isEmpty ? "" : ": " + details)
        CommandFailure.report("\(name): byte \(message.offset): found \(found), expected an event")
    }

    /// Ends server-sent events with an error, if they have not ended yet. Other formats print nothing.
    mutating func end(with failure: StreamFailure, to output: inout OutputFile) throws {
        guard format == .sse, !hasEnded else { return }
        hasEnded = true
        try output.write { $0.append(errorEvent: failure) }
    }
}

extension EventStreamMessageView {
    /// The line on standard error about a message whose payload is not printed.
    var notPrinted: String { (summary.hasPrefix("message") ? "a " : "an ") + summary + ", not printed" }

    /// Whether the message ends the stream with an exception or error.
    fileprivate var isFailure: Bool { messageType == "exception" || messageType == "error" }

    /// The position of the end of the message in the stream.
    fileprivate var end: UInt64 { offset + UInt64(prelude.totalLength) }
}

/// A payload of the form `{"bytes":"<base64>"}`, as in Bedrock's chunks, which are padded with a second key, `p`.
enum WrappedBytes {
    /// Returns the bytes in a payload of this form, or nil for any other payload.
    ///
    /// - Parameter ignoresOtherMembers: Whether the object may have members other than `bytes` and `p`, which are then dropped.
    static func unwrap(_ payload: RawSpan, ignoresOtherMembers: Bool) -> [UInt8]? {
        guard payload.byteCount > 0 else { return nil }
        do throws(JSONError) {
            var reader = try JSONReader(payload)
            var bytes: [UInt8]?
            guard try reader.kind() == .object else { return nil }
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if key == "bytes" {
                    guard try reader.kind() == .string else { return nil }
                    bytes = try reader.string().withBytes { Base64.decode($0) }
                    if bytes == nil { return nil }
                } else if key == "p" || ignoresOtherMembers {
                    try reader.skipValue()
                } else {
                    return nil
                }
            }
            try reader.end()
            return bytes
        } catch {
            return nil
        }
    }
}
