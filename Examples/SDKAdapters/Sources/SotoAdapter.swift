import EventStreamCodec
import EventStreamNIO
import NIOCore

/// Reads events for soto-core, whose function `readEvent` this has the shape of.
enum EventReader {
    /// A message of the type `error`.
    struct ServiceError: Error {
        let code: String
    }

    /// Removes the next message from a buffer.
    ///
    /// - Returns: Its headers that are strings, and its payload, a slice of the buffer; nil if the message is incomplete. The buffer is then
    ///   unchanged.
    static func readEvent(_ buffer: inout ByteBuffer) throws -> (headers: [String: String], payload: ByteBuffer)? {
        var decoder = EventStreamBufferDecoder()
        guard let message = try decoder.decode(buffer: &buffer) else { return nil }
        return (try headers(of: message), message.payload)
    }

    private static func headers(of message: EventStreamMessageBuffer) throws -> [String: String] {
        var headers: [String: String] = [:]
        var fields = message.view.headers.makeIterator()
        while let header = fields.next() {
            if case .string(let string) = header.value { headers[String(header.name)] = String(string) }
        }
        if headers[":message-type"] == "error" { throw ServiceError(code: headers[":error-code"] ?? "unknown") }
        return headers
    }

    /// The events in the body of a response, in the place of an iterator that joins buffers: each message is looked at once, however the
    /// buffers divide it.
    static func events<Body: AsyncSequence>(
        in body: Body
    ) -> AsyncThrowingMapSequence<
        DecodedStream<Body, EventStreamBufferDecoder>, (headers: [String: String], payload: ByteBuffer)
    > where Body.Element == ByteBuffer {
        body.eventStreamMessages().map { (try headers(of: $0), $0.payload) }
    }
}
