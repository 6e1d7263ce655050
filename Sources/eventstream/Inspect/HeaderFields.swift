import EventStreamCodec
import TextCoding

/// The fields of one header, cut apart.
struct HeaderFields {
    private var nameLength: [UInt8]
    private var name: [UInt8]
    private var type: [UInt8]
    private var valueLength: [UInt8]
    private var value: [UInt8]
    private var nameText: String
    private var typeText: String
    private var valueText: String

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
    }

    /// Prints the fields that are there.
    func print(to printer: inout FieldPrinter) throws {
        try printer.field(nameLength, "header name length", "\(name.count)")
        if !name.isEmpty { try printer.field(name, "header name", nameText) }
        try printer.field(type, "header value type", typeText)
        if !valueLength.isEmpty { try printer.field(valueLength, "header value length", "\(value.count)") }
        guard !value.isEmpty else { return }
        // What fits into a row stands beside it; of more, each row shows its own characters.
        try printer.field(value, "header value", value.count <= HexDump.bytesPerRow ? valueText : nil)
    }
}
