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

    /// Whether a field is valid.
    enum Verdict {
        case plain
        case right
        case wrong(String)
    }

    /// Prints a line that is not a field.
    mutating func heading(_ text: String) throws {
        let line = style.heading(SafeText.singleLine(text))
        try output.print { $0.append(line: line) }
    }

    /// Prints a field in one or more rows. A field without a meaning shows its characters instead.
    mutating func field(_ bytes: [UInt8], _ name: String, _ meaning: String? = nil, _ verdict: Verdict = .plain) throws
    {
        let note =
            switch verdict {
            case .plain: meaning
            case .right: (meaning ?? "") + " " + style.right("right")
            case .wrong(let expected): (meaning.map { $0 + " " } ?? "") + style.wrong("WRONG: expected \(expected)")
            }
        try bytes.withRows(of: HexDump.bytesPerRow) { row, isFirst in
            let name = isFirst ? name : ""
            let paddedName = style.name(name) + String(repeating: " ", count: max(Self.nameWidth - name.count, 0))
            let text = note.map { isFirst ? $0 : "" } ?? HexDump.characters(row)
            var line = "\(style.faint(HexDump.offset(offset)))  \(HexDump.paddedBytes(row))  \(paddedName)"
            if !text.isEmpty { line += "  " + text }
            while line.last == " " { line.removeLast() }
            offset += UInt64(row.byteCount)
            try output.print { $0.append(line: line) }
        }
    }

    /// Reads the next bytes of `input`. Before it waits, it flushes the output.
    mutating func read(_ count: Int, from input: inout PulledInput) throws -> [UInt8] {
        try input.read(count, flushing: &output)
    }

    mutating func flush() throws {
        try output.flush()
    }
}

extension [UInt8] {
    /// Calls `body` with the bytes in rows of `count`, or with one empty row if there are none.
    fileprivate func withRows(of count: Int, _ body: (RawSpan, _ isFirst: Bool) throws -> Void) throws {
        try withBytes { all in
            var start = 0
            repeat {
                try body(all.extracting(droppingFirst: start).extracting(first: count), start == 0)
                start += count
            } while start < all.byteCount
        }
    }
}

/// The fields of one header.
struct HeaderFields {
    private var nameLength: [UInt8]
    private var name: [UInt8]
    private var type: [UInt8]
    private var valueLength: [UInt8]
    private var value: [UInt8]
    private var nameText: String
    private var typeText: String
    private var valueText: String
    private var isByteArray = false

    /// The length of the whole header.
    let byteCount: Int

    init(_ header: EventStreamHeaderView) {
        let bytes = [UInt8](header.encoded)
        byteCount = bytes.count
        let typeOffset = 1 + header.name.utf8.byteCount
        let valueOffset = bytes.count - header.encodedValue.byteCount
        nameLength = Array(bytes[..<1])
        name = Array(bytes[1..<typeOffset])
        type = Array(bytes[typeOffset...typeOffset])
        valueLength = Array(bytes[(typeOffset + 1)..<valueOffset])
        value = Array(bytes[valueOffset...])
        nameText = SafeText.singleLine(String(header.name))
        typeText = "\(header.type.rawValue), \(header.type.name)"
        valueText = header.value.text
        if case .boolean(let value) = header.value { typeText += " \(value)" }
        if case .byteArray = header.value { isByteArray = true }
    }

    /// Prints the fields that are complete.
    func print(to printer: inout FieldPrinter) throws {
        try printer.field(nameLength, "header name length", "\(name.count)")
        if !name.isEmpty { try printer.field(name, "header name", nameText) }
        try printer.field(type, "header value type", typeText)
        if !valueLength.isEmpty {
            try printer.field(
                valueLength, "header value length", "\(value.count)",
                isWrongSignature ? .wrong("\(SigV4Digest.length), or SigV4A's DER encoding") : .plain)
        }
        guard !value.isEmpty else { return }
        // A value that fits into one row is shown beside it. For a longer one, each row shows its own characters.
        try printer.field(value, "header value", value.count <= HexDump.bytesPerRow ? valueText : nil)
    }

    /// Whether the header is a signature that is neither one of SigV4, 32 bytes, nor looks like one of SigV4A: a DER sequence
    /// of two numbers of at most 33 bytes, which has 68 to 72 bytes except for one in 2¹⁶.
    private var isWrongSignature: Bool {
        guard isByteArray, name.elementsEqual(EventStreamHeaderName.chunkSignature.utf8) else { return false }
        let isDER = (68...72).contains(value.count) && value[0] == 0x30 && Int(value[1]) == value.count - 2
        return value.count != SigV4Digest.length && !isDER
    }
}

/// The parts of a row of a hex dump.
enum HexDump {
    static let bytesPerRow = 16

    /// The width of ``bytes(_:)`` for a full row.
    static let bytesWidth = bytesPerRow * 3 - 1

    /// Returns an offset with at least eight hexadecimal digits.
    static func offset(_ offset: UInt64) -> String {
        Hexadecimal.text(offset, minimumDigitCount: 8)
    }

    /// Returns the bytes of a row, two digits each, separated by spaces.
    static func bytes(_ row: RawSpan) -> String {
        var text: [UInt8] = []
        for byte in [UInt8](row) {
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            text.append(Hexadecimal.digit(UInt64(byte >> 4)))
            text.append(Hexadecimal.digit(UInt64(byte)))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the bytes of a row, padded with spaces to the width of a full row.
    static func paddedBytes(_ row: RawSpan) -> String {
        let text = bytes(row)
        return text + String(repeating: " ", count: max(bytesWidth - text.utf8.count, 0))
    }

    /// Returns the bytes of a row as ASCII, with a dot for each byte that is not printable.
    static func characters(_ row: RawSpan) -> String {
        let printable = [UInt8](row).map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: ".") }
        return String(decoding: printable, as: UTF8.self)
    }
}
