/// The head of an HTTP/1.1 response: status and fields (RFC 9112 §4 and §5).
struct ResponseHead {
    let status: Int
    private var fields: [(name: String, value: String)] = []

    /// The most bytes that a head may have.
    static let limit = 65_536

    /// Reads a head, the empty line at its end included; nil when it is none.
    init?(_ bytes: ArraySlice<UInt8>) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]),
            status >= 100
        else { return nil }
        self.status = status
        for line in lines.dropFirst() where !line.isEmpty {
            guard let colon = line.firstIndex(of: ":"), !line.hasPrefix(" "), !line.hasPrefix("\t") else { return nil }
            let value = line[line.index(after: colon)...]
            let isBlank = { (character: Character) in character == " " || character == "\t" }
            let trimmed = value.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            fields.append((line[..<colon].lowercased(), String(trimmed)))
        }
    }

    /// The value of a field; those of several fields of the name joined by commas. Nil when there is none.
    func value(_ name: String) -> String? {
        let values = fields.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }

    /// How the body's end is recognized (RFC 9112 §6.3); nil when the fields contradict themselves.
    var framing: BodyFraming? {
        if let coding = value("transfer-encoding") { return coding.lowercased() == "chunked" ? .chunked : nil }
        guard let length = value("content-length") else { return .untilClose }
        guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(length).map { .length($0) }
    }

    /// How a body's end is recognized.
    enum BodyFraming {
        case chunked
        case length(Int)
        case untilClose
    }
}
