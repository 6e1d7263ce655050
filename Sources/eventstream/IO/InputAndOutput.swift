import ArgumentParser
import EventStreamCodec
import SystemPackage
import TextCoding

/// The file, pipe or terminal that a command reads piece by piece.
struct InputFile: ~Copyable {
    /// Its name in messages.
    let name: String

    private let descriptor: FileDescriptor
    private var buffer: ContiguousArray<UInt8>
    private let isStandardInput: Bool

    /// Opens `path`, or standard input if it is nil or `-`.
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

    /// Checks that a read size is positive and not larger than a buffer may be.
    static func validate(readSize: Int, option: String = "--read-size") throws {
        guard (1...(1 << 26)).contains(readSize) else {
            throw ValidationError("\(option) takes a number from 1 to 67108864.")
        }
    }

    deinit {
        if !isStandardInput { try? descriptor.close() }
    }

    /// Waits for the next bytes and calls `body` with them, borrowed.
    ///
    /// - Returns: False at the end of the input.
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

/// An input that is read field by field. It flushes the output before it waits.
struct PulledInput: ~Copyable {
    private var source: StreamInput
    private var buffer: [UInt8] = []
    private var start = 0

    init(_ source: consuming StreamInput) {
        self.source = source
    }

    var name: String { source.name }

    /// Appends the next `count` bytes to `bytes`, or fewer at the end of the input. Memory grows with the bytes that arrive.
    mutating func read(_ count: Int, to bytes: inout [UInt8], flushing output: inout OutputFile) throws {
        while buffer.count - start < count {
            try output.flush()
            buffer.removeSubrange(0..<start)
            start = 0
            guard try source.readNext({ buffer.append(contentsOf: $0) }) else { break }
        }
        let end = min(start + count, buffer.count)
        bytes.append(contentsOf: buffer.rawSpan.extracting(start..<end))
        start = end
    }
}

/// Returns the path in an argument of the command, byte for byte. A file's name need not be UTF-8, but a `String` is.
func filePath(ofArgument argument: String) -> FilePath {
    for index in 0..<Int(CommandLine.argc) {
        guard let raw = unsafe CommandLine.unsafeArgv[index] else { continue }
        if unsafe String(cString: raw) == argument { return unsafe FilePath(platformString: raw) }
    }
    return FilePath(argument)
}

/// Standard output, buffered so that a system call writes many lines, and flushed before the command waits for input.
struct OutputFile: ~Copyable {
    /// What has been printed but not written.
    private var text = TextBuffer()

    /// Receives bytes from code that appends to an array.
    private var array: [UInt8] = []

    private static let flushSize = 65_536

    /// Calls `body`, which appends to the output.
    mutating func write(_ body: (inout TextBuffer) throws -> Void) throws {
        try body(&text)
        if text.count >= Self.flushSize { try flush() }
    }

    /// Calls `body`, which appends to the output. ``write(_:)`` copies less.
    mutating func print(_ body: (inout [UInt8]) throws -> Void) throws {
        defer { array.removeAll(keepingCapacity: true) }
        try body(&array)
        array.withBytes { text.append($0) }
        if text.count >= Self.flushSize { try flush() }
    }

    /// Appends `bytes` to the output.
    mutating func append(_ bytes: borrowing some RawBytes & ~Copyable & ~Escapable) throws {
        text.append(bytes.rawSpan)
        if text.count >= Self.flushSize { try flush() }
    }

    /// Writes everything that has been printed.
    mutating func flush() throws {
        guard text.count > 0 else { return }
        do {
            try text.withBytes { try FileDescriptor.standardOutput.writeAllWaiting($0) }
        } catch let error as Errno {
            throw error == .brokenPipe ? .outputClosed : CommandFailure(error, at: "standard output")
        }
        text.removeAll()
    }
}
