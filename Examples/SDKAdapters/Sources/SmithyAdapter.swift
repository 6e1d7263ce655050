import EventStreamCodec
import EventStreamFoundation
import Foundation
import Synchronization

/// Decodes messages for smithy-swift.
final class StreamMessageDecoder: MessageDecoder {
    private struct State {
        var decoder = EventStreamDecoder()
        var messages: [Message] = []

        /// The messages before it have been returned.
        var next = 0

        /// What was wrong with the stream. It is thrown after the messages before it.
        var error: EventStreamError?
    }

    private let state = Mutex(State())

    func feed(data: Data) throws {
        try state.withLock { state in
            if let error = state.error { throw error }
            do throws(EventStreamError) {
                try state.decoder.decode(data) { state.messages.append(Message($0)) }
            } catch {
                state.error = error
            }
        }
    }

    func endOfStream() throws {
        try state.withLock { state in
            if let error = state.error { throw error }
            try state.decoder.finish()
        }
    }

    func message() throws -> Message? {
        try state.withLock { state in
            guard state.next < state.messages.count else {
                if let error = state.error { throw error }
                return nil
            }
            defer {
                state.next += 1
                if state.next == state.messages.count {
                    state.messages.removeAll(keepingCapacity: true)
                    state.next = 0
                }
            }
            return state.messages[state.next]
        }
    }
}

/// Encodes messages for smithy-swift.
struct StreamMessageEncoder: MessageEncoder {
    func encode(message: Message) throws -> Data {
        let headers = message.headers.map { EventStreamHeader($0.name, EventStreamHeaderValue($0.value)) }
        var bytes: [UInt8] = []
        try EventStreamEncoder().append(headers: EventStreamHeaders(headers), payload: message.payload, to: &bytes)
        return Data(bytes)
    }
}

// MARK: Conversions

extension Message {
    /// Copies a decoded message.
    init(_ view: EventStreamMessageView) {
        var headers: [Header] = []
        var fields = view.headers.makeIterator()
        while let header = fields.next() {
            headers.append(Header(name: String(header.name), value: HeaderValue(header.value)))
        }
        self.init(headers: headers, payload: Data(view.payload))
    }
}

extension HeaderValue {
    init(_ value: EventStreamHeaderValueView) {
        switch value {
        case .boolean(let value): self = .bool(value)
        case .byte(let value): self = .byte(value)
        case .short(let value): self = .int16(value)
        case .integer(let value): self = .int32(value)
        case .long(let value): self = .int64(value)
        case .byteArray(let bytes): self = .byteArray(Data(bytes))
        case .string(let string): self = .string(String(string))
        case .timestamp(let milliseconds):
            self = .timestamp(Date(timeIntervalSince1970: Double(milliseconds) / 1000))
        case .uuid(let uuid): self = .uuid(UUID(uuid))
        }
    }
}

extension EventStreamHeaderValue {
    init(_ value: HeaderValue) {
        switch value {
        case .bool(let value): self = .boolean(value)
        case .byte(let value): self = .byte(value)
        case .int16(let value): self = .short(value)
        case .int32(let value): self = .integer(value)
        case .int64(let value): self = .long(value)
        case .byteArray(let data): self = .byteArray([UInt8](data))
        case .string(let string): self = .string(string)
        // A date out of range, such as `distantPast` of another calendar, becomes the first or last one.
        case .timestamp(let date):
            let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
            self = .timestamp(Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max))
        case .uuid(let uuid): self = .uuid(EventStreamUUID(uuid))
        }
    }
}

extension UUID {
    init(_ uuid: EventStreamUUID) {
        var bytes = UUID().uuid
        withUnsafeMutableBytes(of: &bytes) { bytes in
            bytes.storeBytes(of: uuid.high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: uuid.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        self.init(uuid: bytes)
    }
}

extension EventStreamUUID {
    init(_ uuid: UUID) {
        self = withUnsafeBytes(of: uuid.uuid) { bytes in
            EventStreamUUID(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
