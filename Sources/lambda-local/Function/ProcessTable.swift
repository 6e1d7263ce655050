import CFunctionProcess
import Dispatch
import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Synchronization

import struct SystemPackage.Errno
import struct SystemPackage.FileDescriptor

/// The processes that this program has started, and their descendants.
///
/// Each process leads a group of its own. When it ends, the rest of its group is killed. Descendants that have left the
/// group become children of this program when their parents end, and are killed when it ends.
///
/// Limit: if this program is killed by SIGKILL, or crashes, the system kills the processes that it has started, but not
/// their descendants, and not a process that executes a set-user-ID program (`PR_SET_PDEATHSIG` in prctl(2)).
final class ProcessTable: Sendable {
    static let shared = ProcessTable()

    private let state = Mutex(State())

    /// Starts the processes. It never ends, because each process ends with the thread that has started it.
    private let starter = NIOThreadPool(numberOfThreads: 1)

    /// Waits for the ends of processes.
    private let reaper = NIOThreadPool(numberOfThreads: 1)
    private let started = DispatchSemaphore(value: 0)

    private struct State {
        var running: [pid_t: StartedProcess] = [:]

        /// Whether no more processes are started.
        var isClosed = false
    }

    private init() {
        function_process_adopt_orphans()
        starter.start()
        reaper.start()
        reaper.submit { _ in self.reap() }
    }

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - command: The program, and its arguments.
    ///   - environment: All of its environment.
    ///   - directory: Its working directory; this program's if nil.
    /// - Throws: ``ProcessStartFailure``; `CancellationError` if the task is cancelled before.
    func start(
        _ command: [String], environment: [String: String], directory: String? = nil
    ) async throws -> StartedProcess {
        try await starter.runIfActive { try self.startHere(command, environment, directory) }
    }

    /// Sends a signal to a process and its group, if it has not ended.
    fileprivate func send(_ signal: CInt, to process: StartedProcess) {
        state.withLock { state in
            // Until it is removed, its number is not given to another process.
            guard state.running[process.number] === process else { return }
            kill(-process.number, signal)
        }
    }

    /// Kills all processes and their descendants, starts no more, and returns when none is left.
    ///
    /// It blocks its thread.
    ///
    /// - Parameter limit: The longest that it takes.
    func killAll(within limit: Duration) {
        let deadline = ContinuousClock.now + limit
        repeat {
            // What is found is not reaped as long as the lock is held, so that no number is given to another process.
            state.withLock { state in
                state.isClosed = true
                for number in state.running.keys { kill(-number, SIGKILL) }
                for number in Self.descendants() { kill(number, SIGKILL) }
            }
            usleep(1_000)
        } while function_process_has_children() && ContinuousClock.now < deadline
    }

    /// Kills what has been left behind by processes that have ended, as ``killAll(within:)`` does.
    func killAll(within limit: Duration) async {
        try? await starter.runIfActive { self.killAll(within: limit) as Void }
    }

    /// The processes below this one.
    private static func descendants() -> [pid_t] {
        var children: [pid_t: [pid_t]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let number = pid_t(name), let data = FileManager.default.contents(atPath: "/proc/\(name)/stat") else {
                continue
            }
            // NUMBER (NAME) STATE PARENT …, and the name may contain anything.
            let fields = data.suffix(from: (data.lastIndex(of: UInt8(ascii: ")")) ?? data.startIndex) + 1)
                .split(separator: UInt8(ascii: " "))
            guard fields.count > 1, let parent = pid_t(String(decoding: fields[1], as: UTF8.self)) else { continue }
            children[parent, default: []].append(number)
        }
        var found = children[getpid()] ?? []
        var next = 0
        while next < found.count {
            found += children[found[next]] ?? []
            next += 1
        }
        return found
    }

    private func startHere(
        _ command: [String], _ environment: [String: String], _ directory: String?
    ) throws -> StartedProcess {
        let path = try Self.path(of: command[0])
        var process = StartedChild()
        let entry = try unsafe withCStrings(command) { arguments in
            try unsafe withCStrings(environment.map { "\($0)=\($1)" }) { environment in
                try unsafe withCStrings([path] + (directory.map { [$0] } ?? [])) { paths in
                    guard let path = unsafe paths[0] else { throw ProcessStartFailure(ENOENT) }
                    var start = unsafe ProcessStart(
                        path: path, arguments: arguments, environment: environment, directory: paths[1])
                    return try state.withLock { state in
                        guard !state.isClosed else { throw CancellationError() }
                        let reason = unsafe function_process_start(&start, &process)
                        guard reason == 0 else { throw ProcessStartFailure(reason) }
                        let entry = StartedProcess(number: process.number, output: process.output, error: process.error)
                        state.running[process.number] = entry
                        return entry
                    }
                }
            }
        }
        started.signal()
        // Brings nothing, and ends with the execution.
        let failure = FileDescriptor(rawValue: process.failure)
        defer { try? failure.close() }
        var reason: CInt = 0
        let count = try unsafe withUnsafeMutableBytes(of: &reason) { try unsafe failure.read(into: $0) }
        guard count > 0 else { return entry }
        for descriptor in [process.output, process.error] { try? FileDescriptor(rawValue: descriptor).close() }
        throw ProcessStartFailure(reason, fileExists: FileManager.default.fileExists(atPath: path))
    }

    /// The file of a program: the name itself if it has a slash, or a program in a folder of `PATH`.
    private static func path(of name: String) throws -> String {
        guard !name.contains("/") else { return name }
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        for folder in folders.split(separator: ":", omittingEmptySubsequences: false) {
            let path = folder.isEmpty ? "./\(name)" : "\(folder)/\(name)"
            var isFolder = false
            if FileManager.default.isExecutableFile(atPath: path),
                FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder
            {
                return path
            }
        }
        throw ProcessStartFailure(ENOENT)
    }

    /// The reaper's work.
    private func reap() {
        while true {
            let number = function_process_wait()
            guard number > 0 else {
                started.wait()
                continue
            }
            let (process, status) = state.withLock { state in
                let process = state.running.removeValue(forKey: number)
                // The process is a zombie as yet, so that its group cannot be another's.
                if process != nil { kill(-number, SIGKILL) }
                var status: CInt = 0
                unsafe waitpid(number, &status, 0)
                return (process, status)
            }
            process?.note(end: ProcessEnd(status: status))
        }
    }
}

/// A process that was started by ``ProcessTable``.
final class StartedProcess: Sendable {
    /// The process's number, and its group's.
    let number: pid_t

    /// Descriptors that bring its standard output and standard error. The caller closes them.
    let output, error: CInt

    private let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: ProcessEnd.self)

    fileprivate init(number: pid_t, output: CInt, error: CInt) {
        self.number = number
        self.output = output
        self.error = error
    }

    /// Waits until it has ended.
    var end: ProcessEnd {
        get async throws { try await promise.futureResult.get() }
    }

    /// Sends a signal to it and its group; does nothing if it has ended.
    func send(_ signal: CInt) {
        ProcessTable.shared.send(signal, to: self)
    }

    fileprivate func note(end: ProcessEnd) {
        promise.succeed(end)
    }
}

/// How a process has ended, in the words of Lambda's logs.
struct ProcessEnd: Sendable, CustomStringConvertible {
    /// As wait(2) reports it.
    fileprivate let status: CInt

    var description: String {
        switch status & 0x7f {
        case 0: "exit status \(status >> 8 & 0xff)"
        case SIGKILL: "signal: killed"
        case SIGTERM: "signal: terminated"
        case SIGSEGV: "signal: segmentation fault"
        case let signal: "signal: \(signal)"
        }
    }
}

/// Why a process could not be started.
struct ProcessStartFailure: Error, CustomStringConvertible {
    let description: String

    fileprivate init(_ reason: CInt, fileExists: Bool = false) {
        description =
            switch (reason, fileExists) {
            case (ENOENT, false): "found no such program"
            case (ENOENT, true): "found no interpreter for it"
            default: "\(Errno(rawValue: reason))"
            }
    }
}

/// Calls `body` with C strings, and a null pointer after them.
private func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) throws -> R
) throws -> R {
    let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return try unsafe copies.withUnsafeBufferPointer { pointers in
        guard let first = pointers.baseAddress else { throw ProcessStartFailure(ENOMEM) }
        return try unsafe body(first)
    }
}
