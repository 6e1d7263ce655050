import EventStreamCodec
import TextCoding

/// Prints fields as rows of offset, bytes, name and meaning.
struct FieldPrinter: ~Copyable {
    private var output = OutputFile()
    private let style: Style

    /// The offset of the next field in the stream.
    private(set) var offset: UInt64 = 0

    private static let nameWidth = 19

    init(style: Style) {
        self.style = style
    }

    /// What a field means.
    enum Meaning {
        /// Nothing is known: each row shows its characters.
        case characters
        case number(Int)
        case checksum(UInt32)
        case type(EventStreamHeaderValue.WireType)
        case text
    }

    /// Whether a field is valid.
    enum Verdict {
        case plain
        case right
        case wrong(String)
    }

    /// Prints a line that is not a field.
    ///
    /// - Parameter text: Appends the line, which needs no escaping.
    mutating func heading(_ text: (inout TextBuffer) -> Void) throws {
        let style = style
        try output.write { output in
            style.open(.heading, &output)
            text(&output)
            style.close(&output)
            output.append("\n")
        }
    }

    /// Prints a field in one or more rows.
    ///
    /// - Parameter text: Appends the meaning, if that is a text.
    mutating func field(
        _ bytes: RawSpan, _ name: StaticString, _ meaning: Meaning = .characters, _ verdict: Verdict = .plain,
        text: (inout TextBuffer) -> Void = { _ in }
    ) throws {
        let style = style
        var start = 0
        repeat {
            let row = bytes.extracting(droppingFirst: start).extracting(first: HexDump.bytesPerRow)
            let offset = offset
            let isFirst = start == 0
            try output.write { output in
                let line = output.count
                style.open(.faint, &output)
                HexDump.append(offset: offset, to: &output)
                style.close(&output)
                output.append("  ")
                HexDump.append(paddedBytes: row, to: &output)
                output.append("  ")
                Self.append(name: isFirst ? name : "", style, to: &output)
                output.append("  ")
                if isFirst {
                    Self.append(meaning, of: row, verdict, style, to: &output, text)
                } else if case (.characters, .plain) = (meaning, verdict) {
                    HexDump.append(charactersOf: row, to: &output)
                }
                output.removeTrailing(UInt8(ascii: " "), after: line)
                output.append("\n")
            }
            self.offset += UInt64(row.byteCount)
            start += HexDump.bytesPerRow
        } while start < bytes.byteCount
    }

    private static func append(name: StaticString, _ style: Style, to output: inout TextBuffer) {
        if name.utf8CodeUnitCount > 0 {
            style.open(.name, &output)
            output.append(name)
            style.close(&output)
        }
        output.append(UInt8(ascii: " "), repeatCount: nameWidth - name.utf8CodeUnitCount)
    }

    private static func append(
        _ meaning: Meaning, of row: RawSpan, _ verdict: Verdict, _ style: Style, to output: inout TextBuffer,
        _ text: (inout TextBuffer) -> Void
    ) {
        switch meaning {
        case .characters:
            if case .plain = verdict { HexDump.append(charactersOf: row, to: &output) }
        case .number(let number): output.append(decimal: number)
        case .checksum(let checksum): output.append(hexadecimal: checksum)
        case .type(let type):
            output.append(decimal: type.rawValue)
            output.append(", ")
            output.append(type.name)
            if type == .booleanTrue { output.append(" true") }
            if type == .booleanFalse { output.append(" false") }
        case .text: text(&output)
        }
        if case .plain = verdict { return }
        if case .characters = meaning {} else { output.append(" ") }
        if case .wrong(let expected) = verdict {
            style.open(.wrong, &output)
            output.append("WRONG: expected ")
            output.append(expected)
        } else {
            style.open(.right, &output)
            output.append("right")
        }
        style.close(&output)
    }

    /// Appends the next bytes of `input` to `bytes`. Before it waits, it flushes the output.
    mutating func read(_ count: Int, from input: inout PulledInput, to bytes: inout [UInt8]) throws {
        try input.read(count, to: &bytes, flushing: &output)
    }

    mutating func flush() throws {
        try output.flush()
    }
}

/// Fields of a header.
extension FieldPrinter {
    /// Prints the fields of a header that is complete.
    mutating func fields(of header: EventStreamHeaderView) throws {
        let bytes = header.encoded
        let name = header.name.utf8
        let value = header.encodedValue
        let typeOffset = 1 + name.byteCount
        try field(bytes.extracting(first: 1), "header name length", .number(name.byteCount))
        if !name.isEmpty {
            try field(name, "header name", .text) { $0.append(safe: name, keepsLines: false) }
        }
        try field(
            bytes.extracting(droppingFirst: typeOffset).extracting(first: 1), "header value type", .type(header.type))
        let length = bytes.extracting((typeOffset + 1)..<(bytes.byteCount - value.byteCount))
        if !length.isEmpty {
            try field(
                length, "header value length", .number(value.byteCount),
                header.isWrongSignature ? .wrong("\(SigV4Digest.length), or SigV4A's DER encoding") : .plain)
        }
        guard !value.isEmpty else { return }
        // A value that fits into one row is shown beside it. For a longer one, each row shows its own characters.
        if value.byteCount <= HexDump.bytesPerRow {
            let value = header.value
            try field(header.encodedValue, "header value", .text) { $0.append(textOf: value) }
        } else {
            try field(value, "header value")
        }
    }
}

extension EventStreamHeaderView {
    /// Whether the header is a signature that is neither one of SigV4, 32 bytes, nor looks like one of SigV4A: a DER sequence
    /// of two numbers of at most 33 bytes, which has 68 to 72 bytes except for one in 2¹⁶.
    fileprivate var isWrongSignature: Bool {
        guard name == EventStreamHeaderName.chunkSignature, case .byteArray(let value) = value else { return false }
        let isDER =
            (68...72).contains(value.byteCount) && value.byte(at: 0) == 0x30
            && Int(value.byte(at: 1)) == value.byteCount - 2
        return value.byteCount != SigV4Digest.length && !isDER
    }
}

/// The parts of a row of a hex dump.
enum HexDump {
    static let bytesPerRow = 16

    /// The width of the bytes of a full row: two digits each, separated by spaces.
    private static let bytesWidth = bytesPerRow * 3 - 1

    /// Appends an offset with at least eight hexadecimal digits.
    static func append(offset: UInt64, to output: inout TextBuffer) {
        for index in (8..<16).reversed() where offset >> UInt64(4 * index) != 0 {
            output.append(Hexadecimal.digit(offset >> UInt64(4 * index)))
        }
        output.append(hexadecimal: UInt32(truncatingIfNeeded: offset))
    }

    /// Appends the bytes of a row, two digits each, padded with spaces to the width of a full row.
    static func append(paddedBytes row: RawSpan, to output: inout TextBuffer) {
        let end = output.count + bytesWidth
        output.append(hexadecimal: row, separator: UInt8(ascii: " "))
        output.append(UInt8(ascii: " "), repeatCount: end - output.count)
    }

    /// Appends the bytes of a row as ASCII, with a dot for each byte that is not printable.
    static func append(charactersOf row: RawSpan, to output: inout TextBuffer) {
        for position in row.byteOffsets {
            let byte = row.byte(at: position)
            output.append((0x20...0x7e).contains(byte) ? byte : UInt8(ascii: "."))
        }
    }
}
