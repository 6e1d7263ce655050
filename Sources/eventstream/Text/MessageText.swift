import ArgumentParser
import EventStreamCodec
import TextCoding

/// Prints messages for people: a heading, a table of headers, the payload as text or as a hex dump.
struct MessageText {
    let style: Style
    private var number = 0

    /// The number of bytes of a binary payload that are shown.
    private static let shownBytes = 256

    init(style: Style) {
        self.style = style
    }

    /// Appends `message`, with `payload` as its payload.
    mutating func append(
        _ message: EventStreamMessageView, payload: RawSpan, _ signed: SignedNote?, to output: inout [UInt8]
    ) {
        number += 1
        append(heading: "message \(number): \(message.summary)", message, signed, to: &output)

        var rows: [(name: String, type: String, value: String)] = []
        var headers = message.headers.makeIterator()
        while let header = headers.next() {
            rows.append((SafeText.singleLine(String(header.name)), header.type.name, header.value.text))
        }
        let nameWidth = rows.map(\.name.count).max() ?? 0
        let typeWidth = rows.map(\.type.count).max() ?? 0
        for row in rows {
            let name = style.name(row.name) + pad(row.name, to: nameWidth)
            let type = style.faint(row.type) + pad(row.type, to: typeWidth)
            output.append(line: "  \(name)  \(type)  \(row.value)")
        }

        if let text = EventStreamStringView(validating: payload) {
            let text = String(text)
            // Indented, so a payload cannot look like the next message.
            let lines =
                text.isEmpty ? [] : SafeText.multiLine(text).split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines { output.append(line: line.isEmpty ? "" : "  " + line) }
        } else {
            append(dumpOf: payload, to: &output)
        }
        output.append(line: "")
    }

    /// Appends the end of a signed stream.
    mutating func append(
        endOfSignedStream end: EventStreamMessageView, _ signed: SignedNote, to output: inout [UInt8]
    ) {
        append(heading: "end of the signed stream", end, signed, to: &output)
        output.append(line: "")
    }

    private func append(
        heading: String, _ message: EventStreamMessageView, _ signed: SignedNote?, to output: inout [UInt8]
    ) {
        let place = "byte \(message.offset), \(message.prelude.totalLength) bytes"
        output.append(line: style.heading(SafeText.singleLine(heading)) + style.faint(" (\(place))"))
        guard let signed else { return }
        let date = "signed at \(SigV4Date(milliseconds: signed.date))"
        output.append(line: "  " + style.faint("\(date), signature \(signed.signature)"))
    }

    private func append(dumpOf payload: RawSpan, to output: inout [UInt8]) {
        let shown = payload.extracting(first: Self.shownBytes)
        for start in stride(from: 0, to: shown.byteCount, by: HexDump.bytesPerRow) {
            let row = shown.extracting(droppingFirst: start).extracting(first: HexDump.bytesPerRow)
            let place = style.faint(HexDump.offset(UInt64(start)))
            output.append(line: "  \(place)  \(HexDump.paddedBytes(row))  \(HexDump.characters(row))")
        }
        if shown.byteCount < payload.byteCount {
            output.append(line: style.faint("  … \(payload.byteCount - shown.byteCount) more bytes"))
        }
    }

    private func pad(_ text: String, to width: Int) -> String {
        String(repeating: " ", count: width - text.count)
    }
}

extension [UInt8] {
    /// Appends a line of text and its line feed.
    mutating func append(line: String) {
        append(contentsOf: line.utf8)
        append(UInt8(ascii: "\n"))
    }
}

extension EventStreamMessageView {
    /// A short description that names what is missing: `event TYPE`, `error without :error-code: TEXT`.
    var summary: String {
        guard let type = messageType else { return "message " + absence(of: EventStreamHeaderName.messageType) }
        if type == "event" { return summary("event", EventStreamHeaderName.eventType) }
        if type == "exception" { return summary("exception", EventStreamHeaderName.exceptionType) }
        guard type == "error" else { return "unknown message type \(String(type))" }
        let error = summary("error", EventStreamHeaderName.errorCode)
        guard let text = headers.string(named: EventStreamHeaderName.errorMessage) else { return error }
        return "\(error): \(String(text))"
    }

    private func summary(_ kind: String, _ header: String) -> String {
        guard let name = headers.string(named: header) else { return "\(kind) \(absence(of: header))" }
        return "\(kind) \(String(name))"
    }

    private func absence(of header: String) -> String {
        headers[header] == nil ? "without \(header)" : "whose \(header) is not a string"
    }
}

extension EventStreamHeaderValueView {
    /// The value for people, on one line.
    var text: String {
        switch self {
        case .boolean(let value): "\(value)"
        case .byte(let value): "\(value)"
        case .short(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .long(let value): "\(value)"
        case .byteArray(let bytes): bytes.isEmpty ? "(no bytes)" : HexDump.bytes(bytes)
        case .string(let string): SafeText.singleLine(String(string))
        case .timestamp(let milliseconds):
            "\(milliseconds)"
                + (CivilTime.text(millisecondsSinceEpoch: milliseconds).map { " (\($0))" } ?? "")
        case .uuid(let uuid): "\(uuid)"
        }
    }
}

/// A point in time as a date in UTC, in the proleptic Gregorian calendar of ISO 8601.
enum CivilTime {
    /// Returns the time `milliseconds` after 1970-01-01T00:00:00Z, as in `1970-01-01T00:00:00.000Z`; nil outside the years 0
    /// to 9999, which ISO 8601 writes in four digits.
    static func text(millisecondsSinceEpoch milliseconds: Int64) -> String? {
        guard (-62_167_219_200_000..<253_402_300_800_000).contains(milliseconds) else { return nil }
        let (day, rest) = floorDivide(milliseconds, by: 86_400_000)
        let millisecond = Int(rest)
        let (year, month, dayOfMonth) = date(ofDay: Int(day))
        let second = millisecond / 1_000
        return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(dayOfMonth, 2) + "T" + digits(second / 3_600, 2)
            + ":" + digits(second / 60 % 60, 2) + ":" + digits(second % 60, 2) + "." + digits(millisecond % 1_000, 3)
            + "Z"
    }

    /// Returns the date of a day counted from 1970-01-01.
    ///
    /// Years begin in March, so the extra day of leap years is the last one. 400 years always have 146,097 days.
    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private static func floorDivide<T: SignedInteger>(_ value: T, by divisor: T) -> (quotient: T, remainder: T) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(width - text.utf8.count, 0)) + text
    }
}

/// When to use color.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    /// The style for standard output.
    var style: Style {
        switch self {
        case .always: Style(isColored: true)
        case .never: Style(isColored: false)
        // NO_COLOR: https://no-color.org. The terminal type "dumb" has no escape sequences.
        case .auto:
            Style(
                isColored: standardOutputIsTerminal && environmentVariable("NO_COLOR") == nil
                    && environmentVariable("TERM") != "dumb")
        }
    }
}

/// Wraps text in the escape sequences of a terminal, or leaves it plain.
struct Style {
    var isColored: Bool

    func heading(_ text: String) -> String { wrap(text, "1;36") }
    func name(_ text: String) -> String { wrap(text, "33") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func right(_ text: String) -> String { wrap(text, "32") }
    func wrong(_ text: String) -> String { wrap(text, "1;31") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColored && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
