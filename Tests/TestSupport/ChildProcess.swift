import Foundation

/// A program started by a test, with pipes to its three standard streams.
///
/// Every wait has a limit: after ``patience``, the program is killed, and the wait throws an error with the output so far.
package final class ChildProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let error = Pipe()
    private let deadline: ContinuousClock.Instant

    /// Bytes that have not been written to standard input.
    private var pendingInput: ArraySlice<UInt8> = []
    private var inputIsOpen = true

    /// The bytes read from standard output, and the end of the lines that have been returned.
    private var outputBytes: [UInt8] = []
    private var linesEnd = 0
    private var errorBytes: [UInt8] = []

    /// The streams that have not ended.
    private var open: Set<Stream> = [.output, .error]

    private enum Stream {
        case output, error
    }

    /// The exit status and the output of a program that has ended.
    package struct Result: Sendable {
        package var status: Int32
        package var output: [UInt8]
        package var error: String

        /// The output as text.
        package var text: String { String(decoding: output, as: UTF8.self) }

        /// The lines of the output.
        package var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    /// An expected action of the program did not happen.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// The time limit of a program. It is long because other tests run on the machine at the same time.
    package static let patience: Duration = .seconds(300)

    /// Starts a program.
    package init(_ program: URL, _ arguments: [String], patience: Duration = ChildProcess.patience) throws {
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = error
        deadline = .now + patience
        // Writing to a child that has ended must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        // A child that does not read its input must not block the reads of its output.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFL, O_NONBLOCK)
        try Self.withoutBlockedSignals { try process.run() }
    }

    deinit {
        if process.isRunning { process.terminate() }
        // Foundation's process lives longer than this object, and would keep the pipes open.
        for stream in open { close(stream) }
        try? closeInput()
    }

    /// Runs `body` with no signal blocked on this thread. A child inherits blocked signals, and the threads of tests block all
    /// of them, so no signal could end the child.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// The process ID.
    package var identifier: Int32 { process.processIdentifier }

    /// The exit status; nil while the program runs.
    package var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }

    /// Writes to the program's standard input.
    package func write(_ bytes: some Sequence<UInt8>) throws {
        pendingInput += bytes
        while !pendingInput.isEmpty { try move() }
    }

    /// Closes the program's standard input.
    package func closeInput() throws {
        guard inputIsOpen else { return }
        inputIsOpen = false
        pendingInput = []
        try input.fileHandleForWriting.close()
    }

    /// Waits until the program has printed a line that contains `text`; throws if it ends first.
    package func waitForLine(containing text: String) throws {
        while !(try readLine().contains(text)) {}
    }

    /// Waits until the program has printed a line, and returns it; throws if it ends first.
    package func readLine() throws -> String {
        guard let line = try nextLine() else { throw failure("found the end of its output, expected a line") }
        return line
    }

    /// Waits until the program has printed a line.
    ///
    /// - Returns: The line, or nil if the output ends first.
    package func nextLine() throws -> String? {
        var searched = linesEnd
        while true {
            if let line = takeLine(&searched) { return line }
            guard open.contains(.output) else { return nil }
            try move()
        }
    }

    /// Returns a line that the program has already printed.
    package func printedLine() throws -> String? {
        var searched = linesEnd
        while true {
            if let line = takeLine(&searched) { return line }
            guard open.contains(.output), try move(waiting: 0) else { return nil }
        }
    }

    private func takeLine(_ searched: inout Int) -> String? {
        guard let end = outputBytes[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = outputBytes.count
            return nil
        }
        defer { linesEnd = end + 1 }
        return String(decoding: outputBytes[linesEnd..<end], as: UTF8.self)
    }

    /// Waits until the program has printed `count` more bytes, and returns them; throws if it ends first.
    package func read(_ count: Int) throws -> [UInt8] {
        while outputBytes.count - linesEnd < count {
            guard open.contains(.output) else { throw failure("found the end of its output, expected \(count) bytes") }
            try move()
        }
        defer { linesEnd += count }
        return Array(outputBytes[linesEnd..<(linesEnd + count)])
    }

    /// What a program waits in.
    package enum Call {
        case read, write

        /// Linux's number for it.
        fileprivate var number: Int {
            #if arch(x86_64)
            self == .read ? 0 : 1
            #else
            self == .read ? 63 : 64
            #endif
        }
    }

    /// Waits until the running program waits in `call`, as Linux shows it in `/proc`.
    package func waitUntilItWaits(in call: Call) throws {
        var previous = ""
        while true {
            try requireTime()
            let state = try String(contentsOfFile: "/proc/\(identifier)/syscall", encoding: .utf8)
            if state.hasPrefix("\(call.number) "), state == previous { return }
            previous = state
            Thread.sleep(forTimeInterval: 0.005)
        }
    }

    /// Returns the peak resident memory of the running program in bytes.
    package func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) * 1_024
    }

    /// Writes all of the program's input, and waits until it has ended.
    ///
    /// - Returns: The exit status and the output, without the lines that have been read.
    package func finish(input bytes: [UInt8] = []) throws -> Result {
        if inputIsOpen { pendingInput += bytes }
        while !open.isEmpty || !pendingInput.isEmpty {
            // A program may wait for the end of its input, and may end before it has read all of it.
            if pendingInput.isEmpty { try closeInput() }
            try move()
        }
        try closeInput()
        try waitForEnd()
        return Result(
            status: process.terminationStatus, output: Array(outputBytes[linesEnd...]),
            error: String(decoding: errorBytes, as: UTF8.self))
    }

    /// Waits until the program has ended, without reading its output.
    ///
    /// - Returns: The exit status, or the number of the signal that ended the program.
    @discardableResult
    package func waitForEnd() throws -> Int32 {
        while process.isRunning {
            try requireTime()
            Thread.sleep(forTimeInterval: 0.002)
        }
        return process.terminationStatus
    }

    /// Closes standard output, so the program writes to a closed pipe.
    package func closeOutput() {
        close(.output)
    }

    /// Runs a program to its end.
    package static func run(_ program: URL, _ arguments: [String], input: [UInt8] = []) throws -> Result {
        try ChildProcess(program, arguments).finish(input: input)
    }

    /// Runs a line of shell to its end. The arguments are `$1` and so on.
    package static func shell(_ script: String, _ arguments: String..., input: [UInt8] = []) throws -> Result {
        try run(URL(fileURLWithPath: "/bin/bash"), ["-c", script, "bash"] + arguments, input: input)
    }
}

extension ChildProcess {
    /// Waits a short time until a stream is ready, and transfers the bytes that it accepts or has.
    ///
    /// - Returns: Whether a stream was ready.
    @discardableResult
    private func move(waiting milliseconds: Int32 = 100) throws -> Bool {
        try requireTime()
        let none: Int32 = -1
        var streams = [
            pollfd(
                fd: open.contains(.output) ? output.fileHandleForReading.fileDescriptor : none, events: Int16(POLLIN),
                revents: 0),
            pollfd(
                fd: open.contains(.error) ? error.fileHandleForReading.fileDescriptor : none, events: Int16(POLLIN),
                revents: 0),
            pollfd(
                fd: pendingInput.isEmpty ? none : input.fileHandleForWriting.fileDescriptor, events: Int16(POLLOUT),
                revents: 0),
        ]
        guard unsafe poll(&streams, nfds_t(streams.count), milliseconds) > 0 else { return false }
        if streams[0].revents != 0, !read(streams[0].fd, into: &outputBytes) { close(.output) }
        if streams[1].revents != 0, !read(streams[1].fd, into: &errorBytes) { close(.error) }
        if streams[2].revents != 0 { writePending(to: streams[2].fd) }
        return true
    }

    private func close(_ stream: Stream) {
        guard open.remove(stream) != nil else { return }
        try? (stream == .output ? output : error).fileHandleForReading.close()
    }

    /// Appends the bytes that can be read. Returns false at the end of the stream.
    private func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe Foundation.read(descriptor, bytes.baseAddress, bytes.count)
        }
        guard count > 0 else { return count < 0 && [EAGAIN, EINTR].contains(errno) }
        bytes += buffer[..<count]
        return true
    }

    /// Writes as many bytes as the pipe accepts. Drops them if the pipe is closed.
    private func writePending(to descriptor: Int32) {
        let count = unsafe pendingInput.withUnsafeBytes { bytes in
            unsafe Foundation.write(descriptor, bytes.baseAddress, bytes.count)
        }
        if count >= 0 {
            pendingInput.removeFirst(count)
        } else if ![EAGAIN, EINTR].contains(errno) {
            pendingInput = []
        }
    }

    private func requireTime() throws {
        guard ContinuousClock.now >= deadline else { return }
        kill(identifier, SIGKILL)
        throw failure("found no end within the time limit, and killed it")
    }

    private func failure(_ reason: String) -> Failure {
        let name = ([process.executableURL?.lastPathComponent ?? ""] + (process.arguments ?? [])).joined(separator: " ")
        return Failure(
            description: """
                \(name.prefix(500)): \(reason). It printed:
                \(String(decoding: outputBytes.suffix(4_000), as: UTF8.self))
                \(String(decoding: errorBytes.suffix(4_000), as: UTF8.self))
                """)
    }
}
