import EventStreamCodec
import TextCoding

extension LambdaFunctionError {
    /// The two trailers that tell Lambda that a response failed after its beginning.
    ///
    /// `Lambda-Runtime-Function-Error-Type` has the type, each character but visible ASCII replaced by `_`, so that no
    /// type can write a field of its own; `Lambda-Runtime-Function-Error-Body` has the base64 of ``json``.
    public var trailers: [ChunkedTrailer] {
        [
            ChunkedTrailer(RuntimeAPIField.errorType, fieldType),
            ChunkedTrailer(RuntimeAPIField.errorBody, Base64.encode(json)),
        ]
    }

    /// The type, fit for a field of HTTP.
    var fieldType: String {
        guard !type.isEmpty else { return Self.unnamedType }
        let visible = type.unicodeScalars.prefix(Self.fieldTypeLimit).map { scalar in
            ("\u{21}"..."\u{7e}").contains(scalar) ? UInt8(ascii: scalar) : UInt8(ascii: "_")
        }
        return String(decoding: visible, as: UTF8.self)
    }

    /// The most characters of a type in a field; a longer one stands whole in the JSON.
    private static let fieldTypeLimit = 256

    /// What an error without a type is called.
    static let unnamedType = "Function.Unknown"
}
