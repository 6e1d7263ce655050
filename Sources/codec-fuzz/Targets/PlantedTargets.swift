extension FuzzTarget {
    /// Targets that fail on purpose, to show that whoever runs targets notices and keeps the input; no part of ``all``.
    static let planted = [plantedFailure, plantedTrap, plantedOverflow]

    /// A check that does not hold, found by chance.
    private static let plantedFailure = FuzzTarget(
        name: "planted-failure", about: "fails on an input with an asterisk", shape: .bytes
    ) { input throws(FuzzFailure) in
        try require(!input.contains(UInt8(ascii: "*")), "planted")
    }

    /// A trap, found by chance.
    private static let plantedTrap = FuzzTarget(
        name: "planted-trap", about: "traps on an input with an asterisk", shape: .bytes
    ) { input throws(FuzzFailure) in
        precondition(!input.contains(UInt8(ascii: "*")), "planted")
    }

    /// A byte read from beyond memory, once in 2³² inputs: only guidance by coverage gets there, and only a sanitizer sees it.
    private static let plantedOverflow = FuzzTarget(
        name: "planted-overflow", about: "reads beyond memory on an input that begins with OVER", shape: .bytes
    ) { input throws(FuzzFailure) in
        let word = Array("OVER".utf8)
        var matched = 0
        while matched < word.count, matched < input.count, input[matched] == word[matched] { matched += 1 }
        guard matched == word.count else { return }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: matched, alignment: 1)
        defer { unsafe memory.deallocate() }
        unsafe memory.copyBytes(from: word)
        let beyond = unsafe UnsafeRawBufferPointer(start: memory.baseAddress, count: matched + 1)
        throw unsafe FuzzFailure("planted, and no sanitizer stopped it: \(Array(beyond))")
    }
}
