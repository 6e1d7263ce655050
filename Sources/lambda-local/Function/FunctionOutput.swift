import NIOCore
import NIOPosix
import Synchronization

/// What a process prints to one of its streams: kept in the tail of the log, and passed on in lines.
final class FunctionOutput: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tail: LogTail
    private let output: LogOutput

    /// The beginning of a line.
    private var line = ByteBuffer()

    /// Passes on a line that does not end.
    private var timer: Scheduled<Void>?

    /// The longest that a line waits for its end, because it may be a prompt or a progress bar.
    private static let longestPause = TimeAmount.milliseconds(100)

    /// The longest line that is kept together, in bytes: the longest event of CloudWatch Logs.
    private static let longestLine = 256 << 10

    private init(tail: LogTail, output: LogOutput) {
        self.tail = tail
        self.output = output
    }

    /// Reads from a pipe until it ends.
    ///
    /// - Parameters:
    ///   - pipe: The end to read from, which is closed with the returned channel.
    ///   - tail: Where the last of the output is kept.
    ///   - output: Where all of it goes.
    /// - Returns: The channel that reads the pipe.
    static func read(_ pipe: CInt, tail: LogTail, output: LogOutput) async throws -> any Channel {
        try await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(FunctionOutput(tail: tail, output: output))
                }
            }
            .takingOwnershipOfDescriptor(input: pipe).get()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        tail.append(bytes.readableBytesSpan)
        let lastEnd = bytes.readableBytesView.lastIndex(of: UInt8(ascii: "\n"))
        let finished = lastEnd.map { line.readableBytes + $0 + 1 - bytes.readerIndex }
        line.writeBuffer(&bytes)
        if let finished, let lines = line.readSlice(length: finished) { output.write(lines) }
        if line.readableBytes >= Self.longestLine { passOn() }
        if finished != nil || line.readableBytes == 0 { line.discardReadBytes() }
        restartTimer(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        passOn()
        context.fireChannelInactive()
    }

    private func restartTimer(_ context: ChannelHandlerContext) {
        timer?.cancel()
        timer =
            line.readableBytes == 0
            ? nil : context.eventLoop.assumeIsolated().scheduleTask(in: Self.longestPause) { self.passOn() }
    }

    private func passOn() {
        guard line.readableBytes > 0 else { return }
        output.write(line)
        line = ByteBuffer()
    }
}

/// The last of what a function has printed since its invocation began, as `X-Amz-Log-Result` carries it.
final class LogTail: Sendable {
    /// The most that is kept, in bytes: what Lambda gives (API reference, Invoke).
    static let capacity = 4_096

    private let bytes = Mutex<[UInt8]>([])

    /// An invocation begins.
    func begin(_ id: String) {
        bytes.withLock { $0 = Array("START RequestId: \(id) Version: $LATEST\n".utf8) }
    }

    /// The function has printed something.
    func append(_ text: RawSpan) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: text)
            // Cut now and then, not with every line.
            if bytes.count > 2 * Self.capacity { bytes.removeFirst(bytes.count - Self.capacity) }
        }
    }

    /// Returns what was printed up to now, and the lines that Lambda adds at the end of an invocation.
    ///
    /// - Parameter lines: Whole lines. They begin a line even if the output ends inside one.
    func end(with lines: String) -> [UInt8] {
        bytes.withLock { bytes in
            let lineEnd = bytes.last == UInt8(ascii: "\n") ? "" : "\n"
            return Array((bytes + lineEnd.utf8 + lines.utf8).suffix(Self.capacity))
        }
    }
}
