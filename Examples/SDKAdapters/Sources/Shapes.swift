import Foundation

// The types and protocols that an SDK has already, in the shape of smithy-swift's module SmithyEventStreamsAPI. In the SDK itself, this
// file does not exist.

/// A message.
struct Message: Equatable, Sendable {
    var headers: [Header] = []
    var payload = Data()
}

/// A header of a message.
struct Header: Equatable, Sendable {
    let name: String
    let value: HeaderValue
}

/// The value of a header.
enum HeaderValue: Equatable, Sendable {
    case bool(Bool)
    case byte(Int8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case byteArray(Data)
    case string(String)
    case timestamp(Date)
    case uuid(UUID)
}

/// Receives bytes and returns messages.
protocol MessageDecoder: Sendable {
    /// Receives the next bytes of the stream.
    func feed(data: Data) throws

    /// Receives the end of the stream.
    func endOfStream() throws

    /// Returns and removes the next message; nil if it has not arrived.
    func message() throws -> Message?
}

/// Encodes messages.
protocol MessageEncoder: Sendable {
    /// Returns the bytes of a message.
    func encode(message: Message) throws -> Data
}
