#if LambdaRuntime
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import NIOCore

/// The event that a function was invoked with: JSON, as its caller sent it.
public struct InvocationEvent: Sendable, Hashable {
    /// The event's bytes.
    public let buffer: ByteBuffer

    init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// The event's bytes, copied.
    public var bytes: [UInt8] { Array(buffer.readableBytesView) }

    /// The event as text.
    public var text: String { String(buffer: buffer) }

    /// The event as a value of this type.
    ///
    /// - Throws: `DecodingError` when the event is another.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    }
}
#endif
