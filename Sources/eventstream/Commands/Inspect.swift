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
        var bytes: [UInt8] = []
        do {
            while try inspectMessage(&bytes) {}
        } catch {
            try printer.flush()
            throw (error as? EventStreamError).map { CommandFailure($0, in: input.name, hint: hint) } ?? error
        }
        try printer.flush()
    }

    /// Prints the next message.
    ///
    /// - Parameter bytes: Holds the field that is being read. Each field reuses its memory.
    /// - Returns: False at the end of the stream.
    private mutating func inspectMessage(_ bytes: inout [UInt8]) throws -> Bool {
        let start = printer.offset
        try read(EventStreamPrelude.length, &bytes)
        guard !bytes.isEmpty else { return false }
        number += 1
        try heading("message ", at: start)
        guard bytes.count == EventStreamPrelude.length else { try cutShort(bytes.rawSpan, "prelude", of: 12) }

        crc = CRC32()
        let lengths = try inspectPrelude(bytes.rawSpan)
        let isSigned = try inspectHeaders(lengths, &bytes)
        bytes.removeAll(keepingCapacity: true)
        if isSigned, lengths.payload > 0 {
            try inspectSigned(lengths.payload, &bytes)
        } else {
            try inspectPayload(lengths.payload, &bytes)
        }
        try inspectMessageCRC(expected: crc.value, &bytes)
        return true
    }

    private mutating func heading(_ words: StaticString, at start: UInt64) throws {
        let number = number
        try printer.heading {
            $0.append(words)
            $0.append(decimal: number)
            $0.append(" at byte ")
            $0.append(decimal: start)
        }
    }

    /// Prints the payload of a signed message: the message in it, or bytes that are none.
    private mutating func inspectSigned(_ length: Int, _ bytes: inout [UInt8]) throws {
        let start = printer.offset
        try read(min(length, EventStreamPrelude.length), &bytes)
        let prelude = try? EventStreamPrelude.parse(bytes, limits: .unlimited)
        guard let prelude, prelude.totalLength == length else {
            return try inspectPayload(length, &bytes, .wrong("a payload that is exactly one message"))
        }
        try heading("message in message ", at: start)
        inner = Inner(start: start, crcOfSigned: crc)
        crc = CRC32()
        let lengths = try inspectPrelude(bytes.rawSpan)
        _ = try inspectHeaders(lengths, &bytes)
        bytes.removeAll(keepingCapacity: true)
        try inspectPayload(lengths.payload, &bytes)
        try inspectMessageCRC(expected: crc.value, &bytes)
        if let inner { crc = inner.crcOfSigned }
        inner = nil
    }

    private mutating func inspectPrelude(_ bytes: RawSpan) throws -> (headers: Int, payload: Int) {
        let start = printer.offset
        let failure = feed(bytes)
        let total = bytes.bigEndian(UInt32.self, at: 0)
        let headers = bytes.bigEndian(UInt32.self, at: 4)
        let crc = bytes.bigEndian(UInt32.self, at: 8)
        func verdict(at offset: UInt64, otherwise: FieldPrinter.Verdict) -> FieldPrinter.Verdict {
            guard let failure, failure.offset == start + offset else { return otherwise }
            return .wrong(failure.expectedDescription)
        }
        try printer.field(
            bytes.extracting(0..<4), "total length", .number(Int(total)), verdict(at: 0, otherwise: .plain))
        try printer.field(
            bytes.extracting(4..<8), "headers length", .number(Int(headers)), verdict(at: 4, otherwise: .plain))
        try printer.field(bytes.extracting(8..<12), "prelude CRC", .checksum(crc), verdict(at: 8, otherwise: .right))
        if let failure {
            if start == 0 { try identify(bytes) }
            throw failure
        }
        return (Int(headers), Int(total) - Int(headers) - EventStreamPrelude.minimumTotalLength)
    }

    /// Prints the headers.
    ///
    /// - Returns: Whether they are those of a signed message.
    private mutating func inspectHeaders(
        _ lengths: (headers: Int, payload: Int), _ bytes: inout [UInt8]
    ) throws -> Bool {
        guard lengths.headers > 0 else { return false }
        let start = printer.offset
        try read(lengths.headers, &bytes)
        let block = bytes.rawSpan
        guard block.byteCount == lengths.headers else {
            let position = try printHeaders(of: block, before: block.byteCount)
            _ = feed(block.extracting(first: position))
            try cutShort(
                block.extracting(droppingFirst: position), "rest of headers", of: lengths.headers, after: position)
        }
        let failure = feed(block)

        let end = failure.map { Int($0.offset - start) } ?? block.byteCount
        let position = try printHeaders(of: block, before: end)
        guard let failure else {
            let headers = try? EventStreamHeadersView.parse(block)
            return headers?.areThoseOfSignedMessage ?? false
        }
        let broken = block.extracting(position..<end)
        let rest = block.extracting(droppingFirst: end)
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
    private mutating func printHeaders(of block: RawSpan, before end: Int) throws -> Int {
        var position = 0
        while position < end, let header = try? EventStreamHeaderView.parse(block, at: position) {
            try printer.fields(of: header)
            position += header.encoded.byteCount
        }
        return position
    }

    /// Prints a payload, whose first bytes may already be in `bytes`.
    private mutating func inspectPayload(
        _ length: Int, _ bytes: inout [UInt8], _ verdict: FieldPrinter.Verdict = .plain
    ) throws {
        var left = length
        while left > 0 {
            let wanted = min(left, Self.pieceSize)
            let isFirst = left == length
            if !isFirst { bytes.removeAll(keepingCapacity: true) }
            try printer.read(wanted - bytes.count, from: &input, to: &bytes)
            let name: StaticString = isFirst ? "payload" : ""
            guard bytes.count == wanted else { try cutShort(bytes.rawSpan, name, of: length, after: length - left) }
            // A payload is validated only by the message CRC.
            _ = feed(bytes.rawSpan)
            try printer.field(bytes.rawSpan, name, .characters, isFirst ? verdict : .plain)
            left -= wanted
        }
    }

    private mutating func inspectMessageCRC(expected: UInt32, _ bytes: inout [UInt8]) throws {
        try read(EventStreamPrelude.messageCRCLength, &bytes)
        guard bytes.count == EventStreamPrelude.messageCRCLength else {
            try cutShort(bytes.rawSpan, "message CRC", of: EventStreamPrelude.messageCRCLength)
        }
        let failure = feed(bytes.rawSpan)
        let found = bytes.rawSpan.bigEndian(UInt32.self, at: 0)
        try printer.field(
            bytes.rawSpan, "message CRC", .checksum(found),
            found == expected ? .right : .wrong(Hexadecimal.text(UInt64(expected), minimumDigitCount: 8)))
        if let failure { throw failure }
    }

    /// Prints a field that is cut by the end of the stream, with the judge's error.
    private mutating func cutShort(
        _ bytes: RawSpan, _ name: StaticString, of count: Int, after shown: Int = 0
    ) throws -> Never {
        let failure = feed(bytes) ?? finish()
        if !bytes.isEmpty { try printer.field(bytes, name) }
        let found = shown + bytes.byteCount
        try printer.heading {
            $0.append("the stream ends after ")
            $0.append(decimal: found)
            $0.append(" of ")
            $0.append(decimal: count)
            $0.append(" bytes")
        }
        if printer.offset < UInt64(EventStreamPrelude.length) { try identify(bytes) }
        throw failure.map { CommandFailure($0, in: input.name, hint: hint) }
            ?? CommandFailure(status: CommandFailure.Status.incomplete)
    }

    /// Reads further bytes until it is known what the input is, whose first bytes are `bytes`.
    private mutating func identify(_ bytes: RawSpan) throws {
        var opening = StreamOpening(limits: .decoding)
        var piece = [UInt8](bytes)
        while case .nothing = opening.admit(piece.rawSpan) {
            try read(max(piece.count, EventStreamPrelude.length), &piece)
            guard !piece.isEmpty else {
                _ = opening.finish()
                break
            }
        }
        hint = opening.hint
    }

    /// Replaces `bytes` by the next `count` bytes of the stream, or by fewer at its end.
    private mutating func read(_ count: Int, _ bytes: inout [UInt8]) throws {
        bytes.removeAll(keepingCapacity: true)
        try printer.read(count, from: &input, to: &bytes)
    }

    /// Returns the error of the next bytes of the stream, which are also added to the checksums. The first error is kept.
    private mutating func feed(_ bytes: RawSpan) -> EventStreamError? {
        crc.update(bytes)
        do throws(EventStreamError) {
            try judge.decode(bytes) { _ in }
            try feedInner(bytes)
            return nil
        } catch {
            return error
        }
    }

    private mutating func feedInner(_ bytes: RawSpan) throws(EventStreamError) {
        guard let start = inner?.start else { return }
        inner?.crcOfSigned.update(bytes)
        do throws(EventStreamError) {
            try inner?.judge.decode(bytes) { _ in }
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
}
