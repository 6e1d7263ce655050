#if LambdaRuntime
import NIOCore

/// Changes bytes on their way into a response: compression, for instance.
public protocol ResponseTransform {
    /// Takes the next bytes and appends what comes of them, which may be nothing yet.
    mutating func transform(_ input: ByteBuffer, into output: inout ByteBuffer) throws

    /// Appends what is left when all bytes have been taken.
    mutating func finish(into output: inout ByteBuffer) throws
}

/// One transform after another; see ``ResponseTransform/then(_:)``.
public struct ChainedTransform<First: ResponseTransform, Second: ResponseTransform>: ResponseTransform {
    private var first: First
    private var second: Second

    init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    /// Passes the bytes through both.
    public mutating func transform(_ input: ByteBuffer, into output: inout ByteBuffer) throws {
        var between = ByteBuffer()
        try first.transform(input, into: &between)
        if between.readableBytes > 0 { try second.transform(between, into: &output) }
    }

    /// Passes on what is left in the first, then appends what is left in the second.
    public mutating func finish(into output: inout ByteBuffer) throws {
        var between = ByteBuffer()
        try first.finish(into: &between)
        if between.readableBytes > 0 { try second.transform(between, into: &output) }
        try second.finish(into: &output)
    }
}

extension ResponseTransform {
    /// This transform, and `second` after it.
    public func then<Second: ResponseTransform>(_ second: Second) -> ChainedTransform<Self, Second> {
        ChainedTransform(self, second)
    }
}
#endif
