import EventStreamCodec
import Foundation
import NIOCore

/// Decodes a file with each adapter: `SDKAdapters FILE`. With `--measure`, prints how long that takes.
@main struct SDKAdapters {
    static func main() throws {
        let isMeasured = CommandLine.arguments.contains("--measure")
        guard let file = CommandLine.arguments.dropFirst().last else {
            print("usage: SDKAdapters [--measure] FILE")
            exit(64)
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        let adapters = [("smithy-swift", smithyMessages), ("soto-core", sotoMessages), ("EventStreamCodec", messages)]
        for (name, count) in adapters {
            let found = try count(data)
            guard isMeasured else {
                print("\(name): \(found) messages")
                continue
            }
            let clock = ContinuousClock()
            let repetitions = max(1, 2_000_000 / max(1, found))
            let time = try clock.measure { for _ in 0..<repetitions { _ = try count(data) } }
            let nanoseconds = (time / (repetitions * max(1, found))).components.attoseconds / 1_000_000_000
            print("\(name): \(nanoseconds) ns per message")
        }
    }

    private static func smithyMessages(_ data: Data) throws -> Int {
        let decoder = StreamMessageDecoder()
        var count = 0
        try decoder.feed(data: data)
        while try decoder.message() != nil { count += 1 }
        try decoder.endOfStream()
        return count
    }

    private static func sotoMessages(_ data: Data) throws -> Int {
        var buffer = ByteBuffer(bytes: data)
        var count = 0
        while try EventReader.readEvent(&buffer) != nil { count += 1 }
        return count
    }

    /// Without copies, for comparison.
    private static func messages(_ data: Data) throws -> Int {
        var decoder = EventStreamDecoder()
        var count = 0
        try decoder.decode(data.bytes) { message in
            var fields = message.headers.makeIterator()
            while let header = fields.next() { if header.name == ":message-type" { count += 1 } }
        }
        try decoder.finish()
        return count
    }
}
