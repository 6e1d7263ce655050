import ArgumentParser
import EventStreamCodec

/// `eventstream inspect`: every field of every message, byte by byte.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show every field of an event stream: offset, bytes, name, meaning.",
        discussion: """
            An annotated hex dump. A field that is wrong is marked, with what was expected; the dump goes on to the \
            end of that message, as far as its lengths can be trusted, and stops there. The message in a signed message is \
            shown field by field; signatures are not verified, see 'eventstream verify'.

            EXAMPLES
              eventstream inspect capture.bin
              eventstream inspect capture.bin --color always | less -R
              eventstream inspect broken.bin | grep WRONG
            """
    )

    @Argument(help: "The stream; standard input if absent or '-'.", completion: .file())
    var file: String?

    @Option(name: .customLong("input"), help: "How the bytes of the stream are written.")
    var encoding = InputEncoding.raw

    @Option(help: "When to use color.")
    var color = ColorMode.auto

    func run() throws {
        let input = StreamInput(try InputFile(file), encoding)
        var inspector = Inspector(input: PulledInput(input), style: color.style)
        try inspector.run()
    }
}

/// Prints a stream field by field, and marks what is invalid.
///
/// The inspector only finds the fields. A segment decoder, the judge, receives the same bytes and validates them. Payloads are
/// printed row by row, regardless of their size.
struct Inspector: ~Copyable {
    private var input: PulledInput
    private var printer: FieldPrinter
    private var judge = EventStreamSegmentDecoder()
    private var number = 0

    /// The checksum of the message that is being printed.
    private var crc = CRC32()

    /// The message in a signed message, while it is being printed.
    private var inner: Inner?

    /// What the input looks like, if its first prelude is invalid.
    private var hint = ""

    /// A message in a signed message has a judge of its own. The judge of the stream sees only a payload.
    private struct Inner {
        var judge = EventStreamSegmentDecoder()
        var start: UInt64
        var crcOfSigned: CRC32
    }

    /// The number of payload bytes that are read and printed at once.
    private static let pieceSize = 64 * HexDump.bytesPerRow

    init(input: consuming PulledInput, style: Style) {
        self.input = input
        printer = FieldPrinter(style: style)
    }

    /// Prints the stream up to its end or its first error.
    mutating func run() throws {
        do {
            while try inspectMessage() {}
        } catch {
            try printer.flush()
            throw (error as? EventStreamError).map { CommandFailure($0, in: input.name, hint: hint) } ?? error
        }
        try printer.flush()
    }

    /// Prints the next message.
    ///
    /// - Returns: False at the end of the stream.
    private mutating func inspectMessage() throws -> Bool {
        let start = printer.offset
        let bytes = try printer.read(EventStreamPrelude.length, from: &input)
        guard !bytes.isEmpty else { return false }
        number += 1
        try printer.heading("message \(number) at byte \(start)")
        guard bytes.count == EventStreamPrelude.length else { try cutShort(bytes, "prelude", of: 12) }

        crc = CRC32()
        let lengths = try inspectPrelude(bytes)
        let isSigned = try inspectHeaders(lengths)
        if isSigned, lengths.payload > 0 {
            try inspectSigned(lengths.payload)
        } else {
            try inspectPayload(lengths.payload)
        }
        try inspectMessageCRC(expected: crc.value)
        return true
    }

    /// Prints the payload of a signed message: the message in it, or bytes that are none.
    private mutating func inspectSigned(_ length: Int) throws {
        let start = printer.offset
        let bytes = try printer.read(min(length, EventStreamPrelude.length), from: &input)
        let prelude = try? EventStreamPrelude.parse(bytes, limits: .unlimited)
        guard let prelude, prelude.totalLength == length else {
            return try inspectPayload(length, from: bytes, .wrong("a payload that is exactly one message"))
        }
        try printer.heading("message in message \(number) at byte \(start)")
        inner = Inner(start: start, crcOfSigned: crc)
        crc = CRC32()
        let lengths = try inspectPrelude(bytes)
        _ = try inspectHeaders(lengths)
        try inspectPayload(lengths.payload)
        try inspectMessageCRC(expected: crc.value)
        if let inner { crc = inner.crcOfSigned }
        inner = nil
    }

    private mutating func inspectPrelude(_ bytes: [UInt8]) throws -> (headers: Int, payload: Int) {
        let start = printer.offset
        let failure = feed(bytes)
        let (total, headers) = (bigEndian(bytes[0..<4]), bigEndian(bytes[4..<8]))
        let crc = bigEndian(bytes[8..<12])
        func verdict(at offset: UInt64, otherwise: FieldPrinter.Verdict) -> FieldPrinter.Verdict {
            guard let failure, failure.offset == start + offset else { return otherwise }
            return .wrong(failure.expectedDescription)
        }
        let span = bytes.rawSpan
        try printer.field(
            span.extracting(0..<4), "total length", .number(Int(total)), verdict(at: 0, otherwise: .plain))
        try printer.field(
            span.extracting(4..<8), "headers length", .number(Int(headers)), verdict(at: 4, otherwise: .plain))
        try printer.field(span.extracting(8..<12), "prelude CRC", .checksum(crc), verdict(at: 8, otherwise: .right))
        if let failure {
            if start == 0 { try identify(bytes) }
            throw failure
        }
        return (Int(headers), Int(total) - Int(headers) - EventStreamPrelude.minimumTotalLength)
    }

    /// Prints the headers.
    ///
    /// - Returns: Whether they are those of a signed message.
    private mutating func inspectHeaders(_ lengths: (headers: Int, payload: Int)) throws -> Bool {
        guard lengths.headers > 0 else { return false }
        let start = printer.offset
        let block = try printer.read(lengths.headers, from: &input)
        guard block.count == lengths.headers else {
            let position = try printHeaders(of: block, before: block.count)
            _ = feed(Array(block[..<position]))
            try cutShort(Array(block[position...]), "rest of headers", of: lengths.headers, after: position)
        }
        let failure = feed(block)

        let end = failure.map { Int($0.offset - start) } ?? block.count
        let position = try printHeaders(of: block, before: end)
        guard let failure else {
            let headers = try? EventStreamHeadersView.parse(unsafe block.span.bytes)
            return headers?.areThoseOfSignedMessage ?? false
        }
        let broken = block.rawSpan.extracting(position..<end)
        let rest = block.rawSpan.extracting(droppingFirst: end)
        let verdict = FieldPrinter.Verdict.wrong(failure.expectedDescription)
        if !broken.isEmpty {
            try printer.field(broken, "broken header", .characters, rest.isEmpty ? verdict : .plain)
        }
        if !rest.isEmpty { try printer.field(rest, "rest of headers", .characters, verdict) }
        return false
    }

    /// Prints the complete headers that begin before `end`, field by field.
    ///
    /// - Returns: Where they end.
    private mutating func printHeaders(of block: [UInt8], before end: Int) throws -> Int {
        var position = 0
        let span = block.rawSpan
        while position < end, let header = try? EventStreamHeaderView.parse(span, at: position) {
            try printer.fields(of: header)
            position += header.encoded.byteCount
        }
        return position
    }

    /// Prints a payload, of which `first` has been read.
    private mutating func inspectPayload(
        _ length: Int, from first: [UInt8] = [], _ verdict: FieldPrinter.Verdict = .plain
    ) throws {
        var left = length
        while left > 0 {
            let wanted = min(left, Self.pieceSize)
            let isFirst = left == length
            let known = isFirst ? first : []
            let piece = known + (try printer.read(wanted - known.count, from: &input))
            let name: StaticString = isFirst ? "payload" : ""
            guard piece.count == wanted else { try cutShort(piece, name, of: length, after: length - left) }
            // A payload is validated only by the message CRC.
            _ = feed(piece)
            try printer.field(piece.rawSpan, name, .characters, isFirst ? verdict : .plain)
            left -= piece.count
        }
    }

    private mutating func inspectMessageCRC(expected: UInt32) throws {
        let bytes = try printer.read(EventStreamPrelude.messageCRCLength, from: &input)
        guard bytes.count == EventStreamPrelude.messageCRCLength else {
            try cutShort(bytes, "message CRC", of: EventStreamPrelude.messageCRCLength)
        }
        let failure = feed(bytes)
        let found = bigEndian(bytes[...])
        try printer.field(
            bytes.rawSpan, "message CRC", .checksum(found),
            found == expected ? .right : .wrong(Hexadecimal.text(UInt64(expected), minimumDigitCount: 8)))
        if let failure { throw failure }
    }

    /// Prints a field that is cut by the end of the stream, with the judge's error.
    private mutating func cutShort(
        _ bytes: [UInt8], _ name: StaticString, of count: Int, after shown: Int = 0
    ) throws -> Never {
        let failure = feed(bytes) ?? finish()
        if !bytes.isEmpty { try printer.field(bytes.rawSpan, name) }
        try printer.heading("the stream ends after \(shown + bytes.count) of \(count) bytes")
        if printer.offset < UInt64(EventStreamPrelude.length) { try identify(bytes) }
        throw failure.map { CommandFailure($0, in: input.name, hint: hint) }
            ?? CommandFailure(status: CommandFailure.Status.incomplete)
    }

    /// Reads further bytes until it is known what the input is, whose first bytes are `bytes`.
    private mutating func identify(_ bytes: [UInt8]) throws {
        var opening = StreamOpening(limits: .decoding)
        var piece = bytes
        while case .nothing = opening.admit(piece.rawSpan) {
            piece = try printer.read(max(piece.count, EventStreamPrelude.length), from: &input)
            guard !piece.isEmpty else {
                _ = opening.finish()
                break
            }
        }
        hint = opening.hint
    }

    /// Returns the error of the next bytes of the stream, which are also added to the checksums. The first error is kept.
    private mutating func feed(_ bytes: [UInt8]) -> EventStreamError? {
        crc.update(bytes.span)
        do throws(EventStreamError) {
            try unsafe judge.decode(bytes.span.bytes) { _ in }
            try feedInner(bytes)
            return nil
        } catch {
            return error
        }
    }

    private mutating func feedInner(_ bytes: [UInt8]) throws(EventStreamError) {
        guard let start = inner?.start else { return }
        inner?.crcOfSigned.update(bytes.span)
        do throws(EventStreamError) {
            try unsafe inner?.judge.decode(bytes.span.bytes) { _ in }
        } catch {
            throw EventStreamError(error.code, at: start + error.offset, found: error.found, expected: error.expected)
        }
    }

    /// Returns the judge's error for a stream that ends here.
    private mutating func finish() -> EventStreamError? {
        do throws(EventStreamError) {
            try judge.finish()
            return nil
        } catch {
            return error
        }
    }

    private func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
