/// What ``ReferenceChunkedDecoder`` makes of an input; bytes are not text here, whatever they are of.
package struct ReferenceChunkedBody: Equatable {
    package enum Status: String {
        case complete, incomplete, error
    }

    package struct Extension: Equatable {
        package var chunk: UInt64
        package var name: [UInt8]
        /// Quotes removed and quoted pairs resolved.
        package var value: [UInt8]?

        package init(chunk: UInt64, name: [UInt8], value: [UInt8]?) {
            self.chunk = chunk
            self.name = name
            self.value = value
        }
    }

    package struct Trailer: Equatable {
        package var name: [UInt8]
        /// The whitespace around it removed.
        package var value: [UInt8]

        package init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    package var status = Status.incomplete
    package var body: [UInt8] = []
    package var chunks: UInt64 = 0
    package var extensions: [Extension] = []
    package var trailers: [Trailer] = []
    /// The bytes of the body if complete, of the input if incomplete, up to the error if there is one.
    package var consumed = 0

    /// Nothing decoded yet.
    package init() {}
}
