#if LambdaRuntime
import NIOCore

/// Something whose bytes can be written to a response: text as UTF-8, or bytes.
public protocol ResponseBytes {
    /// The bytes.
    var responseBuffer: ByteBuffer { get }
}

extension ByteBuffer: ResponseBytes {
    /// The buffer itself, which is not copied.
    public var responseBuffer: ByteBuffer { self }
}

extension Array: ResponseBytes where Element == UInt8 {
    /// The bytes, copied once.
    public var responseBuffer: ByteBuffer { ByteBuffer(bytes: self) }
}

extension ArraySlice: ResponseBytes where Element == UInt8 {
    /// The bytes, copied once.
    public var responseBuffer: ByteBuffer { ByteBuffer(bytes: self) }
}

extension String: ResponseBytes {
    /// The text's UTF-8, copied once.
    public var responseBuffer: ByteBuffer { ByteBuffer(string: self) }
}

extension Substring: ResponseBytes {
    /// The text's UTF-8, copied once.
    public var responseBuffer: ByteBuffer { ByteBuffer(substring: self) }
}
#endif
