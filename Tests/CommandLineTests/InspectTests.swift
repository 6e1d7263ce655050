import EventStreamCodec
import TestSupport
import Testing

/// `eventstream inspect`, as a process.
@Suite struct InspectTests {
    @Test func everyByteOfAMessageIsShownInOrder() throws {
        for vector in try EventStreamVector.all() where vector.bytes.count < 5_000 && vector.expected.error == nil {
            let result = try Command.run("inspect", input: vector.bytes)
            #expect(result.status == 0, "\(vector): \(result.error)")
            #expect(dumped(result) == vector.bytes, "\(vector)")
            #expect(!result.text.contains("WRONG"), "\(vector)")
        }
    }

    @Test func aBrokenStreamIsShownAsFarAsItGoes() throws {
        for vector in try EventStreamVector.all() where vector.bytes.count < 5_000 {
            guard let failure = vector.expected.error else { continue }
            let result = try Command.run("inspect", input: vector.bytes)
            let bytes = dumped(result)
            #expect(bytes == Array(vector.bytes.prefix(bytes.count)), "\(vector)")
            if failure.code == "payloadTooLong" {
                // No payload is held, so none is too long.
                #expect(result.status == 75, "\(vector)")
                continue
            }
            #expect(result.status == 75 || result.status == 65, "\(vector)")
            if failure.code != "messageCRCMismatch", failure.code != "unexpectedEnd" {
                #expect(result.error.contains(": byte \(failure.offset): found "), "\(vector): \(result.error)")
            }
            #expect(
                result.text.contains(result.status == 65 ? "WRONG: expected" : "the stream ends after"), "\(vector)")
            #expect(UInt64(bytes.count) >= min(failure.offset, UInt64(vector.bytes.count)), "\(vector)")
        }
    }

    /// The bytes in the dump's second column, which must follow one another without a gap.
    private func dumped(_ result: ChildProcess.Result) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in result.lines where !line.hasPrefix("message ") && !line.hasPrefix("the stream ") {
            #expect(Int(line.prefix(8), radix: 16) == bytes.count, "\(line)")
            let column = line.dropFirst(10).prefix(47).split(separator: " ")
            bytes += column.compactMap { UInt8($0, radix: 16) }
        }
        return bytes
    }

    @Test func fieldsAreNamed() throws {
        let message = EventStreamMessage(
            headers: ["flag": true, "text": "a\u{1b}b", "n": .short(-2)], payload: "0123456789abcdefXYZ")
        let lines = try Command.run("inspect", input: message.encoded()).lines
        func has(_ parts: String...) -> Bool {
            lines.contains { line in parts.allSatisfy { line.contains($0) } }
        }
        #expect(lines.first == "message 1 at byte 0")
        #expect(has("total length", "\(try message.encoded().count)"))
        #expect(has("prelude CRC", "right") && has("message CRC", "right"))
        #expect(has("66 6c 61 67", "header name", "flag") && has("header value type", "0, boolean true"))
        #expect(has("ff fe", "header value", "-2"))
        #expect(has("61 1b 62", #"a\u{1b}b"#))
        #expect(has("payload", "0123456789abcdef") && has("58 59 5a", "XYZ"))
    }

    @Test func aWrongCRCSaysWhatItShouldBe() throws {
        var bytes = try EventStreamMessage(payload: "x").encoded()
        bytes[12] ^= 1
        let result = try Command.run("inspect", input: bytes)
        #expect(result.status == 65)
        let crc = String(CRC32.checksum(of: bytes.span.extracting(droppingLast: 4)), radix: 16)
        #expect(result.lines.last?.hasSuffix("WRONG: expected " + crc) == true)
    }

    @Test func fieldsAreShownWhileTheStreamGoesOn() throws {
        let process = try ChildProcess(Command.program, ["inspect"])
        try process.write(try EventStreamMessage(payload: "x").encoded())
        try process.waitForLine(containing: "message CRC")
        let result = try process.finish()
        #expect(result.status == 0)
    }
}
