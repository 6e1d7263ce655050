import Dispatch
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TextCoding

import struct SystemPackage.Errno
import struct SystemPackage.FileDescriptor

/// A standard stream for log output, written by a thread of its own.
///
/// Logging never waits for the stream's reader. Lines that do not fit into the queue are dropped, and their number is logged
/// as soon as there is space again. If the reader has closed the stream, everything is dropped.
final class LogOutput: Sendable {
    static let standardError = LogOutput(.standardError)

    /// Standard output; the same object as ``standardError`` if both are the same file, so that lines stay in order.
    static let standardOutput = isOneFile ? standardError : LogOutput(.standardOutput)

    /// The maximum number of queued bytes.
    static let capacity = 4 << 20

    private let file: FileDescriptor
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let thread = NIOThreadPool(numberOfThreads: 1)

    private struct State {
        var queue = CircularBuffer<ByteBuffer>()

        /// The bytes in the queue and those that are being written.
        var byteCount = 0

        /// Whether the queue was full and is not yet half empty. So output is dropped in few long runs.
        var isDropping = false
        var droppedLineCount = 0

        /// Whether the last queued text ends a line.
        var isAtLineStart = true
        var isGone = false
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiting: UInt64 = 0

        var isDrained: Bool { byteCount == 0 && droppedLineCount == 0 }

        mutating func append(_ text: ByteBuffer) {
            queue.append(text)
            byteCount += text.readableBytes
            isAtLineStart = text.readableBytesView.last == UInt8(ascii: "\n")
        }

        /// Appends text that starts a new line.
        mutating func append(lines: ByteBuffer) {
            if !isAtLineStart { append(ByteBuffer(string: "\n")) }
            append(lines)
        }

        /// Ends a run of dropped lines.
        ///
        /// - Returns: The number of dropped lines.
        mutating func takeDropped() -> Int {
            defer { (isDropping, droppedLineCount) = (false, 0) }
            return droppedLineCount
        }

        /// Drops the queued lines after the reader has closed the stream.
        mutating func lose() {
            queue.removeAll()
            (byteCount, droppedLineCount, isDropping, isGone) = (0, 0, false, true)
        }
    }

    private init(_ file: FileDescriptor) {
        self.file = file
        thread.start()
        thread.submit { _ in self.writeQueued() }
    }

    private static var isOneFile: Bool {
        var (output, error) = (stat(), stat())
        return unsafe fstat(FileDescriptor.standardOutput.rawValue, &output) == 0
            && fstat(FileDescriptor.standardError.rawValue, &error) == 0
            && output.st_dev == error.st_dev && output.st_ino == error.st_ino
    }

    /// Queues text or drops it.
    ///
    /// - Parameters:
    ///   - text: One or more lines. The last one may be unfinished.
    ///   - asLines: Whether the text starts a new line even if the text before it is an unfinished line.
    func write(_ text: ByteBuffer, asLines: Bool = false) {
        let dropped = state.withLock { state -> Int in
            guard !state.isGone else { return 0 }
            let limit = state.isDropping ? Self.capacity / 2 : Self.capacity - text.readableBytes
            guard state.byteCount <= limit else {
                state.isDropping = true
                state.droppedLineCount += text.lineCount
                return 0
            }
            let dropped = state.takeDropped()
            if dropped > 0, self === Self.standardError { state.append(lines: Self.note(dropped)) }
            if asLines { state.append(lines: text) } else { state.append(text) }
            return self === Self.standardError ? 0 : dropped
        }
        work.signal()
        if dropped > 0 { Self.standardError.write(Self.note(dropped), asLines: true) }
    }

    /// Waits until everything is written, or for `duration` at most.
    func drain(within duration: Duration) async {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state -> UInt64? in
                guard !state.isDrained else { return nil }
                state.nextWaiting += 1
                state.waiting[state.nextWaiting] = continuation
                return state.nextWaiting
            }
            guard let number else { return continuation.resume() }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(duration.milliseconds))) {
                self.state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
            }
        }
    }

    /// Whether everything is written.
    var isDrained: Bool { state.withLock { $0.isDrained } }

    /// The thread's work.
    private func writeQueued() {
        while true {
            work.wait()
            while let text = state.withLock({ $0.queue.popFirst() }) {
                let isWritten = write(text)
                state.withLock { state in
                    state.byteCount -= text.readableBytes
                    if !isWritten { state.lose() }
                }
            }
            // No further line may follow the dropped ones.
            let dropped = state.withLock { $0.queue.isEmpty ? $0.takeDropped() : 0 }
            if dropped > 0 { Self.standardError.write(Self.note(dropped), asLines: true) }
            let waiting = state.withLock { state in
                guard state.isDrained else { return [CheckedContinuation<Void, Never>]() }
                defer { state.waiting = [:] }
                return Array(state.waiting.values)
            }
            for continuation in waiting { continuation.resume() }
        }
    }

    /// Writes all of the text.
    ///
    /// - Returns: False if the reader has closed the stream.
    private func write(_ text: ByteBuffer) -> Bool {
        unsafe text.withUnsafeReadableBytes { bytes in
            var rest = unsafe bytes[...]
            while unsafe !rest.isEmpty {
                do {
                    let count = try unsafe file.write(UnsafeRawBufferPointer(rebasing: rest))
                    unsafe rest = rest.dropFirst(count)
                } catch let error as Errno where error == .wouldBlock {
                    // Another process that shares the stream has made it non-blocking.
                    var descriptor = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
                    unsafe poll(&descriptor, 1, -1)
                } catch let error as Errno where error == .noSpace {
                    // Later lines may fit again.
                    return true
                } catch {
                    return false
                }
            }
            return true
        }
    }

    private static func note(_ count: Int) -> ByteBuffer {
        let lines = count == 1 ? "1 line" : "\(count) lines"
        return ByteBuffer(string: EventLog.line("dropped \(lines) of log output, because nothing read it"))
    }
}

extension ByteBuffer {
    /// The number of lines. An unfinished line counts as one.
    fileprivate var lineCount: Int {
        let ends = readableBytesView.count { $0 == UInt8(ascii: "\n") }
        return readableBytesView.last == UInt8(ascii: "\n") ? ends : ends + 1
    }
}

/// The lines that this program itself logs, on standard error.
enum EventLog {
    /// Logs a line without waiting until it is written.
    ///
    /// Parts of it come from functions and clients, so characters that break the line or move the cursor are escaped.
    static func note(_ text: String) {
        LogOutput.standardError.write(ByteBuffer(string: line(text)), asLines: true)
    }

    /// Returns a line in the form in which it is logged.
    static func line(_ text: String) -> String {
        "lambda-local: " + SafeText.singleLine(text) + "\n"
    }
}
