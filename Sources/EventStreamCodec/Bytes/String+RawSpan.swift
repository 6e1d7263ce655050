extension String {
    /// Lends the string's UTF-8 for the duration of `body`, without allocation.
    package func withUTF8Bytes<R>(_ body: (RawSpan) -> R) -> R {
        var string = self
        return string.withUTF8 { bytes in
            unsafe body(RawSpan(_unsafeElements: bytes))
        }
    }

    /// The string of some UTF-8; what is ill-formed is replaced by U+FFFD.
    package init(decodingUTF8 bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { bytes in
            unsafe String(decoding: bytes, as: UTF8.self)
        }
    }
}
