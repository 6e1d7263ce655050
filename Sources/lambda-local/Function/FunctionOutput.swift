import NIOCore
import NIOPosix
import Synchronization

/// Reads one output stream of a process, keeps its end for the log tail, and passes it on in lines.
final class FunctionOutput: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tail: LogTail
    private let output: LogOutput

    /// The beginning of a line.
    private var line = ByteBuffer()

    /// Passes on an unfinished line.
    private var timer: Scheduled<Void>?

    /// How long an unfinished line is held back. It may be a prompt or a progress bar.
    private static let longestPause = TimeAmount.milliseconds(100)

    /// The maximum length of a line that is not split, in bytes: the maximum of an event in CloudWatch Logs.
    private static let longestLine = 256 << 10

    private init(tail: LogTail, output: LogOutput) {
        self.tail = tail
        self.output = output
    }

    /// Reads from a pipe until it ends.
    ///
    /// - Parameters:
    ///   - pipe: The read end. It is closed with the returned channel.
    ///   - tail: Keeps the end of the output.
    ///   - output: Receives all of it.
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

/// The end of a function's output since its invocation began, as in `X-Amz-Log-Result`.
final class LogTail: Sendable {
    /// The maximum number of bytes, as in Lambda (API reference, Invoke).
    static let capacity = 4_096

    private let bytes = Mutex<[UInt8]>([])

    /// Records that an invocation begins.
    func begin(_ id: String) {
        bytes.withLock { $0 = Array("START RequestId: \(id) Version: $LATEST\n".utf8) }
    }

    /// Appends output of the function.
    func append(_ text: RawSpan) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: text)
            // Not for every line, because removing moves all bytes.
            if bytes.count > 2 * Self.capacity { bytes.removeFirst(bytes.count - Self.capacity) }
        }
    }

    /// Returns the output so far, followed by the lines that Lambda adds at the end of an invocation.
    ///
    /// - Parameter lines: Complete lines. They start a new line even if the output ends inside one.
    func end(with lines: String) -> [UInt8] {
        bytes.withLock { bytes in
            let lineEnd = bytes.last == UInt8(ascii: "\n") ? "" : "\n"
            return Array((bytes + lineEnd.utf8 + lines.utf8).suffix(Self.capacity))
        }
    }
}
