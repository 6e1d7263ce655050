import Foundation

/// A program started by a test, with pipes to its three standard streams.
///
/// Every wait has a limit: a program that runs too long is killed, and the error contains its output. The program does not
/// outlive the test: it is ended when this object is released and, on Linux, by the system when the process of the tests ends
/// for any reason.
package final class ChildProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let error = Pipe()
    private let deadline: ContinuousClock.Instant

    /// The program and its arguments, for messages.
    private let command: String

    /// Bytes that have not been written to standard input.
    private var pendingInput: ArraySlice<UInt8> = []
    private var inputIsOpen = true

    /// The bytes of standard output, and the number of those that have been returned.
    private var outputBytes: [UInt8] = []
    private var linesEnd = 0
    private var errorBytes: [UInt8] = []

    /// The streams that have not ended.
    private var open: Set<Stream> = [.output, .error]

    private enum Stream {
        case output, error
    }

    /// The result of a program that has ended.
    package struct Result: Sendable {
        package var status: Int32
        package var output: [UInt8]
        package var error: String

        /// The output as text.
        package var text: String { String(decoding: output, as: UTF8.self) }

        /// The lines of the output.
        package var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    /// The program did not do what the test waits for.
    package struct Failure: Error, CustomStringConvertible {
        package var description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// How long a program may run. On a busy machine, seconds become minutes.
    package static let patience: Duration = .seconds(300)

    /// Starts a program.
    package init(_ program: URL, _ arguments: [String], patience: Duration = ChildProcess.patience) throws {
        guard FileManager.default.isExecutableFile(atPath: program.path) else {
            throw Failure(description: "found no program \(program.path)")
        }
        command = ([program.lastPathComponent] + arguments).joined(separator: " ")
        let words = ProcessStarter.launcher + [program.path] + arguments
        process.executableURL = URL(fileURLWithPath: words[0])
        process.arguments = Array(words[1...])
        process.standardInput = input
        process.standardOutput = output
        process.standardError = error
        deadline = .now + patience
        // A program that ends early must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        // A program that does not read its input must not block the reading of its output.
        _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFL, O_NONBLOCK)
        try ProcessStarter.shared.run(process)
    }

    deinit {
        if process.isRunning { ProcessStarter.end(process) }
        // Foundation's process outlives this object and would keep them open.
        for stream in open { close(stream) }
        try? closeInput()
    }

    /// The process's number.
    package var identifier: Int32 { process.processIdentifier }

    /// The status that it has ended with; nil while it runs.
    package var exitStatus: Int32? { process.isRunning ? nil : process.terminationStatus }

    /// Writes to the program's standard input.
    package func write(_ bytes: some Sequence<UInt8>) throws {
        pendingInput += bytes
        while !pendingInput.isEmpty { try move() }
    }

    /// Ends the program's standard input.
    package func closeInput() throws {
        guard inputIsOpen else { return }
        inputIsOpen = false
        pendingInput = []
        try input.fileHandleForWriting.close()
    }

    /// Waits for a line that contains `text`. Throws if the program ends without one.
    package func waitForLine(containing text: String) throws {
        while !(try readLine().contains(text)) {}
    }

    /// Waits for the next line and returns it. Throws if the program ends without one.
    package func readLine() throws -> String {
        guard let line = try nextLine() else { throw failure("found the end of its output, expected a line") }
        return line
    }

    /// Waits for the next line.
    ///
    /// - Returns: The line, or nil if the program's output ends without one.
    package func nextLine() throws -> String? {
        var searched = linesEnd
        while true {
            if let line = takeLine(&searched) { return line }
            guard open.contains(.output) else { return nil }
            try move()
        }
    }

    /// Returns the next line if the program has printed it.
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

    /// Waits for the next `count` bytes and returns them. Throws if the program ends before.
    package func read(_ count: Int) throws -> [UInt8] {
        while outputBytes.count - linesEnd < count {
            guard open.contains(.output) else { throw failure("found the end of its output, expected \(count) bytes") }
            try move()
        }
        defer { linesEnd += count }
        return Array(outputBytes[linesEnd..<(linesEnd + count)])
    }

    /// Waits until the running program has read everything that was written to its standard input.
    ///
    /// It has processed those bytes when it reads the next ones.
    package func waitUntilInputIsRead() throws {
        try wait { Self.unreadCount(in: input.fileHandleForWriting.fileDescriptor) == 0 }
    }

    /// Waits until no further write of `count` bytes fits into the pipe of the running program's standard output.
    package func waitUntilOutputIsFull(for count: Int = 4_096) throws {
        let pipe = output.fileHandleForReading.fileDescriptor
        #if os(Linux)
        let capacity = Int(fcntl(pipe, Self.getPipeSize))
        #else
        let capacity = 65_536
        #endif
        try wait { Self.unreadCount(in: pipe) > capacity - count }
    }

    /// `F_GETPIPE_SZ` of Linux.
    private static let getPipeSize: Int32 = 1_032

    /// The number of bytes that are in a pipe.
    private static func unreadCount(in pipe: Int32) -> Int {
        var count: Int32 = 0
        _ = unsafe ioctl(pipe, UInt(FIONREAD), &count)
        return Int(count)
    }

    /// Waits until `condition` is true. For conditions that the system does not report.
    private func wait(until condition: () -> Bool) throws {
        while !condition() {
            try requireTime()
            guard process.isRunning else { throw failure("found its end, expected it to wait") }
            Thread.sleep(forTimeInterval: 0.001)
        }
    }

    /// Returns the peak memory of the running program in RAM, in bytes.
    package func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) * 1_024
    }

    /// Writes the rest of the program's input and waits until it has ended.
    ///
    /// - Returns: Its status and its output, without the lines that have been read.
    package func finish(input bytes: [UInt8] = []) throws -> Result {
        if inputIsOpen { pendingInput += bytes }
        while !open.isEmpty || !pendingInput.isEmpty {
            // The program may wait for the end of its input, or end before it has read everything.
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
    /// - Returns: Its status; the signal's number if a signal has ended it.
    @discardableResult
    package func waitForEnd() throws -> Int32 {
        while process.isRunning {
            try requireTime()
            Thread.sleep(forTimeInterval: 0.002)
        }
        return process.terminationStatus
    }

    /// Stops reading standard output: the program writes to a closed pipe.
    package func closeOutput() {
        close(.output)
    }

    /// Runs a program to its end.
    package static func run(_ program: URL, _ arguments: [String], input: [UInt8] = []) throws -> Result {
        try ChildProcess(program, arguments).finish(input: input)
    }

    /// Runs a shell script to its end. `$1` and so on are the arguments.
    package static func shell(_ script: String, _ arguments: String..., input: [UInt8] = []) throws -> Result {
        try run(URL(fileURLWithPath: "/bin/bash"), ["-c", script, "bash"] + arguments, input: input)
    }
}

extension ChildProcess {
    /// Waits until a stream is ready, but not longer than `milliseconds`, and reads or writes.
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

    /// Appends the available bytes.
    ///
    /// - Returns: False at the end of the stream.
    private func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe Foundation.read(descriptor, bytes.baseAddress, bytes.count)
        }
        guard count > 0 else { return count < 0 && [EAGAIN, EINTR].contains(errno) }
        bytes += buffer[..<count]
        return true
    }

    /// Writes as many bytes as the pipe accepts. Drops them if its read end is closed.
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
        throw failure("found no end in the time that it has, and killed it")
    }

    private func failure(_ reason: String) -> Failure {
        return Failure(
            description: """
                \(command.prefix(500)): \(reason). It printed:
                \(String(decoding: outputBytes.suffix(4_000), as: UTF8.self))
                \(String(decoding: errorBytes.suffix(4_000), as: UTF8.self))
                """)
    }
}

/// Starts and ends the processes of tests.
private final class ProcessStarter: Sendable {
    static let shared = ProcessStarter()

    /// The start of a command line that makes the system send a signal to the program when the thread that started it ends.
    /// Empty if the machine has no such launcher.
    ///
    /// The signal is SIGTERM, so lambda-local can end its own processes.
    static let launcher: [String] = {
        let setpriv = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: setpriv) else { return [] }
        return [setpriv, "--pdeathsig", "TERM", "--"]
    }()

    /// How long a process may take to end when it is asked to.
    private static let graceTime = DispatchTimeInterval.seconds(5)

    private let jobs = NSCondition()

    /// INVARIANT: used while ``jobs`` is locked.
    nonisolated(unsafe) private var waiting: [() -> Void] = []

    private init() {
        // The thread never ends, because its processes would end too.
        Thread.detachNewThread { self.work() }
    }

    /// Starts a process.
    func run(_ process: Process) throws {
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var failure: (any Error)?
        jobs.lock()
        unsafe waiting.append {
            do { try process.run() } catch { unsafe failure = error }
            done.signal()
        }
        jobs.signal()
        jobs.unlock()
        done.wait()
        if let failure = unsafe failure { throw failure }
    }

    /// Asks a process to end, and kills it if it does not.
    static func end(_ process: Process) {
        process.terminate()
        DispatchQueue.global().asyncAfter(deadline: .now() + graceTime) {
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
        }
    }

    private func work() {
        // A child inherits the mask, and the threads of tests block all signals.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
        while true {
            jobs.lock()
            while unsafe waiting.isEmpty { jobs.wait() }
            let job = unsafe waiting.removeFirst()
            jobs.unlock()
            job()
        }
    }
}
