import EventStreamCodec
import TextCoding

/// Prints fields as rows of offset, bytes, name and meaning.
struct FieldPrinter: ~Copyable {
    private var output = OutputFile()
    private let style: Style

    /// Where the next field begins in the stream.
    private(set) var offset: UInt64 = 0

    private static let nameWidth = 19

    init(style: Style) {
        self.style = style
    }

    /// What a field turned out to be.
    enum Verdict {
        case plain
        case right
        case wrong(String)
    }

    /// A line that is no field.
    mutating func heading(_ text: String) throws {
        let line = style.heading(SafeText.singleLine(text))
        try output.print { $0.append(line: line) }
    }

    /// A field of `bytes`, in as many rows as it takes. A field without a meaning shows its characters instead.
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

    /// Reads the next bytes of `input`, writing what has been printed when that means waiting.
    mutating func read(_ count: Int, from input: inout PulledInput) throws -> [UInt8] {
        try input.read(count, flushing: &output)
    }

    mutating func flush() throws {
        try output.flush()
    }
}

extension [UInt8] {
    /// Lends the bytes in rows of `count`, an empty one when there are none.
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
