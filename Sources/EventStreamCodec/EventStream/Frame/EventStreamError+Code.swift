extension EventStreamError {
    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String {
            case preludeCRCMismatch, messageLengthTooSmall, headersLengthTooLarge
            case messageTooLong, headersTooLong, payloadTooLong
            case messageCRCMismatch
            case headerTruncated, headerNameEmpty, headerNameTooLong, headerNameNotUTF8, headerNameDuplicate
            case headerValueTypeUnknown, headerValueTooLong, headerValueNotUTF8
            case unexpectedEnd, unreadMessages
            case bufferTooSmall, payloadLengthMismatch
        }

        let kind: Kind

        private init(_ kind: Kind) {
            self.kind = kind
        }

        /// The code's name, such as `preludeCRCMismatch`.
        public var description: String { kind.rawValue }

        // MARK: The prelude

        /// The prelude CRC is not that of the eight bytes before it. The offset is the CRC's, byte 8 of the message.
        public static let preludeCRCMismatch = Code(.preludeCRCMismatch)

        /// The total length is below 16, the length of a message with neither headers nor payload. The offset is that
        /// of the total length, byte 0 of the message.
        public static let messageLengthTooSmall = Code(.messageLengthTooSmall)

        /// The headers do not fit into the total length. The offset is that of the headers length, byte 4.
        public static let headersLengthTooLarge = Code(.headersLengthTooLarge)

        /// The message is longer than ``EventStreamLimits/messageLength``. The offset is that of the total length.
        public static let messageTooLong = Code(.messageTooLong)

        /// The header block is longer than ``EventStreamLimits/headersLength``. The offset is that of the headers
        /// length.
        public static let headersTooLong = Code(.headersTooLong)

        /// The payload is longer than ``EventStreamLimits/payloadLength``. The offset is that of the total length.
        public static let payloadTooLong = Code(.payloadTooLong)

        // MARK: The whole message

        /// The message CRC is not that of all bytes before it. The offset is the CRC's, the message's last four bytes.
        public static let messageCRCMismatch = Code(.messageCRCMismatch)

        // MARK: The header block

        /// A header does not fit into what is left of the header block. The offset is that of the field that does not.
        public static let headerTruncated = Code(.headerTruncated)

        /// A header name has zero bytes. The offset is that of its length.
        public static let headerNameEmpty = Code(.headerNameEmpty)

        /// A header name to be encoded has more than 255 bytes.
        public static let headerNameTooLong = Code(.headerNameTooLong)

        /// A header name is not UTF-8. The offset is that of the first ill-formed sequence.
        public static let headerNameNotUTF8 = Code(.headerNameNotUTF8)

        /// A header name occurs twice. The offset is that of the header that repeats it; the first one that does.
        public static let headerNameDuplicate = Code(.headerNameDuplicate)

        /// A header value's type is above 9. The offset is that of the type.
        public static let headerValueTypeUnknown = Code(.headerValueTypeUnknown)

        /// A string or byte array is longer than ``EventStreamLimits/headerValueLength``. The offset is that of its
        /// length.
        public static let headerValueTooLong = Code(.headerValueTooLong)

        /// A string is not UTF-8. The offset is that of the first ill-formed sequence.
        public static let headerValueNotUTF8 = Code(.headerValueNotUTF8)

        // MARK: The stream's end

        /// The stream ends inside a message. The offset is that of the end.
        public static let unexpectedEnd = Code(.unexpectedEnd)

        /// The stream was declared finished while whole messages in the decoder had not been read. The offset is that
        /// of the first of them.
        public static let unreadMessages = Code(.unreadMessages)

        // MARK: Encoding

        /// The buffer to encode into is shorter than the message. The offset is where the buffer ends.
        public static let bufferTooSmall = Code(.bufferTooSmall)

        /// The payload written is not as long as it was announced. The offset is where it ends.
        public static let payloadLengthMismatch = Code(.payloadLengthMismatch)
    }
}
