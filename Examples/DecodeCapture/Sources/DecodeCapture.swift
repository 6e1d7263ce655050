import EventStreamCodec
import Foundation

/// Prints each message of an event stream: `DecodeCapture [FILE]`. Without FILE, it reads standard input.
@main struct DecodeCapture {
    static func main() {
        let path = CommandLine.arguments.dropFirst().first
        let name = path ?? "standard input"
        do {
            let input = try path.map { try FileHandle(forReadingFrom: URL(fileURLWithPath: $0)) } ?? .standardInput
            try printMessages(of: input)
        } catch let error as EventStreamError {
            fail("\(name): \(error)", status: 65)
        } catch {
            fail("\(name): \(error.localizedDescription)", status: 66)
        }
    }

    private static func printMessages(of input: FileHandle) throws {
        var decoder = EventStreamDecoder()
        while let piece = try input.read(upToCount: 65_536), !piece.isEmpty {
            try decoder.decode([UInt8](piece)) { message in
                print("byte \(message.offset): \(summary(of: message))")
            }
        }
        // Throws if the capture stops inside a message.
        try decoder.finish()
    }

    private static func summary(of message: EventStreamMessageView) -> String {
        let payload = String(message.payload) ?? "\(message.payload.byteCount) bytes"
        return switch message.kind {
        case .event(let type): "event \(String(type)): \(payload)"
        case .exception(let type): "exception \(String(type)): \(payload)"
        case .error(let code, _): "error \(String?(code) ?? "without a code"): \(payload)"
        case .unrecognized: "message without a known type: \(payload)"
        }
    }

    private static func fail(_ message: String, status: Int32) -> Never {
        // The messages before the error come first.
        fflush(nil)
        FileHandle.standardError.write(Data("DecodeCapture: \(message)\n".utf8))
        exit(status)
    }
}
