extension OutputRawSpan {
    /// Appends an integer, most significant byte first; there must be room for it.
    @inline(__always)
    mutating func append<T: FixedWidthInteger & BitwiseCopyable>(bigEndian value: T) {
        // Every byte of an integer is initialized, and the append checks the capacity.
        unsafe append(value.bigEndian, as: T.self)
    }

    /// Appends all of `bytes`; there must be room for them.
    mutating func append(contentsOf bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { source in
            unsafe append(contentsOf: source)
        }
    }

    /// Appends all of `bytes`; there must be room for them.
    mutating func append(bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { source in
            unsafe append(contentsOf: source)
        }
    }

    /// Appends the UTF-8 of `string`; there must be room for it.
    mutating func append(utf8 string: String) {
        var string = string
        string.withUTF8 { source in
            unsafe append(contentsOf: UnsafeRawBufferPointer(source))
        }
    }

    private mutating func append(contentsOf source: UnsafeRawBufferPointer) {
        precondition(source.count <= freeCapacity, "the output span is too short")
        unsafe withUnsafeMutableBytes { destination, initializedCount in
            // INVARIANT: initializedCount + source.count <= destination.count, checked above.
            unsafe UnsafeMutableRawBufferPointer(rebasing: destination[initializedCount...]).copyMemory(from: source)
            initializedCount &+= source.count
        }
    }
}
