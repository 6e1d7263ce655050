/// Contiguous bytes that a call can borrow: the input type of every function in this library that reads bytes.
///
/// Arrays, slices of arrays, spans and raw buffers conform, so each function exists once and takes any of them. A type
/// of your own can conform if all of its bytes are in one place in memory:
///
/// ```swift
/// struct Packet: RawBytes {
///     var body: [UInt8]
///     var rawSpan: RawSpan { @_lifetime(borrow self) get { body.rawSpan } }
/// }
/// ```
///
/// (A conformance needs the compiler's experimental feature `Lifetimes`. Calling the library does not.)
public protocol RawBytes: ~Copyable, ~Escapable {
    /// The bytes, borrowed from the value.
    var rawSpan: RawSpan { @_lifetime(borrow self) get }
}

extension RawSpan: RawBytes {
    /// The span itself.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get { self }
    }
}

extension Span: RawBytes where Element == UInt8 {
    /// The span's bytes.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        // Bytes have no padding, so viewing them as raw memory is safe.
        @inline(__always) get { unsafe bytes }
    }
}

extension UnsafeRawBufferPointer: RawBytes {
    /// The buffer's bytes. The buffer must stay valid, and must not change, while the call runs.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get { unsafe _overrideLifetime(RawSpan(_unsafeBytes: self), borrowing: self) }
    }
}

extension UnsafeBufferPointer: RawBytes where Element == UInt8 {
    /// The buffer's bytes. The buffer must stay valid, and must not change, while the call runs.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get { unsafe _overrideLifetime(RawSpan(_unsafeElements: self), borrowing: self) }
    }
}

extension Array: RawBytes where Element == UInt8 {
    /// The array's bytes.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get {
            // INVARIANT: an array of integers is contiguous and does not move or change while it is borrowed.
            let memory = unsafe withUnsafeBytes { unsafe $0 }
            return unsafe _overrideLifetime(RawSpan(_unsafeBytes: memory), borrowing: self)
        }
    }
}

extension ArraySlice: RawBytes where Element == UInt8 {
    /// The slice's bytes.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get {
            // INVARIANT: as for an array.
            let memory = unsafe withUnsafeBytes { unsafe $0 }
            return unsafe _overrideLifetime(RawSpan(_unsafeBytes: memory), borrowing: self)
        }
    }
}

extension ContiguousArray: RawBytes where Element == UInt8 {
    /// The array's bytes.
    @inlinable public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        @inline(__always) get {
            // INVARIANT: as for an array.
            let memory = unsafe withUnsafeBytes { unsafe $0 }
            return unsafe _overrideLifetime(RawSpan(_unsafeBytes: memory), borrowing: self)
        }
    }
}

extension Array where Element == UInt8 {
    /// Copies borrowed bytes into an array: `[UInt8](message.payload)`.
    ///
    /// - Parameter bytes: The bytes to copy.
    public init(_ bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Array(bytes)
        }
    }

    /// Appends a copy of borrowed bytes.
    ///
    /// - Parameter bytes: The bytes to copy.
    public mutating func append(contentsOf bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe append(contentsOf: bytes)
        }
    }
}

extension String {
    /// Copies borrowed UTF-8 into a string: `String(message.payload) ?? ""`.
    ///
    /// - Parameter utf8: The bytes to copy.
    /// - Returns: The string, or nil if the bytes are not well-formed UTF-8. Linear in the number of bytes.
    public init?(_ utf8: RawSpan) {
        guard utf8.firstIllFormedUTF8(in: utf8.byteOffsets) == nil else { return nil }
        self.init(decodingUTF8: utf8)
    }

    /// Copies borrowed UTF-8 into a string; each ill-formed sequence becomes U+FFFD.
    package init(decodingUTF8 bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Returns whether both strings have the same bytes. `==` compares canonical equivalence, which is wrong for protocol text and
    /// would link the Unicode tables into Embedded programs.
    @inline(never)
    package func hasSameUTF8(as other: String) -> Bool {
        withUTF8Bytes { bytes in other.withUTF8Bytes { bytes.elementsEqual($0) } }
    }

    /// Calls `body` with the string's UTF-8, borrowed and without allocation.
    package func withUTF8Bytes<R>(_ body: (RawSpan) -> R) -> R {
        var string = self
        return string.withUTF8 { bytes in
            unsafe body(RawSpan(_unsafeElements: bytes))
        }
    }
}
