/// Counts the names in a block while it is parsed, and detects when all of them certainly differ.
///
/// A Bloom filter of 64 bits with one bit for each name, which depends on its length and its last bytes. The few headers of
/// real messages hardly ever share a bit. If two do, ``HeaderNameUniqueness`` compares the names.
struct HeaderNameSummary {
    private var filter: UInt64 = 0

    /// The number of names so far.
    private(set) var count = 0

    /// The bits that more than one name has set.
    private var shared: UInt64 = 0

    /// Whether two of the names so far may be equal.
    var mayRepeat: Bool { shared != 0 }

    mutating func add(_ name: RawSpan) {
        let bit: UInt64 = 1 &<< (Self.fingerprint(of: name) &>> 58)
        shared |= filter & bit
        filter |= bit
        count &+= 1
    }

    /// Returns a number that differs for most names that differ. It depends on the length and the last eight bytes.
    static func fingerprint(of name: RawSpan) -> UInt64 {
        let length = name.byteCount
        var mixed = UInt64(length)
        if let last = name.integer(UInt64.self, ifAt: length &- 8) {
            mixed ^= UInt64(littleEndian: last)
        } else {
            for position in 0..<length {
                mixed = mixed &<< 8 | UInt64(name.byte(at: position))
            }
        }
        // The top bits of the product depend on all bits of the factor (Fibonacci hashing).
        return mixed &* 0x9e37_79b9_7f4a_7c15
    }
}

/// Finds header names that occur twice in a block.
///
/// Few headers are compared pairwise. Many are sorted by name, in place, so that any block takes at most n · log n
/// comparisons, even if its names were chosen to collide.
enum HeaderNameUniqueness {
    /// Up to this number of headers, comparing pairwise is faster.
    private static let pairwiseCount = 16

    /// Returns the first header of a checked block whose name occurs earlier, and the position of the earlier header.
    ///
    /// - Parameter count: The number of headers in the block.
    static func firstDuplicate(in block: RawSpan, count: Int) -> (original: Int, position: Int)? {
        count <= pairwiseCount ? firstDuplicateByPairs(in: block) : firstDuplicateBySorting(block, count: count)
    }

    private static func name(at position: Int, in block: RawSpan) -> Range<Int> {
        HeaderLayout(validated: block, at: position).nameRange
    }

    private static func firstDuplicateByPairs(in block: RawSpan) -> (original: Int, position: Int)? {
        var position = 0
        while position < block.byteCount {
            let layout = HeaderLayout(validated: block, at: position)
            let name = layout.name(in: block)
            var earlier = 0
            while earlier < position {
                let candidate = HeaderLayout(validated: block, at: earlier)
                if candidate.name(in: block).elementsEqual(name) { return (earlier, position) }
                earlier = candidate.end
            }
            position = layout.end
        }
        return nil
    }

    private static func firstDuplicateBySorting(_ block: RawSpan, count: Int) -> (original: Int, position: Int)? {
        withTemporaryWords(count: count) { entries in
            var position = 0
            for index in 0..<count {
                let layout = HeaderLayout(validated: block, at: position)
                let fingerprint = HeaderNameSummary.fingerprint(of: layout.name(in: block))
                // A block is shorter than 4 GiB, so a position fits into 32 bits.
                entries[index] = (fingerprint &>> 32) &<< 32 | UInt64(position)
                position = layout.end
            }
            sort(&entries, block)

            // Equal names are now adjacent, in wire order.
            var first: (original: Int, position: Int)?
            for index in 1..<count {
                let (left, right) = (entries[index - 1], entries[index])
                guard compareNames(left, right, block) == 0 else { continue }
                let position = Self.position(right)
                if position < first?.position ?? .max { first = (Self.position(left), position) }
            }
            return first
        }
    }

    private static func position(_ entry: UInt64) -> Int { Int(entry & 0xffff_ffff) }

    /// Compares two entries by fingerprint, then by name.
    ///
    /// - Returns: A number below, equal to or above zero.
    @inline(never)
    private static func compareNames(_ left: UInt64, _ right: UInt64, _ block: RawSpan) -> Int {
        let (leftPrint, rightPrint) = (left &>> 32, right &>> 32)
        if leftPrint != rightPrint { return leftPrint < rightPrint ? -1 : 1 }
        let leftName = block.extracting(name(at: position(left), in: block))
        return leftName.compare(block.extracting(name(at: position(right), in: block)))
    }

    /// Returns whether one entry orders before another: by name, and for equal names by position.
    private static func precedes(_ left: UInt64, _ right: UInt64, _ block: RawSpan) -> Bool {
        let order = compareNames(left, right, block)
        return order == 0 ? left < right : order < 0
    }

    /// Heapsort: in place, without recursion, n · log n in the worst case. So few blocks need it that its functions are small rather
    /// than fast.
    private static func sort(_ entries: inout MutableSpan<UInt64>, _ block: RawSpan) {
        let count = entries.count
        for start in stride(from: count / 2 - 1, through: 0, by: -1) { sink(start, below: count, &entries, block) }
        for end in stride(from: count - 1, to: 0, by: -1) {
            entries.swapAt(0, end)
            sink(0, below: end, &entries, block)
        }
    }

    /// Restores the heap below `start`, whose entry may be smaller than its children.
    @inline(never)
    private static func sink(
        _ start: Int, below end: Int, _ entries: inout MutableSpan<UInt64>, _ block: RawSpan
    ) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < end else { return }
            if child + 1 < end, precedes(entries[child], entries[child + 1], block) { child += 1 }
            guard precedes(entries[parent], entries[child], block) else { return }
            entries.swapAt(parent, child)
            parent = child
        }
    }
}
