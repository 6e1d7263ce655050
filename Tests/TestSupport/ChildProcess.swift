import Foundation

/// A program started by a test, with pipes to its three standard streams.
package final class ChildProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let error = Pipe()

    /// What a program that has ended left behind.
    package struct Result: Sendable {
        package var status: Int32
        package var output: [UInt8]
        package var error: String

        /// The output as text.
        package var text: String { String(decoding: output, as: UTF8.self) }

        /// The lines of the output.
        package var lines: [String] { text.split(separator: "\n").map(String.init) }
    }

    /// Starts a program.
    package init(_ program: URL, _ arguments: [String]) throws {
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = error
        // A child that ends early must not take the tests with it.
        signal(SIGPIPE, SIG_IGN)
        try Self.withoutBlockedSignals { try process.run() }
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// Runs `body` with no signal blocked on this thread: a child inherits what is, and the threads that tests run on block
    /// them all, so that no signal would end it.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// The process's number.
    package var identifier: Int32 { process.processIdentifier }

    /// Writes to the program's standard input.
    package func write(_ bytes: some Sequence<UInt8>) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(bytes))
    }

    /// Ends the program's standard input.
    package func closeInput() throws {
        try input.fileHandleForWriting.close()
    }

    /// Waits until the program has printed a line with `text` in it; throws when it ends without.
    package func waitForLine(containing text: String) throws {
        while !(try readLine().contains(text)) {}
    }

    /// Waits until the program has printed a line, and returns it; throws when it ends without.
    package func readLine() throws -> String {
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        throw CocoaError(.fileReadUnknown)
    }

    /// The most memory that the running program has had in RAM, in bytes.
    package func peakMemory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) * 1_024
    }

    /// Gives the program all of its input, and waits until it has ended.
    package func finish(input bytes: [UInt8] = []) throws -> Result {
        let collected = Collected()
        let group = DispatchGroup()
        for (handle, isError) in [(output.fileHandleForReading, false), (error.fileHandleForReading, true)] {
            DispatchQueue.global().async(group: group) { [handle = UncheckedBox(handle)] in
                let data = handle.value.readDataToEndOfFile()
                collected.set(data, isError: isError)
            }
        }
        // A program may end before it has read everything.
        try? write(bytes)
        try? closeInput()
        group.wait()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: collected.output,
            error: String(decoding: collected.error, as: UTF8.self))
    }

    /// Runs a program to its end.
    package static func run(_ program: URL, _ arguments: [String], input: [UInt8] = []) throws -> Result {
        try ChildProcess(program, arguments).finish(input: input)
    }

    /// Runs a line of shell to its end; `$1` and so on are the arguments.
    package static func shell(_ script: String, _ arguments: String..., input: [UInt8] = []) throws -> Result {
        try run(URL(fileURLWithPath: "/bin/bash"), ["-c", script, "bash"] + arguments, input: input)
    }

    private final class Collected: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var output: [UInt8] = []
        private(set) var error: [UInt8] = []

        func set(_ data: Data, isError: Bool) {
            lock.withLock {
                if isError { error = Array(data) } else { output = Array(data) }
            }
        }
    }

    private struct UncheckedBox<Value>: @unchecked Sendable {
        var value: Value

        init(_ value: Value) {
            self.value = value
        }
    }
}
