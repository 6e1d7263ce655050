extension StaticString {
    /// Whether this lower-case ASCII string has `byte`, of either case, at `position`.
    func hasLetter(_ byte: UInt8, at position: Int) -> Bool {
        guard position < utf8CodeUnitCount else { return false }
        // INVARIANT: position < utf8CodeUnitCount, the bytes behind utf8Start.
        let letter = unsafe utf8Start[position]
        return byte == letter || (0x61...0x7a).contains(letter) && byte == letter ^ 0x20
    }
}
