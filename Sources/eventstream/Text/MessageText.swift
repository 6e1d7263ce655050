import EventStreamCodec
import TextCoding

/// Messages for eyes: a heading, the headers as a table, the payload as text or as a hex dump.
struct MessageText {
    let style: Style
    private var number = 0

    /// How much of a payload that is not text is shown.
    private static let shownBytes = 256

    init(style: Style) {
        self.style = style
    }

    /// Appends `message`; `payload` is what to show as its payload.
    mutating func append(_ message: EventStreamMessageView, payload: RawSpan, to output: inout [UInt8]) {
        number += 1
        let heading = SafeText.singleLine("message \(number): \(message.summary)")
        let place = "byte \(message.offset), \(message.prelude.totalLength) bytes"
        output.append(line: style.heading(heading) + style.faint(" (\(place))"))

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
            // Indented, so that no payload can look like the next message.
            let lines =
                text.isEmpty ? [] : SafeText.multiLine(text).split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines { output.append(line: line.isEmpty ? "" : "  " + line) }
        } else {
            append(dumpOf: payload, to: &output)
        }
        output.append(line: "")
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
