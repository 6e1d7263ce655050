/// Where results go that nobody reads, so that the optimizer cannot drop what made them.
enum Sink {
    @inline(never)
    static func keep(_ value: UInt64) {
        unsafe withUnsafePointer(to: value) { unsafe opaque($0) }
    }

    @_optimize(none)
    @inline(never)
    private static func opaque(_ pointer: UnsafePointer<UInt64>) {}
}
