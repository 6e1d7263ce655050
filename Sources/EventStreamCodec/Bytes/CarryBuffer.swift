/// The bytes that earlier inputs left: the beginning of something that was incomplete when an input ended.
///
/// The storage is reused. It grows with the bytes that have arrived, never with a declared length. Removing the consumed front takes
/// time proportional to the bytes appended.
package struct CarryBuffer: Sendable {
    /// Valid bytes are `consumed..<end`.
    private var storage = ContiguousArray<UInt8>()
    private var consumed = 0
    private var end = 0

    /// The most storage that was in use since the last call of ``releaseUnneededMemory()``, and between the two calls before it.
    private var peak = 0
    private var previousPeak = 0

    /// Whether the last call of ``releaseUnneededMemory()`` kept the storage.
    private var isKept = false

    /// The number of bytes carried.
    package var count: Int { end &- consumed }

    /// Whether no bytes are carried.
    package var isEmpty: Bool { end == consumed }

    /// The bytes carried, borrowed from the buffer.
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // Bytes have no padding, so viewing them as raw memory is safe.
            unsafe storage.span.bytes.extracting(consumed..<end)
        }
    }

    /// Creates an empty buffer.
    package init() {}

    /// Appends all of `bytes`.
    package mutating func append(_ bytes: RawSpan) {
        guard !bytes.isEmpty else { return }
        let start = end
        end += bytes.byteCount
        peak = Swift.max(peak, end)
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

    /// Appends bytes from the front of `input` until `count` bytes are carried or the input ends.
    ///
    /// - Returns: The number of bytes taken.
    package mutating func fill(from input: RawSpan, to count: Int) -> Int {
        let taken = Swift.min(Swift.max(count &- self.count, 0), input.byteCount)
        append(input.extracting(0..<taken))
        return taken
    }

    /// Removes the first `count` bytes.
    package mutating func consume(_ count: Int) {
        consumed &+= count
        if consumed == end {
            removeAll()
        } else if consumed > end / 2 {
            unsafe storage.withUnsafeMutableBytes { memory in
                // INVARIANT: consumed < end <= memory.count. The bytes left are fewer than those before them.
                unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[consumed..<end]))
            }
            end &-= consumed
            consumed = 0
        }
    }

    /// Releases the storage of an empty buffer that is not needed regularly.
    ///
    /// It is kept if the buffer had to hold a fourth of it or more both this time and the last time. Then it is released if it had to
    /// hold less both times. So a peer that sends one large message, or none for a while, occupies no memory. One that continues to
    /// send messages of which nearly all straddle inputs does not cause an allocation for each of them.
    mutating func releaseUnneededMemory() {
        guard !storage.isEmpty else { return }
        let needed = isKept ? Swift.max(peak, previousPeak) : Swift.min(peak, previousPeak)
        (previousPeak, peak) = (peak, 0)
        isKept = storage.count / 4 <= needed && needed > 0
        if !isKept { storage = ContiguousArray() }
    }

    /// Removes all bytes and keeps the memory.
    package mutating func removeAll() {
        consumed = 0
        end = 0
    }
}

// MARK: Carried bytes and an input

/// The bytes that a decoder reads during one call: those carried from earlier inputs, then this input.
struct CarriedInput: ~Escapable {
    private let carried: RawSpan
    private let input: RawSpan

    /// How far the two parts have been read.
    private(set) var read = Read()

    /// The number of bytes read from each part.
    struct Read {
        fileprivate(set) var carried = 0
        fileprivate(set) var input = 0

        /// The unread rest of `input`.
        @_lifetime(copy input)
        func rest(of input: RawSpan) -> RawSpan { input.extracting(droppingFirst: self.input) }
    }

    @_lifetime(copy carried, copy input)
    init(carried: RawSpan, input: RawSpan, from start: Int) {
        self.carried = carried
        self.input = input
        read.input = start
    }

    /// The unread bytes of the part that is being read.
    var rest: RawSpan {
        @_lifetime(copy self)
        @inline(__always)
        get {
            read.carried < carried.byteCount
                ? carried.extracting(droppingFirst: read.carried) : read.rest(of: input)
        }
    }

    /// Moves on by `count` bytes, at most as many as ``rest`` has.
    mutating func advance(by count: Int) {
        if read.carried < carried.byteCount {
            read.carried &+= count
        } else {
            read.input &+= count
        }
    }
}
