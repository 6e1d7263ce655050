/// What ``ReferenceEventStreamDecoder`` makes of an input.
package struct ReferenceEventStream: Equatable {
    package struct Header: Equatable {
        package var name: [UInt8]
        package var type: UInt8
        /// The value as it stands on the wire, without type and length.
        package var value: [UInt8]
    }

    package struct Message: Equatable {
        package var offset: Int
        package var length: Int
        package var headers: [Header]
        package var payload: [UInt8]
        package var preludeCRC: UInt32
        package var messageCRC: UInt32
    }

    /// A problem, named as in Tests/Vectors/README.md, and where it is.
    package struct Failure: Equatable {
        package var code: String
        package var offset: Int
    }

    /// What a decoder may be told to accept.
    package struct Rules {
        package var longestMessage: Int
        package var longestHeaders: Int
        package var longestPayload: Int
        package var longestHeaderValue: Int
        package var acceptsRepeatedNames: Bool
        package var acceptsEmptyNames: Bool

        package init(
            longestMessage: Int, longestHeaders: Int, longestPayload: Int, longestHeaderValue: Int,
            acceptsRepeatedNames: Bool, acceptsEmptyNames: Bool
        ) {
            self.longestMessage = longestMessage
            self.longestHeaders = longestHeaders
            self.longestPayload = longestPayload
            self.longestHeaderValue = longestHeaderValue
            self.acceptsRepeatedNames = acceptsRepeatedNames
            self.acceptsEmptyNames = acceptsEmptyNames
        }
    }

    package var messages: [Message] = []
    package var failure: Failure?
}
