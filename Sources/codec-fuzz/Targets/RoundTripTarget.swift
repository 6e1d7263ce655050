import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// Decoded bytes are encoded to the same bytes in every way of encoding, and an encoded message is decoded to the same
    /// message.
    static let roundTrip = FuzzTarget(
        name: "roundtrip", about: "bytes to message to bytes, message to bytes to message", shape: .eventStream
    ) { input throws(FuzzFailure) in
        var decoder = EventStreamDecoder(limits: .unlimited, policy: .lenient)
        var failure: FuzzFailure?
        _ = thrown { () throws(EventStreamError) in
            try decoder.decode(input) { message in
                if failure == nil { failure = thrown { () throws(FuzzFailure) in try requireSameBytes(message) } }
            }
        }
        if let failure { throw failure }

        var random = SeededGenerator(seed: seed(of: input))
        let message = EventStreamMessage.random(using: &random)
        var decoded: EventStreamMessage?
        let error = thrown { () throws(EventStreamError) in
            let bytes = try message.encoded()
            var decoder = EventStreamDecoder()
            for range in Splitting.random(seed: random.next()).ranges(of: bytes.count) {
                try decoder.decode(Array(bytes[range])) { decoded = EventStreamMessage($0) }
            }
            try decoder.finish()
        }
        try require(error == nil && decoded == message, "message to bytes to message: \(text(error))")
        try requireLimits(message)
    }

    /// A payload over the limit is rejected, and so is one with another length than announced.
    private static func requireLimits(_ message: EventStreamMessage) throws(FuzzFailure) {
        let length = message.payload.count
        guard length > 0 else { return }
        let limits = EventStreamLimits(payloadLength: length - 1)
        let tooLong = thrown { () throws(EventStreamError) in _ = try message.encoded(limits: limits) }
        try require(tooLong?.code == .payloadTooLong, "one byte beyond the limit: \(text(tooLong))")
        for announced in [length - 1, length + 1] {
            let mismatch = thrown { () throws(EventStreamError) in
                var head = [UInt8](repeating: 0, count: 40_000)
                try unsafe head.withUnsafeMutableBufferPointer { buffer throws(EventStreamError) in
                    var output = unsafe OutputRawSpan(
                        buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
                    var open = try EventStreamEncoder().begin(
                        headers: message.headers, payloadLength: announced, into: &output)
                    try open.update(message.payload.span)
                    _ = try open.finish()
                }
            }
            try require(mismatch?.code == .payloadLengthMismatch, "\(announced) announced: \(text(mismatch))")
        }
    }

    private static func requireSameBytes(_ view: EventStreamMessageView) throws(FuzzFailure) {
        let bytes = [UInt8](view.frame)
        let message = EventStreamMessage(view)
        let encoder = EventStreamEncoder(limits: .unlimited, policy: .lenient)
        var appended: [UInt8] = []
        var inParts: [UInt8] = []
        var inBuffer = [UInt8](repeating: 0, count: bytes.count)
        var count = 0
        let error = thrown { () throws(EventStreamError) in
            try encoder.append(message, to: &appended)
            let headers = try EventStreamEncodedHeaders(message.headers, limits: .unlimited, policy: .lenient)
            let parts = try encoder.parts(headers: headers, payload: message.payload.span)
            inParts = parts.head + message.payload + parts.tail
            count = try unsafe inBuffer.withUnsafeMutableBufferPointer { buffer throws(EventStreamError) in
                try unsafe message.payload.withUnsafeBufferPointer { payload throws(EventStreamError) in
                    try unsafe encoder.encode(
                        headers: headers, payload: UnsafeRawBufferPointer(payload),
                        into: UnsafeMutableRawBufferPointer(buffer))
                }
            }
        }
        try require(error == nil, "encoding again threw \(text(error))")
        try require(appended == bytes, "appended, other bytes")
        try require(inParts == bytes, "in parts, other bytes")
        try require(count == bytes.count && inBuffer == bytes, "into a buffer, other bytes")
    }
}
