import ArgumentParser
import SystemPackage

/// The file, pipe or terminal that a command reads, piece by piece.
struct InputFile: ~Copyable {
    /// What to call it in messages.
    let name: String

    private let descriptor: FileDescriptor
    private var buffer: ContiguousArray<UInt8>
    private let isStandardInput: Bool

    /// Opens `path`, or standard input when it is nil or `-`.
    init(_ path: String?, readSize: Int = Self.defaultReadSize) throws {
        isStandardInput = path == nil || path == "-"
        name = isStandardInput ? "standard input" : path ?? ""
        do {
            descriptor = isStandardInput ? .standardInput : try .open(filePath(ofArgument: name), .readOnly)
        } catch let error as Errno {
            throw CommandFailure(status: CommandFailure.Status.noInput, message: "\(name): \(error)")
        }
        buffer = ContiguousArray(repeating: 0, count: readSize)
    }

    static let defaultReadSize = 65_536

    /// Refuses a number of bytes that is none, or more than a buffer should have.
    static func validate(readSize: Int, option: String = "--read-size") throws {
        guard (1...(1 << 26)).contains(readSize) else {
            throw ValidationError("\(option) takes a number from 1 to 67108864.")
        }
    }

    deinit {
        if !isStandardInput { try? descriptor.close() }
    }

    /// Waits for the next bytes and lends them to `body`.
    ///
    /// - Returns: Whether there were any; false at the end of the input.
    mutating func readNext(_ body: (Span<UInt8>) throws -> Void) throws -> Bool {
        let count: Int
        do {
            count = try unsafe buffer.withUnsafeMutableBytes { try unsafe descriptor.readWaiting(into: $0) }
        } catch let error as Errno where error == .isDirectory {
            throw CommandFailure(status: CommandFailure.Status.noInput, message: "\(name): \(error)")
        } catch let error as Errno {
            throw CommandFailure(error, at: name)
        }
        guard count > 0 else { return false }
        try body(buffer.span.extracting(0..<count))
        return true
    }
}

/// An input read field by field; flushes the output whenever it has to wait.
struct PulledInput: ~Copyable {
    private var file: InputFile
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ file: consuming InputFile) {
        self.file = file
    }

    var name: String { file.name }

    /// The next `count` bytes, fewer at the end of the input. Memory grows with the bytes that arrive.
    mutating func read(_ count: Int, flushing output: inout OutputFile) throws -> [UInt8] {
        while buffer.count - start < count {
            try output.flush()
            buffer.removeSubrange(0..<start)
            start = 0
            guard try file.readNext({ unsafe buffer.append(contentsOf: $0.bytes) }) else { break }
        }
        let end = min(start + count, buffer.count)
        defer { start = end }
        return Array(buffer[start..<end])
    }
}

/// The path that an argument of the command names, byte for byte: a file's name need not be UTF-8, a `String` is.
func filePath(ofArgument argument: String) -> FilePath {
    for index in 0..<Int(CommandLine.argc) {
        guard let raw = unsafe CommandLine.unsafeArgv[index] else { continue }
        if unsafe String(cString: raw) == argument { return unsafe FilePath(platformString: raw) }
    }
    return FilePath(argument)
}

/// Standard output, gathered so that a system call carries many lines, and flushed before the command waits for input.
struct OutputFile: ~Copyable {
    /// What has been printed and not been written.
    private var buffer: [UInt8] = []

    private static let flushSize = 65_536

    /// Lets `body` append to the output.
    mutating func print(_ body: (inout [UInt8]) throws -> Void) throws {
        try body(&buffer)
        if buffer.count >= Self.flushSize { try flush() }
    }

    /// Writes all that has been printed.
    mutating func flush() throws {
        guard !buffer.isEmpty else { return }
        do {
            try FileDescriptor.standardOutput.writeAllWaiting(buffer)
        } catch let error as Errno {
            throw error == .brokenPipe ? .outputClosed : CommandFailure(error, at: "standard output")
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
