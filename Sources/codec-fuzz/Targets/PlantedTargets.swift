extension FuzzTarget {
    /// Targets that fail on purpose, to test that a failure is reported and its input kept. They are not part of ``all``.
    static let planted = [plantedFailure, plantedTrap, plantedOverflow]

    /// A check that fails for some random inputs.
    private static let plantedFailure = FuzzTarget(
        name: "planted-failure", about: "fails on an input with an asterisk", shape: .bytes
    ) { input throws(FuzzFailure) in
        try require(!input.contains(UInt8(ascii: "*")), "planted")
    }

    /// A trap for some random inputs.
    private static let plantedTrap = FuzzTarget(
        name: "planted-trap", about: "traps on an input with an asterisk", shape: .bytes
    ) { input throws(FuzzFailure) in
        precondition(!input.contains(UInt8(ascii: "*")), "planted")
    }

    /// A read out of bounds for one of 2³² inputs. Only coverage guidance finds the input, and only a sanitizer detects it.
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
