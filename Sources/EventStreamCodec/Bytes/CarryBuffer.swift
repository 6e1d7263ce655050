/// What an earlier input left behind: the beginning of something that was not whole when the input ended.
///
/// The storage is kept and reused, grows with the bytes that really arrived (never with a length they declare), and
/// forgets its consumed front in time proportional to what is appended.
struct CarryBuffer: Sendable {
    private var storage = ContiguousArray<UInt8>()
    private var consumed = 0

    /// The number of bytes carried.
    var count: Int { storage.count &- consumed }

    /// Whether nothing is carried.
    var isEmpty: Bool { storage.count == consumed }

    /// The bytes carried, to be read while the buffer is not changed.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // A span of bytes has no padding, so that viewing it as raw bytes is safe.
            unsafe storage.span.bytes.extracting(droppingFirst: consumed)
        }
    }

    /// Appends all of `bytes`.
    mutating func append(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe storage.append(contentsOf: bytes)
        }
    }

    /// Takes from the front of `input` what is missing to `count` bytes, as far as there is any.
    ///
    /// - Returns: The number of bytes taken.
    mutating func fill(from input: RawSpan, to count: Int) -> Int {
        let taken = Swift.min(Swift.max(count &- self.count, 0), input.byteCount)
        if taken > 0 { append(input.extracting(0..<taken)) }
        return taken
    }

    /// Forgets the first `count` bytes.
    mutating func consume(_ count: Int) {
        consumed &+= count
        if consumed == storage.count {
            storage.removeAll(keepingCapacity: true)
            consumed = 0
        } else if consumed > storage.count / 2 {
            storage.removeSubrange(0..<consumed)
            consumed = 0
        }
    }

    /// Forgets everything, and keeps the memory for what comes.
    mutating func removeAll() {
        storage.removeAll(keepingCapacity: true)
        consumed = 0
    }
}
