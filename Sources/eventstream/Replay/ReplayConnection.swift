import EventStreamCodec
import SystemPackage
import TextCoding

/// One connection to `eventstream replay`. It reads requests and answers each one with the recording, and never blocks.
final class ReplayConnection {
    let socket: FileDescriptor
    private let plan: ReplayPlan
    private var requests = ReplayRequestReader()
    private var state = State.reading

    /// Bytes to write. Those before `written` have been written.
    private var output: [UInt8] = []
    private var written = 0

    /// When the connection is given up.
    private var deadline = MonotonicTime.now + ReplayConnection.readPatience

    /// Whether the client has sent its last byte. It may still read.
    private var inputHasEnded = false

    /// Whether the end of the output has been sent.
    private var outputHasEnded = false

    private enum State {
        case reading
        case responding(Response)
        /// Nothing more is written. The client has to read what was, before the connection is closed: closing it while there is
        /// unread input makes the client's system drop it.
        case ending
        case ended
    }

    /// An answer that is being written.
    private struct Response {
        var request: ReplayRequest
        /// When it began.
        var start: MonotonicTime
        /// The next step of the plan, and how many of its bytes have been passed on.
        var step = 0
        var offset = 0
        /// When the wait of the next step ends, if it has begun.
        var stallEnd: MonotonicTime?
    }

    /// How long a connection may wait for a request, for the rest of one, or for the client to read, in microseconds.
    private static let readPatience: Int64 = 60_000_000
    private static let writePatience: Int64 = 600_000_000
    private static let endPatience: Int64 = 5_000_000

    /// The most bytes that are read or framed at once.
    private static let pieceSize = 65_536

    /// The bytes that are written before other connections have their turn.
    private static let turnSize = 1 << 20

    /// Takes over a connection.
    ///
    /// - Parameters:
    ///   - socket: The connection, which does not block. It is closed when this object is released.
    ///   - plan: The answer to each request.
    init(_ socket: FileDescriptor, plan: ReplayPlan) {
        self.socket = socket
        self.plan = plan
    }

    deinit {
        try? socket.close()
    }

    /// Whether nothing is left to do.
    var hasEnded: Bool {
        if case .ended = state { true } else { false }
    }

    // MARK: Waiting

    /// Whether the connection waits for bytes of the client.
    var waitsForInput: Bool {
        guard !inputHasEnded, output.isEmpty else { return false }
        switch state {
        case .reading, .ending: return true
        case .responding, .ended: return false
        }
    }

    /// Whether the connection waits until it can write.
    var waitsForOutput: Bool { !output.isEmpty }

    /// When the connection has to be advanced even if it is not ready.
    var nextTime: MonotonicTime {
        guard case .responding(let response) = state, output.isEmpty else { return deadline }
        return dueTime(of: response) ?? deadline
    }

    /// When the next step of an answer is due; nil after the last one.
    private func dueTime(of response: Response) -> MonotonicTime? {
        guard response.step < plan.steps.count else { return nil }
        return response.stallEnd ?? (response.start + plan.steps[response.step].time)
    }

    // MARK: Advancing

    /// Reads and writes what can be read and written now.
    ///
    /// - Parameter isReady: Whether the socket is ready or has failed.
    func advance(isReady: Bool) {
        if isReady && waitsForInput {
            read()
        } else if isReady && !waitsForOutput {
            // The system reports failures even if nothing was asked.
            state = .ended
        }
        do throws(Errno) {
            // A client that reads fast must not keep the others waiting.
            var budget = Self.turnSize
            repeat { budget -= try write() } while output.isEmpty && fill() && (budget > 0 || output.isEmpty)
        } catch {
            // The client has left.
            state = .ended
        }
        if MonotonicTime.now >= deadline, !isWaitingForStep { state = .ended }
    }

    private var isWaitingForStep: Bool {
        if case .responding = state { output.isEmpty } else { false }
    }

    private func read() {
        let bytes: [UInt8]
        do {
            bytes = try unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
                count = try unsafe socket.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            if error as? Errno != .resourceTemporarilyUnavailable { state = .ended }
            return
        }
        if bytes.isEmpty { inputHasEnded = true }
        switch state {
        case .reading:
            requests.append(bytes)
            deadline = MonotonicTime.now + Self.readPatience
        case .responding, .ended: break
        // What arrives now is not answered.
        case .ending: if inputHasEnded { state = .ended }
        }
    }

    /// Writes as much of the output as the socket takes.
    ///
    /// - Returns: The number of bytes written.
    private func write() throws(Errno) -> Int {
        let start = written
        while written < output.count {
            do {
                let count = try unsafe output.withUnsafeBytes { bytes in
                    try unsafe socket.write(UnsafeRawBufferPointer(rebasing: bytes[written...]))
                }
                written += count
                deadline = MonotonicTime.now + Self.writePatience
            } catch Errno.resourceTemporarilyUnavailable {
                return written - start
            } catch {
                throw error as? Errno ?? .ioError
            }
        }
        defer { written = 0 }
        output.removeAll(keepingCapacity: true)
        return written - start
    }

    /// Appends what can be written next.
    ///
    /// - Returns: False if the connection waits for the client or for a time.
    private func fill() -> Bool {
        switch state {
        case .reading: return readRequest()
        case .responding(var response):
            // The state must not share the copy.
            let isFilled = continueResponse(&response)
            if case .responding = state { state = .responding(response) }
            return isFilled
        case .ending:
            if !outputHasEnded {
                outputHasEnded = true
                socket.endWriting()
                deadline = MonotonicTime.now + Self.endPatience
            }
            if inputHasEnded { state = .ended }
            return false
        case .ended: return false
        }
    }

    /// Reads the next request, and begins to answer it.
    private func readRequest() -> Bool {
        switch requests.next() {
        case nil:
            if inputHasEnded { state = .ended }
            return false
        case .expectsContinue?: output.append(json: "HTTP/1.1 100 Continue\r\n\r\n")
        case .invalid(let status, let reason)?:
            let body = "eventstream replay: \(SafeText.singleLine(reason, atMost: 200))\n"
            output.append(
                json: "HTTP/1.1 \(HTTPStatus.line(status))\r\nContent-Type: text/plain; charset=utf-8\r\n"
                    + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
            state = .ending
        case .request(let request)?:
            output.append(
                json: "HTTP/1.1 \(HTTPStatus.line(plan.status))\r\nContent-Type: application/vnd.amazon.eventstream\r\n"
                    + (request.isVersion11 ? "Transfer-Encoding: chunked\r\n" : "")
                    + (request.keepsConnection ? "\r\n" : "Connection: close\r\n\r\n"))
            if request.isHead {
                finish(request)
            } else {
                state = .responding(Response(request: request, start: MonotonicTime.now))
            }
        }
        return true
    }

    /// Appends the next bytes of the answer if they are due.
    private func continueResponse(_ response: inout Response) -> Bool {
        guard let due = dueTime(of: response) else {
            if plan.isCut {
                state = .ending
                return true
            }
            if response.request.isVersion11 { output.append(json: "0\r\n\r\n") }
            finish(response.request)
            return true
        }
        let now = MonotonicTime.now
        guard now >= due else { return false }
        let step = plan.steps[response.step]
        if step.stall > 0, response.stallEnd == nil {
            response.stallEnd = now + step.stall
            return false
        }
        let start = step.range.lowerBound + response.offset
        let end = min(start + Self.pieceSize, step.range.upperBound)
        if start < end {
            if response.request.isVersion11 {
                output.append(json: Hexadecimal.text(UInt64(end - start)))
                output.append(json: "\r\n")
            }
            output += plan.bytes[start..<end]
            if response.request.isVersion11 { output.append(json: "\r\n") }
        }
        if end < step.range.upperBound {
            response.offset += end - start
        } else {
            (response.step, response.offset, response.stallEnd) = (response.step + 1, 0, nil)
        }
        return true
    }

    /// Continues after the last byte of an answer.
    private func finish(_ request: ReplayRequest) {
        state = request.keepsConnection ? .reading : .ending
        deadline = MonotonicTime.now + Self.readPatience
    }
}
