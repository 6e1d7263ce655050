#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes messages to standard error.
enum Console {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes one line.
    static func note(_ text: String) { write(text + "\n") }

    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // An error is ignored, because the results do not depend on these messages.
            _ = unsafe Self.systemWrite(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    private static func systemWrite(_ file: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
        #if canImport(Glibc)
        unsafe Glibc.write(file, bytes, count)
        #elseif canImport(Musl)
        unsafe Musl.write(file, bytes, count)
        #elseif canImport(Darwin)
        unsafe Darwin.write(file, bytes, count)
        #endif
    }
}

/// Shows which benchmark is running: on a terminal in one line that is overwritten, otherwise in one line per benchmark.
final class Progress {
    private let total: Int
    private var begun = 0

    init(total: Int) {
        self.total = total
    }

    func begin(_ name: String) {
        begun += 1
        let text = "[\(begun)/\(total)] \(name)"
        if Console.isTerminal { Console.write("\r\u{1b}[K\(text)") } else { Console.note(text) }
    }

    func end() {
        if Console.isTerminal { Console.write("\r\u{1b}[K") }
    }
}
