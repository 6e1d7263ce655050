import ArgumentParser
import EventStreamCodec
import TextCoding

/// How the bytes of an input are written.
enum InputEncoding: String, ExpressibleByArgument, CaseIterable {
    case raw, base64, hex, literal

    /// The text that the bytes are decoded from; nil for bytes as they are.
    fileprivate var decoder: TextEncodedBytes? {
        switch self {
        case .raw: nil
        case .base64: TextEncodedBytes(.base64)
        case .hex: TextEncodedBytes(.hexadecimal)
        case .literal: TextEncodedBytes(.literal)
        }
    }
}

/// The bytes of an input: those of a file, or those that its text encodes.
struct StreamInput: ~Copyable {
    private var file: InputFile
    private var decoder: TextEncodedBytes?

    /// The bytes that one read decodes to.
    private var decoded: [UInt8] = []

    /// The error in the text, which is thrown after the bytes before it were delivered.
    private var failure: CommandFailure?
    private var isAtEnd = false

    init(_ file: consuming InputFile, _ encoding: InputEncoding) {
        self.file = file
        decoder = encoding.decoder
    }

    var name: String { file.name }

    /// Waits for the next bytes and calls `body` with them, borrowed.
    ///
    /// - Returns: False at the end of the input.
    /// - Throws: ``CommandFailure`` at an unexpected character, after `body` received the bytes before it.
    mutating func readNext(_ body: (RawSpan) throws -> Void) throws -> Bool {
        guard decoder != nil else { return try file.readNext { try unsafe body($0.bytes) } }
        decoded.removeAll(keepingCapacity: true)
        while decoded.isEmpty {
            if let failure { throw failure }
            guard !isAtEnd else { return false }
            try decodeNext()
        }
        try body(decoded.rawSpan)
        return true
    }

    /// Reads and decodes the next piece of the text, or its end.
    private mutating func decodeNext() throws {
        guard var decoder else { return }
        var decoded = decoded
        self.decoded = []
        var failure: TextEncodedBytes.Failure?
        isAtEnd = try !file.readNext { text in
            do throws(TextEncodedBytes.Failure) {
                try unsafe decoder.decode(text.bytes, to: &decoded)
            } catch {
                failure = error
            }
        }
        if isAtEnd {
            do throws(TextEncodedBytes.Failure) {
                try decoder.finish(to: &decoded)
            } catch {
                failure = error
            }
        }
        self.decoded = decoded
        self.decoder = decoder
        if let failure { self.failure = CommandFailure(failure, in: name) }
    }
}

extension CommandFailure {
    /// The text of an input is not what its encoding allows.
    fileprivate init(_ failure: TextEncodedBytes.Failure, in file: String) {
        let found = failure.found.map(Self.description) ?? "the end of the text"
        self.init(
            status: failure.found == nil ? Status.incomplete : Status.corruptData,
            message: "\(file): byte \(failure.offset): found \(found), expected \(failure.expected)")
    }

    private static func description(of byte: UInt8) -> String {
        (0x21...0x7e).contains(byte)
            ? "'\(Unicode.Scalar(byte))'" : "0x" + Hexadecimal.text(UInt64(byte), minimumDigitCount: 2)
    }
}
