/// A field of the trailer section, lent and validated.
public struct ChunkedTrailerView: ~Escapable, BitwiseCopyable {
    /// The name, a token; to be compared without regard to case.
    public let name: RawSpan

    /// The value without the whitespace around it. It has no control characters but tabs, and need not be UTF-8.
    public let value: RawSpan

    /// The field on a validated line, whose name has `nameLength` bytes.
    @_lifetime(copy line)
    init(validated line: RawSpan, nameLength: Int) {
        name = line.extracting(0..<nameLength)
        value = line.extracting(line.trimmed((nameLength &+ 1)..<line.byteCount))
    }

    /// Whether the field has this name, an ASCII string, without regard to case.
    public func isNamed(_ name: String) -> Bool {
        guard name.utf8.count == self.name.byteCount else { return false }
        return name.utf8.enumerated().allSatisfy { position, byte in
            HTTPByte.lowercased(byte) == HTTPByte.lowercased(self.name.byte(at: position))
        }
    }
}
