/// The bytes that a decoder reads during one call: those carried from earlier inputs, then the rest of this input.
struct CarriedInput: ~Escapable {
    private let carried: RawSpan
    private let input: RawSpan

    /// How far both parts have been read.
    private(set) var read = Read()

    /// The number of bytes read of each part.
    struct Read {
        fileprivate(set) var carried = 0
        fileprivate(set) var input = 0

        /// The unread rest of `input`.
        @_lifetime(copy input)
        func rest(of input: RawSpan) -> RawSpan { input.extracting(droppingFirst: self.input) }
    }

    @_lifetime(copy carried, copy input)
    init(carried: RawSpan, input: RawSpan) {
        self.carried = carried
        self.input = input
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
