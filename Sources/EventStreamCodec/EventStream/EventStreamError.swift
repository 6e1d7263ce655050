/// An error in an event stream, or in a message to be encoded: what was found, what was expected, and where.
///
/// Two errors are equal if their code, offset and numbers are equal. A description reads
/// `byte 8: found prelude CRC 07fd8396, expected 70fab300, the CRC-32 of the 8 bytes before it`.
public struct EventStreamError: Error, Sendable, Hashable {
    /// The kind of error.
    public let code: Code

    // Beside the code, so that an error has four words: a function then throws it in registers.
    private let hasFound: Bool
    private let hasExpected: Bool

    /// The position of the invalid byte or field, in bytes from the start of the stream. When encoding, from the start of
    /// the message.
    public let offset: UInt64

    /// The number found at ``offset``: a length, a CRC, a type or a byte, depending on ``code``. Nil if the error has no
    /// number.
    public var found: UInt64? { hasFound ? foundNumber : nil }

    /// The number expected at ``offset``, or the limit that ``found`` exceeds. Nil if the error has no number.
    public var expected: UInt64? { hasExpected ? expectedNumber : nil }

    private let foundNumber: UInt64
    private let expectedNumber: UInt64

    /// Creates an error, for an adapter that reads frames or segments itself.
    ///
    /// - Parameters:
    ///   - code: The kind of error.
    ///   - offset: The position of the invalid byte or field, in bytes from the start of the stream.
    ///   - found: The number found, if the code has one.
    ///   - expected: The number expected, if the code has one.
    public init(_ code: Code, at offset: UInt64, found: UInt64? = nil, expected: UInt64? = nil) {
        self.code = code
        self.offset = offset
        hasFound = found != nil
        hasExpected = expected != nil
        foundNumber = found ?? 0
        expectedNumber = expected ?? 0
    }

    /// The error for a message of `needed` bytes that does not fit into a buffer of `room` bytes.
    @usableFromInline
    package static func bufferTooSmall(room: Int, needed: Int) -> EventStreamError {
        EventStreamError(.bufferTooSmall, at: UInt64(room), found: UInt64(room), expected: UInt64(needed))
    }

    /// Returns the same error for a field that begins `distance` bytes later.
    @usableFromInline
    func moved(by distance: Int) -> EventStreamError {
        EventStreamError(code, at: offset &+ UInt64(distance), found: found, expected: expected)
    }
}

extension EventStreamError: CustomStringConvertible {
    /// What was found at ``offset``, in words.
    public var foundDescription: String {
        switch code.kind {
        case .preludeCRCMismatch: "prelude CRC \(crc(found))"
        case .messageLengthTooSmall, .messageTooLong: "total length \(number(found))"
        case .headersLengthTooLarge, .headersTooLong: "headers length \(number(found))"
        case .payloadTooLong, .payloadLengthMismatch: "a payload of \(number(found)) bytes"
        case .messageCRCMismatch: "message CRC \(crc(found))"
        case .headerTruncated: "\(number(found)) bytes up to the end of the header block"
        case .headerNameEmpty: "a header name of 0 bytes"
        case .headerNameTooLong: "a header name of \(number(found)) bytes"
        case .headerNameNotUTF8, .headerValueNotUTF8:
            "byte \(found.map { "0x" + Hexadecimal.text($0, minimumDigitCount: 2) } ?? "(unknown)")"
        case .headerNameDuplicate: "a header name that already occurs at byte \(number(found))"
        case .headerValueTypeUnknown: "header value type \(number(found))"
        case .headerValueTooLong: "a header value of \(number(found)) bytes"
        case .unexpectedEnd: "the end of the stream after \(number(found)) bytes of a message"
        case .unreadMessages: "the end of the stream with \(number(found)) bytes unread"
        case .bufferTooSmall: "room for \(number(found)) bytes"
        }
    }

    /// What was expected at ``offset``, in words.
    public var expectedDescription: String {
        switch code.kind {
        case .preludeCRCMismatch: "\(crc(expected)), the CRC-32 of the 8 bytes before it"
        case .messageCRCMismatch: "\(crc(expected)), the CRC-32 of the message's bytes before it"
        case .messageLengthTooSmall, .headerTruncated: "at least \(number(expected))"
        case .headersLengthTooLarge: "at most \(number(expected)), the total length less prelude and message CRC"
        case .messageTooLong, .headersTooLong, .payloadTooLong, .headerValueTooLong: "at most \(number(expected))"
        case .headerNameEmpty, .headerNameTooLong: "1 to 255"
        case .headerNameNotUTF8: "a header name in UTF-8"
        case .headerValueNotUTF8: "a string in UTF-8"
        case .headerNameDuplicate: "each name only once"
        case .headerValueTypeUnknown: "a type from 0 to 9"
        case .unreadMessages: "every message to be read before the end"
        case .unexpectedEnd, .bufferTooSmall, .payloadLengthMismatch: number(expected)
        }
    }

    /// The offset, ``foundDescription`` and ``expectedDescription`` in one line.
    public var description: String { "byte \(offset): found \(foundDescription), expected \(expectedDescription)" }

    @inline(never)
    private func number(_ number: UInt64?) -> String { number.map { "\($0)" } ?? "(unknown)" }

    @inline(never)
    private func crc(_ number: UInt64?) -> String {
        number.map { Hexadecimal.text($0, minimumDigitCount: 8) } ?? "(unknown)"
    }
}

extension EventStreamError {
    /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        // Names are in `description` and not raw values: comparing strings would link the Unicode tables in Embedded Swift.
        enum Kind {
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
        public var description: String {
            switch kind {
            case .preludeCRCMismatch: "preludeCRCMismatch"
            case .messageLengthTooSmall: "messageLengthTooSmall"
            case .headersLengthTooLarge: "headersLengthTooLarge"
            case .messageTooLong: "messageTooLong"
            case .headersTooLong: "headersTooLong"
            case .payloadTooLong: "payloadTooLong"
            case .messageCRCMismatch: "messageCRCMismatch"
            case .headerTruncated: "headerTruncated"
            case .headerNameEmpty: "headerNameEmpty"
            case .headerNameTooLong: "headerNameTooLong"
            case .headerNameNotUTF8: "headerNameNotUTF8"
            case .headerNameDuplicate: "headerNameDuplicate"
            case .headerValueTypeUnknown: "headerValueTypeUnknown"
            case .headerValueTooLong: "headerValueTooLong"
            case .headerValueNotUTF8: "headerValueNotUTF8"
            case .unexpectedEnd: "unexpectedEnd"
            case .unreadMessages: "unreadMessages"
            case .bufferTooSmall: "bufferTooSmall"
            case .payloadLengthMismatch: "payloadLengthMismatch"
            }
        }

        // MARK: The prelude

        /// The prelude CRC does not match the eight bytes before it. The offset is the CRC's, byte 8 of the message.
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

        /// The message CRC does not match the bytes before it. The offset is the CRC's, the message's last four bytes.
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
