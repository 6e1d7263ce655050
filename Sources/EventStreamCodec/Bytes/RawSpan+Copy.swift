extension RawSpan {
    /// Copies all bytes into `memory` from `offset` on; they must fit there, and not overlap.
    @inline(__always)
    func copy(to memory: UnsafeMutableRawBufferPointer, at offset: Int) {
        precondition(offset >= 0 && byteCount <= memory.count &- offset, "there is no room for the bytes")
        unsafe withUnsafeBytes { bytes in
            // INVARIANT: offset + bytes.count <= memory.count.
            guard let source = bytes.baseAddress, let destination = memory.baseAddress else { return }
            if bytes.count <= Self.stretch {
                unsafe (destination + offset).copyMemory(from: source, byteCount: bytes.count)
            } else {
                unsafe Self.copyInStretches(source, to: destination + offset, count: bytes.count)
            }
        }
    }

    /// Below the 2 KiB from which C libraries leave a copy to one instruction of the processor.
    private static var stretch: Int { 1984 }

    /// Copies stretch by stretch.
    ///
    /// A long copy is left to `rep movsb`, which on some processors has a third of the pace when source and destination
    /// are not aligned, as the parts of messages seldom are. Copies of shorter stretches keep to vector registers.
    @inline(never)
    private static func copyInStretches(
        _ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer, count: Int
    ) {
        var position = 0
        while position < count {
            let length = Swift.min(count &- position, stretch)
            unsafe (destination + position).copyMemory(from: source + position, byteCount: length)
            position &+= length
        }
    }
}
