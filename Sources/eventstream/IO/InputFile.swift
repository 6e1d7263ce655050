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
