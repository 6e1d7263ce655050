/// What is wrong with an event stream, or with a message that was to be written to one, and where.
///
/// Two errors are equal when code, offset and the figures behind ``found`` and ``expected`` are. A description reads
/// `byte 8: found prelude CRC 07fd8396, expected 70fab300, the CRC-32 of the 8 bytes before it`.
public struct EventStreamError: Error, Sendable, Hashable {
    /// What kind of error it is.
    public let code: Code

    /// The position of the offending byte or field, in bytes from the start of the stream; when encoding, from the
    /// start of the message.
    public let offset: UInt64

    /// The figures that the wording of ``found`` and ``expected`` is made from; what they mean depends on the code.
    let foundFigure: UInt64
    let expectedFigure: UInt64

    init(_ code: Code, at offset: UInt64, found: UInt64 = 0, expected: UInt64 = 0) {
        self.code = code
        self.offset = offset
        self.foundFigure = found
        self.expectedFigure = expected
    }

    /// A message of `needed` bytes does not fit into the `room` for it.
    @usableFromInline
    static func bufferTooSmall(room: Int, needed: Int) -> EventStreamError {
        EventStreamError(.bufferTooSmall, at: UInt64(room), found: UInt64(room), expected: UInt64(needed))
    }

    /// The same error of something that begins `distance` bytes later.
    @usableFromInline
    func moved(by distance: Int) -> EventStreamError {
        EventStreamError(code, at: offset &+ UInt64(distance), found: foundFigure, expected: expectedFigure)
    }
}

extension EventStreamError: CustomStringConvertible {
    /// What stands at ``offset``.
    public var found: String {
        let figure = foundFigure
        return switch code.kind {
        case .preludeCRCMismatch: "prelude CRC \(crcText(figure))"
        case .messageLengthTooSmall, .messageTooLong: "total length \(figure)"
        case .headersLengthTooLarge, .headersTooLong: "headers length \(figure)"
        case .payloadTooLong: "a payload of \(figure) bytes"
        case .messageCRCMismatch: "message CRC \(crcText(figure))"
        case .headerTruncated: "\(figure) bytes up to the end of the header block"
        case .headerNameEmpty: "a header name of 0 bytes"
        case .headerNameTooLong: "a header name of \(figure) bytes"
        case .headerNameNotUTF8, .headerValueNotUTF8: "byte 0x\(Hexadecimal.text(figure, minimumDigitCount: 2))"
        case .headerNameDuplicate: "a header name that stands already at byte \(figure)"
        case .headerValueTypeUnknown: "header value type \(figure)"
        case .headerValueTooLong: "a header value of \(figure) bytes"
        case .unexpectedEnd: "the end of the stream after \(figure) bytes of a message"
        case .unreadMessages: "the end of the stream with \(figure) bytes unread"
        case .bufferTooSmall: "room for \(figure) bytes"
        case .payloadLengthMismatch: "a payload of \(figure) bytes"
        }
    }

    /// What should have stood at ``offset``.
    public var expected: String {
        let figure = expectedFigure
        return switch code.kind {
        case .preludeCRCMismatch: "\(crcText(figure)), the CRC-32 of the 8 bytes before it"
        case .messageCRCMismatch: "\(crcText(figure)), the CRC-32 of the message's bytes before it"
        case .messageLengthTooSmall: "at least \(figure)"
        case .headersLengthTooLarge: "at most \(figure), the total length less prelude and message CRC"
        case .messageTooLong, .headersTooLong, .payloadTooLong, .headerValueTooLong: "at most \(figure)"
        case .headerTruncated: "at least \(figure)"
        case .headerNameEmpty, .headerNameTooLong: "1 to 255"
        case .headerNameNotUTF8: "a header name in UTF-8"
        case .headerValueNotUTF8: "a string in UTF-8"
        case .headerNameDuplicate: "each name once only"
        case .headerValueTypeUnknown: "a type from 0 to 9"
        case .unexpectedEnd: "\(figure)"
        case .unreadMessages: "every message to be read before"
        case .bufferTooSmall, .payloadLengthMismatch: "\(figure)"
        }
    }

    /// Offset, ``found`` and ``expected`` in one line.
    public var description: String { "byte \(offset): found \(found), expected \(expected)" }

    private func crcText(_ figure: UInt64) -> String { Hexadecimal.text(figure, minimumDigitCount: 8) }
}
