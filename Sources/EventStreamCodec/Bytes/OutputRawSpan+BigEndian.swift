extension OutputRawSpan {
    /// Appends an integer, most significant byte first; there must be room for it.
    @inline(__always)
    mutating func append<T: FixedWidthInteger & BitwiseCopyable>(bigEndian value: T) {
        // Every byte of an integer is initialized, and the append checks the capacity.
        unsafe append(value.bigEndian, as: T.self)
    }

    /// Appends all of `bytes`; there must be room for them.
    mutating func append(contentsOf bytes: RawSpan) {
        unsafe withUnsafeMutableBytes { memory, initializedCount in
            unsafe bytes.copy(to: memory, at: initializedCount)
            initializedCount &+= bytes.byteCount
        }
    }

    /// Appends all of `bytes`; there must be room for them.
    mutating func append(bytes: [UInt8]) {
        bytes.withBytes { append(contentsOf: $0) }
    }

    /// Appends the UTF-8 of `string`; there must be room for it.
    mutating func append(utf8 string: String) {
        string.withUTF8Bytes { append(contentsOf: $0) }
    }
}
