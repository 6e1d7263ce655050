import Dispatch
import EventStreamCodec
import Foundation

/// Prints the messages of the event stream on standard input while it arrives.
@main struct AsyncMessages {
    static func main() async {
        do {
            for try await message in InputChunks(descriptor: STDIN_FILENO).eventStreamMessages() {
                let payload = String(decoding: message.payload, as: UTF8.self)
                switch message.kind {
                case .event(let type): print("event \(type): \(payload)")
                case .exception(let type): fail("the service ended the stream with \(type): \(payload)")
                case .error(let code, let text):
                    fail("the service ended the stream with \(code ?? "an error"): \(text ?? "")")
                case .unrecognized: continue
                }
            }
        } catch .source(let error) {
            fail("standard input cannot be read: \(error)")
        } catch .stream(let error) {
            fail("standard input is not a complete event stream: \(error)")
        } catch {
            fail("\(error)")
        }
    }

    private static func fail(_ message: String) -> Never {
        // The messages before the error come first.
        fflush(nil)
        FileHandle.standardError.write(Data("AsyncMessages: \(message)\n".utf8))
        exit(1)
    }
}

/// The bytes of a pipe, a socket or a file, as they arrive.
///
/// The next piece is read when the one before was used, so a slow reader slows down the writer.
struct InputChunks: AsyncSequence, AsyncIteratorProtocol {
    let descriptor: Int32

    /// Reading blocks, so it has its own queue and leaves Swift's threads free.
    private let queue = DispatchQueue(label: "InputChunks")

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func makeAsyncIterator() -> InputChunks { self }

    func next() async throws -> [UInt8]? {
        let chunk = try await withCheckedThrowingContinuation { continuation in
            queue.async { [descriptor] in
                continuation.resume(with: Result { try Self.read(from: descriptor) })
            }
        }
        return chunk.isEmpty ? nil : chunk
    }

    private static func read(from descriptor: Int32) throws -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(descriptor, &chunk, chunk.count)
            if count >= 0 { return Array(chunk[..<count]) }
            guard errno == EINTR else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        }
    }
}
