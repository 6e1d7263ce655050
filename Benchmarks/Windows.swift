/// Windows of one length that follow each other over some memory, again and again from its start.
final class Windows {
    private let memory: [UInt8]
    private let length: Int
    private var next = 0

    init(of memory: [UInt8], length: Int) {
        self.memory = memory
        self.length = length
    }

    /// The sum of what `body` makes of the next `count` windows.
    @inline(__always)
    func sum(_ count: Int, _ body: (UnsafeRawBufferPointer) -> UInt64) -> UInt64 {
        unsafe memory.withUnsafeBytes { memory in
            var sum: UInt64 = 0
            var position = next
            for _ in 0..<count {
                if position &+ length > memory.count { position = 0 }
                unsafe sum &+= body(UnsafeRawBufferPointer(rebasing: memory[position..<(position &+ length)]))
                position &+= length
            }
            next = position
            return sum
        }
    }
}
