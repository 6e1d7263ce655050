import ArgumentParser
import EventStreamCodec
import TextCoding

/// Prints messages for people: a heading, a table of headers, the payload as text or as a hex dump.
struct MessageText {
    let style: Style
    private var number: UInt64 = 0

    /// The number of bytes of a binary payload that are shown.
    private static let shownBytes = 256

    init(style: Style) {
        self.style = style
    }

    /// Appends `message`.
    ///
    /// - Parameters:
    ///   - payload: The payload to print, which may differ from the message's own.
    ///   - headers: The headers, formatted by ``append(tableOf:to:)``, and whether the payload is CBOR.
    ///   - signed: What the message was signed with, if it was in a signed message.
    ///   - time: When the message was complete, in microseconds, if it is printed.
    mutating func append(
        _ message: EventStreamMessageView, payload: RawSpan, _ headers: borrowing HeaderMemory, _ signed: SignedNote?,
        time: UInt64?, to output: inout TextBuffer
    ) {
        number += 1
        style.open(.heading, &output)
        output.append("message ")
        output.append(decimal: number)
        output.append(": ")
        if case .event(let type) = message.kind {
            output.append("event ")
            output.append(safe: type.utf8, keepsLines: false)
        } else {
            message.summary.withUTF8Bytes { output.append(safe: $0, keepsLines: false) }
        }
        style.close(&output)
        append(placeOf: message, signed, time: time, to: &output)
        headers.append(to: &output)
        if !headers.isCBOR, EventStreamStringView(validating: payload) != nil {
            append(lines: payload, to: &output)
        } else {
            append(dumpOf: payload, to: &output)
        }
        output.append("\n")
    }

    /// Appends the end of a signed stream.
    func append(
        endOfSignedStream end: EventStreamMessageView, _ signed: SignedNote, time: UInt64?, to output: inout TextBuffer
    ) {
        style.open(.heading, &output)
        output.append("end of the signed stream")
        style.close(&output)
        append(placeOf: end, signed, time: time, to: &output)
        output.append("\n")
    }

    /// Appends the headers, one in a line, in columns.
    func append(tableOf headers: EventStreamHeadersView, to output: inout TextBuffer) {
        var (nameWidth, typeWidth) = (0, 0)
        var iterator = headers.makeIterator()
        while let header = iterator.next() {
            nameWidth = max(nameWidth, header.name.width)
            typeWidth = max(typeWidth, header.type.name.utf8CodeUnitCount)
        }
        iterator = headers.makeIterator()
        while let header = iterator.next() {
            output.append("  ")
            style.open(.name, &output)
            output.append(safe: header.name.utf8, keepsLines: false)
            style.close(&output)
            output.append(UInt8(ascii: " "), repeatCount: nameWidth - header.name.width + 2)
            style.open(.faint, &output)
            output.append(header.type.name)
            style.close(&output)
            output.append(UInt8(ascii: " "), repeatCount: typeWidth - header.type.name.utf8CodeUnitCount + 2)
            output.append(textOf: header.value)
            output.append("\n")
        }
    }

    private func append(
        placeOf message: EventStreamMessageView, _ signed: SignedNote?, time: UInt64?, to output: inout TextBuffer
    ) {
        style.open(.faint, &output)
        output.append(" (byte ")
        output.append(decimal: message.offset)
        output.append(", ")
        output.append(decimal: message.prelude.totalLength)
        output.append(" bytes")
        if let time {
            output.append(", ")
            output.append(milliseconds: time)
            output.append(" ms")
        }
        output.append(")")
        style.close(&output)
        output.append("\n")
        guard let signed else { return }
        output.append("  ")
        style.open(.faint, &output)
        output.append("signed at \(SigV4Date(milliseconds: signed.date)), signature \(signed.signature)")
        style.close(&output)
        output.append("\n")
    }

    /// Appends the lines of a text, indented, so that a payload cannot look like the next message.
    private func append(lines text: RawSpan, to output: inout TextBuffer) {
        guard !text.isEmpty else { return }
        var rest = text
        while true {
            let end = rest.firstOffset(of: 0x0a)
            if end > 0 {
                output.append("  ")
                output.append(safe: rest.extracting(first: end), keepsLines: true)
            }
            output.append("\n")
            guard end < rest.byteCount else { return }
            rest = rest.extracting(droppingFirst: end + 1)
        }
    }

    private func append(dumpOf payload: RawSpan, to output: inout TextBuffer) {
        let shown = payload.extracting(first: Self.shownBytes)
        for start in stride(from: 0, to: shown.byteCount, by: HexDump.bytesPerRow) {
            let row = shown.extracting(droppingFirst: start).extracting(first: HexDump.bytesPerRow)
            output.append("  ")
            style.open(.faint, &output)
            output.append(hexadecimal: UInt32(start))
            style.close(&output)
            output.append("  ")
            HexDump.append(paddedBytes: row, to: &output)
            output.append("  ")
            HexDump.append(charactersOf: row, to: &output)
            output.append("\n")
        }
        guard shown.byteCount < payload.byteCount else { return }
        style.open(.faint, &output)
        output.append("  … ")
        output.append(decimal: payload.byteCount - shown.byteCount)
        output.append(" more bytes")
        style.close(&output)
        output.append("\n")
    }
}

extension EventStreamStringView {
    /// The number of columns of the escaped text on a terminal.
    fileprivate var width: Int {
        utf8.isPrintableASCII ? utf8.byteCount : SafeText.singleLine(String(self)).count
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

    /// ``summary`` without the text of an error.
    var kindAndName: String {
        messageType == "error" ? summary("error", EventStreamHeaderName.errorCode) : summary
    }

    private func summary(_ kind: String, _ header: String) -> String {
        guard let name = headers.string(named: header) else { return "\(kind) \(absence(of: header))" }
        return "\(kind) \(String(name))"
    }

    private func absence(of header: String) -> String {
        headers[header] == nil ? "without \(header)" : "whose \(header) is not a string"
    }
}

extension TextBuffer {
    /// Appends a header's value for people, on one line.
    mutating func append(textOf value: EventStreamHeaderValueView) {
        switch value {
        case .boolean(true): append("true")
        case .boolean(false): append("false")
        case .byte(let value): append(decimal: value)
        case .short(let value): append(decimal: value)
        case .integer(let value): append(decimal: value)
        case .long(let value): append(decimal: value)
        case .byteArray(let bytes):
            if bytes.isEmpty { append("(no bytes)") } else { append(hexadecimal: bytes, separator: UInt8(ascii: " ")) }
        case .string(let string): append(safe: string.utf8, keepsLines: false)
        case .timestamp(let milliseconds):
            append(decimal: milliseconds)
            guard let date = CivilTime.text(millisecondsSinceEpoch: milliseconds) else { return }
            append(" (")
            append(date)
            append(")")
        case .uuid(let uuid): append(uuid: uuid)
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

/// Puts the escape sequences of a terminal around text, or leaves it plain.
struct Style {
    var isColored: Bool

    enum Role {
        case heading, name, faint, right, wrong
    }

    /// Begins text of this role.
    func open(_ role: Role, _ output: inout TextBuffer) {
        guard isColored else { return }
        switch role {
        case .heading: output.append("\u{1b}[1;36m")
        case .name: output.append("\u{1b}[33m")
        case .faint: output.append("\u{1b}[2m")
        case .right: output.append("\u{1b}[32m")
        case .wrong: output.append("\u{1b}[1;31m")
        }
    }

    /// Ends the text.
    func close(_ output: inout TextBuffer) {
        if isColored { output.append("\u{1b}[0m") }
    }
}
