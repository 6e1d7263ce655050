import SystemPackage

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
