extension [UInt8] {
    /// An array with the bytes of `bytes`.
    init(copying bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }

    /// Appends all of `bytes`.
    mutating func append(contentsOf bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// Lends the array's bytes for the duration of `body`.
    func withRawSpan<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
        // The span does not leave the closure that lends its memory.
        try unsafe withUnsafeBytes { try unsafe body(RawSpan(_unsafeBytes: $0)) }
    }
}
