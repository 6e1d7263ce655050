import Synchronization

/// The last of what a function has printed since its invocation began, as `X-Amz-Log-Result` carries it.
final class LogTail: Sendable {
    /// The most that is kept, in bytes: what Lambda gives (API reference, Invoke).
    static let capacity = 4_096

    private let bytes = Mutex<[UInt8]>([])

    /// An invocation begins.
    func begin(_ id: String) {
        bytes.withLock { $0 = Array("START RequestId: \(id) Version: $LATEST\n".utf8) }
    }

    /// The function has printed something.
    func append(_ text: RawSpan) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: text)
            // Cut now and then, not with every line.
            if bytes.count > 2 * Self.capacity { bytes.removeFirst(bytes.count - Self.capacity) }
        }
    }

    /// Returns what was printed up to now, and the lines that Lambda adds at the end of an invocation.
    ///
    /// - Parameter lines: Whole lines. They begin a line even if the output ends inside one.
    func end(with lines: String) -> [UInt8] {
        bytes.withLock { bytes in
            let lineEnd = bytes.last == UInt8(ascii: "\n") ? "" : "\n"
            return Array((bytes + lineEnd.utf8 + lines.utf8).suffix(Self.capacity))
        }
    }
}
