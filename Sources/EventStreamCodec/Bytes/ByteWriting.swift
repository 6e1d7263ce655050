extension OutputRawSpan {
    /// Appends an integer, the most significant byte first. There must be room for it.
    @_alwaysEmitIntoClient
    @inline(__always)
    package mutating func append<T: FixedWidthInteger & BitwiseCopyable>(bigEndian value: T) {
        // Every byte of an integer is initialized, and the append checks the capacity.
        unsafe append(value.bigEndian, as: T.self)
    }

    /// Appends all of `bytes`. There must be room for them.
    package mutating func append(contentsOf bytes: RawSpan) {
        unsafe withUnsafeMutableBytes { memory, initializedCount in
            unsafe bytes.copy(to: memory, at: initializedCount)
            initializedCount &+= bytes.byteCount
        }
    }

    /// Appends the UTF-8 of `string`. There must be room for it.
    package mutating func append(utf8 string: String) {
        string.withUTF8Bytes { append(contentsOf: $0) }
    }
}

extension OutputRawSpan {
    /// Appends the lowest `count` bytes of `word`, the lowest first; before them CRLF if `afterLineEnd`.
    ///
    /// There must be room for ten bytes even if fewer are appended, because whole words are stored.
    @_alwaysEmitIntoClient
    @inline(__always)
    package mutating func append(line word: UInt64, count: Int, afterLineEnd: Bool) {
        precondition(freeCapacity >= 10 && count >= 0 && count <= 8, "the output span is too short")
        unsafe withUnsafeMutableBytes { bytes, initializedCount in
            // INVARIANT: initializedCount + 10 <= bytes.count. CRLF takes two bytes, the word eight.
            unsafe bytes.storeBytes(of: UInt16(bigEndian: 0x0d0a), toByteOffset: initializedCount, as: UInt16.self)
            initializedCount &+= afterLineEnd ? 2 : 0
            unsafe bytes.storeBytes(of: word.littleEndian, toByteOffset: initializedCount, as: UInt64.self)
            initializedCount &+= count
        }
    }
}

// MARK: Arrays and buffers

extension ContiguousArray where Element == UInt8 {
    /// Replaces the bytes from `offset` on with all of `bytes`, which must fit there.
    mutating func replaceBytes(at offset: Int, with bytes: RawSpan) {
        unsafe withUnsafeMutableBytes { memory in unsafe bytes.copy(to: memory, at: offset) }
    }

    /// Returns whether the bytes from `offset` on begin with all of `bytes`, at least sixteen. They are compared sixteen at a time.
    @inline(__always)
    func hasBytes(_ bytes: RawSpan, at offset: Int) -> Bool {
        let length = bytes.byteCount
        precondition(offset >= 0 && length >= 16 && length <= count &- offset, "the bytes lie outside of the array")
        return unsafe withUnsafeBytes { memory in
            unsafe bytes.withUnsafeBytes { bytes in
                guard let left = memory.baseAddress, let right = bytes.baseAddress else { return false }
                // INVARIANT: 0 <= position <= length - 16, and offset + length <= count. The last sixteen bytes may overlap those
                // before them.
                @inline(__always) func word(_ base: UnsafeRawPointer, _ position: Int) -> UInt64 {
                    unsafe base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                }
                @inline(__always) func differs(at position: Int) -> Bool {
                    let first = unsafe word(left, offset &+ position) ^ word(right, position)
                    let second = unsafe word(left, offset &+ position &+ 8) ^ word(right, position &+ 8)
                    return first | second != 0
                }
                var position = 0
                while position < length &- 16 {
                    if differs(at: position) { return false }
                    position &+= 16
                }
                return !differs(at: length &- 16)
            }
        }
    }
}

extension Array where Element == UInt8 {
    /// Calls `body` with the array's bytes, borrowed.
    package func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe withUnsafeBufferPointer { bytes throws(E) in
            // The span does not leave the closure.
            try unsafe body(RawSpan(_unsafeElements: bytes))
        }
    }

    /// Appends `count` bytes that `body` must write, all of them. If it throws, nothing is appended.
    ///
    /// - Returns: The value that `body` returns.
    package mutating func append<R, E: Error>(
        count: Int, writing body: (inout OutputRawSpan) throws(E) -> R
    ) throws(E) -> R {
        let start = self.count
        append(contentsOf: repeatElement(0, count: count))
        do throws(E) {
            return try unsafe withUnsafeMutableBufferPointer { bytes throws(E) in
                let free = unsafe UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(bytes)[start...])
                var output = unsafe OutputRawSpan(buffer: free, initializedCount: 0)
                let result = try body(&output)
                let written = unsafe output.finalize(for: free)
                precondition(written == count, "the number of bytes written differs from the number announced")
                return result
            }
        } catch {
            removeSubrange(start...)
            throw error
        }
    }
}

extension OutputRawSpan {
    /// Calls `body` with an output span over `buffer`.
    ///
    /// - Returns: The number of bytes that `body` wrote.
    @_alwaysEmitIntoClient
    package static func write<E: Error>(
        into buffer: UnsafeMutableRawBufferPointer, _ body: (inout OutputRawSpan) throws(E) -> Void
    ) throws(E) -> Int {
        var output = unsafe OutputRawSpan(buffer: buffer, initializedCount: 0)
        try body(&output)
        // The span owns no memory, so ending it without `finalize(for:)` leaks nothing.
        return output.byteCount
    }
}

// MARK: Copying and moving

extension RawSpan {
    /// Copies all bytes to `offset` in `memory`. They must fit there and must not overlap.
    @inline(__always)
    func copy(to memory: UnsafeMutableRawBufferPointer, at offset: Int) {
        precondition(offset >= 0 && byteCount <= memory.count &- offset, "there is no room for the bytes")
        unsafe withUnsafeBytes { bytes in
            // INVARIANT: offset + bytes.count <= memory.count.
            guard let source = bytes.baseAddress, let destination = memory.baseAddress else { return }
            if bytes.count <= Self.pieceLength {
                unsafe (destination + offset).copyMemory(from: source, byteCount: bytes.count)
            } else {
                unsafe Self.copyInPieces(source, to: destination + offset, count: bytes.count)
            }
        }
    }

    /// 31 cache lines: less than the 2 KiB from which glibc on x86-64 may copy with the single instruction `rep movsb`.
    private static var pieceLength: Int { 1984 }

    /// Copies in pieces.
    ///
    /// On some processors `rep movsb` is three times slower if source and destination are not aligned, and the parts of
    /// messages seldom are. Copies of shorter pieces use vector registers.
    @inline(never)
    private static func copyInPieces(
        _ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int
    ) {
        var position = 0
        while position < count {
            let length = Swift.min(count &- position, pieceLength)
            unsafe (destination + position).copyMemory(from: source + position, byteCount: length)
            position &+= length
        }
    }
}

extension MutableRawSpan {
    /// Moves the bytes of `range`, which must lie in the span, to the lower position `offset`. The ranges may overlap.
    package mutating func moveBytes(_ range: Range<Int>, to offset: Int) {
        guard range.lowerBound != offset else { return }
        precondition(offset < range.lowerBound && range.upperBound <= byteCount, "bytes move to the front")
        unsafe withUnsafeMutableBytes { bytes in
            // INVARIANT: offset + range.count < range.upperBound <= byteCount, checked above.
            unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<(offset + range.count)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }
}

// MARK: Scratch memory

/// Calls `body` with four KiB of zeros on the stack.
///
/// The standard library's temporary allocations above one KiB are on the heap, and an inline array needs macOS 26. The memory is a
/// tuple, because a type with so many fields would have several kB of code to copy it.
@usableFromInline
package func withStackMemory<R>(_ body: (UnsafeMutableRawBufferPointer) -> R) -> R {
    let part = SIMD64<UInt64>()
    var memory = (part, part, part, part, part, part, part, part)
    return unsafe withUnsafeMutableBytes(of: &memory) { unsafe body($0) }
}

/// Calls `body` with `count` zeroed 64-bit words: on the stack up to 1 KiB, otherwise on the heap.
func withTemporaryWords<R>(count: Int, _ body: (inout MutableSpan<UInt64>) -> R) -> R {
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { memory in
        unsafe memory.initialize(repeating: 0)
        // The span does not leave the closure.
        var words = unsafe MutableSpan(_unsafeElements: memory)
        return body(&words)
    }
}
