/// What an earlier input left behind: the beginning of something that was not whole when the input ended.
///
/// The storage is kept and reused, grows with the bytes that really arrived (never with a length they declare), and
/// forgets its consumed front in time proportional to what is appended.
struct CarryBuffer: Sendable {
    /// Carried are the bytes of `consumed..<end`; those after them are of no account.
    private var storage = ContiguousArray<UInt8>()
    private var consumed = 0
    private var end = 0

    /// The number of bytes carried.
    var count: Int { end &- consumed }

    /// Whether nothing is carried.
    var isEmpty: Bool { end == consumed }

    /// The bytes carried, to be read while the buffer is not changed.
    var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // A span of bytes has no padding, so that viewing it as raw bytes is safe.
            unsafe storage.span.bytes.extracting(consumed..<end)
        }
    }

    /// Appends all of `bytes`.
    mutating func append(_ bytes: RawSpan) {
        guard !bytes.isEmpty else { return }
        let start = end
        end += bytes.byteCount
        if end > storage.count { grow() }
        unsafe storage.withUnsafeMutableBytes { memory in
            // INVARIANT: start + bytes.byteCount == end <= memory.count.
            unsafe bytes.copy(to: memory, at: start)
        }
    }

    /// Makes the storage at least twice as large, and as large as `end`.
    private mutating func grow() {
        let (twice, overflow) = storage.count.multipliedReportingOverflow(by: 2)
        let count = overflow ? end : Swift.max(end, twice)
        storage = unsafe ContiguousArray(unsafeUninitializedCapacity: count) { memory, initializedCount in
            // INVARIANT: storage.count < count, the number of bytes of `memory`; all of them are initialized.
            unsafe memory.initialize(repeating: 0)
            unsafe storage.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(memory).copyMemory(from: $0) }
            initializedCount = count
        }
    }

    /// Takes from the front of `input` what is missing to `count` bytes, as far as there is any.
    ///
    /// - Returns: The number of bytes taken.
    mutating func fill(from input: RawSpan, to count: Int) -> Int {
        let taken = Swift.min(Swift.max(count &- self.count, 0), input.byteCount)
        append(input.extracting(0..<taken))
        return taken
    }

    /// Forgets the first `count` bytes.
    mutating func consume(_ count: Int) {
        consumed &+= count
        if consumed == end {
            removeAll()
        } else if consumed > end / 2 {
            unsafe storage.withUnsafeMutableBytes { memory in
                // INVARIANT: consumed < end <= memory.count; the rest is shorter than what is before it.
                unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[consumed..<end]))
            }
            end &-= consumed
            consumed = 0
        }
    }

    /// Forgets everything, and keeps the memory for what comes.
    mutating func removeAll() {
        consumed = 0
        end = 0
    }
}
