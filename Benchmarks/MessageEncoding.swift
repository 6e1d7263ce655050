import EventStreamCodec

/// Encodes messages one after the other into a buffer larger than the first-level cache, again and again from its start.
@safe final class MessageEncoding {
    private let payloads: Windows
    private let headers: EventStreamEncodedHeaders
    private let messageLength: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var position = 0

    init(payloadLength: Int, messageLength: Int) throws {
        payloads = Windows(of: Traffic.bytes(max(Traffic.byteCount, 2 * payloadLength)), length: payloadLength)
        headers = try EventStreamEncodedHeaders(Traffic.headers)
        self.messageLength = messageLength
        unsafe buffer = .allocate(byteCount: max(Traffic.byteCount, 2 * messageLength), alignment: 64)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    func encode(_ count: Int) -> UInt64 {
        let encoder = EventStreamEncoder()
        return unsafe payloads.sum(count) { payload in
            if unsafe position + messageLength > buffer.count { position = 0 }
            let place = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[position..<(position + messageLength)])
            position += messageLength
            do {
                return UInt64(try unsafe encoder.encode(headers: headers, payload: payload, into: place))
            } catch {
                fatalError("the benchmark's own message cannot be encoded: \(error)")
            }
        }
    }
}
