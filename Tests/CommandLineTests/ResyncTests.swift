import EventStreamCodec
import TestSupport
import Testing

/// `eventstream decode --resync`: what is skipped, and where decoding continues.
@Suite struct ResyncTests {
    private func event(_ payload: String) throws -> [UInt8] {
        try EventStreamMessage(.event(type: "e"), payload: Array(payload.utf8)).encoded()
    }

    private func corrupt(_ message: [UInt8]) -> [UInt8] {
        message.dropLast() + [message[message.count - 1] ^ 1]
    }

    /// Runs the command for several read sizes, and compares its output with the payloads and gaps expected.
    private func check(
        _ stream: [UInt8], _ payloads: String, _ gaps: [(start: Int, end: Int)], status: Int32 = 65,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for size in ["1", "7", "65536"] {
            let result = try Command.run(
                "decode", "--resync", "--format", "payload", "--read-size", size, input: stream)
            #expect(result.text == payloads && result.status == status, sourceLocation: sourceLocation)
            let lines = result.error.split(separator: "\n").filter { $0.contains(": skipped ") }
            #expect(lines.count == gaps.count, "\(result.error)", sourceLocation: sourceLocation)
            for (line, gap) in zip(lines, gaps) {
                let count = gap.end - gap.start
                #expect(
                    line.hasPrefix(
                        "eventstream: standard input: bytes \(gap.start) to \(gap.end): skipped \(count) byte\(count == 1 ? "" : "s"): byte "
                    ),
                    "\(line)", sourceLocation: sourceLocation)
            }
        }
    }

    @Test func aStreamWithoutDamageIsUnchanged() throws {
        let stream = try event("1") + event("2")
        try check(stream, "12", [], status: 0)
        try check([], "", [], status: 0)
        try check(stream.dropLast(3), "1", [], status: 75)
        try check(Array(stream.prefix(7)), "", [], status: 75)
        for vector in try EventStreamVector.all() where vector.expected.error == nil {
            let plain = try Command.run("decode", input: vector.bytes)
            let resynced = try Command.run("decode", "--resync", input: vector.bytes)
            #expect(plain.output == resynced.output && resynced.status == 0 && resynced.error.isEmpty, "\(vector)")
        }
    }

    @Test func aCorruptMessageIsSkippedAsAWhole() throws {
        let (one, two, three) = (try event("1"), try event("2"), try event("3"))
        // A message in the payload of a corrupt one is not printed.
        let nested = try EventStreamMessage(.event(type: "e"), payload: try event("nested")).encoded()
        try check(one + corrupt(two) + three, "13", [(one.count, one.count + two.count)])
        try check(one + corrupt(nested) + three, "13", [(one.count, one.count + nested.count)])
        try check(one + corrupt(two), "1", [(one.count, one.count + two.count)])
        try check(
            corrupt(one) + corrupt(two) + three, "3", [(0, one.count), (one.count, one.count + two.count)])
    }

    @Test func theSearchBeginsInsideOfAMessageWithoutSuccessor() throws {
        let (one, two, three) = (try event("1"), try event("22222"), try event("3"))
        // Bytes are missing in the second message, so its length reaches into the third.
        let cut = two.prefix(30) + two.dropFirst(40)
        try check(one + cut + three + three, "133", [(one.count, one.count + cut.count)])
        // The third one is not complete before the end of the second, as far as its length says.
        try check(one + cut + three, "13", [(one.count, one.count + cut.count)])
        // Bytes were inserted between two messages.
        try check(one + [1, 2, 3] + three, "13", [(one.count, one.count + 3)])
        try check(one + corrupt(two) + [9] + three, "13", [(one.count, one.count + two.count + 1)])
    }

    @Test func anInvalidPreludeIsSkippedToTheNextOne() throws {
        let (one, two) = (try event("1"), try event("2"))
        var broken = two
        broken[3] ^= 1
        try check(one + broken + two, "12", [(one.count, one.count + two.count)])
        try check(one + broken, "1", [(one.count, one.count + two.count)])
        try check(Array(two.dropFirst(5)) + one, "1", [(0, two.count - 5)])
        try check(one + [0xff], "1", [], status: 75)
        try check(Array(repeating: 0, count: 40), "", [(0, 40)])
    }

    @Test func theFirstGapSaysWhatTheInputIs() throws {
        let vector = try InputVector.named("a-stream-from-the-middle-of-a-message")
        let result = try Command.run("decode", "--resync", vector.path)
        #expect(result.lines.count == 5 && result.status == 65)
        #expect(result.error.hasSuffix("the first whole one is at byte 81)\n"))
        #expect(result.error.contains(": bytes 0 to 81: skipped 81 bytes: byte 8: found prelude CRC "))
        let json = try Command.run("decode", "--resync", try InputVector.named("an-error-as-json").path)
        #expect(json.status == 65 && json.error.contains("(this looks like JSON: {"))
    }

    @Test func aMessageWithDuplicateHeadersOrAWrongPayloadIsSkipped() throws {
        let headers = EventStreamHeaders([EventStreamHeader("x", .integer(1)), EventStreamHeader("x", .integer(2))])
        let duplicate = try EventStreamMessage(headers: headers).encoded(policy: .lenient)
        let one = try event("1")
        try check(duplicate + one, "1", [(0, duplicate.count)])
        let signed = try EventStreamMessage(
            headers: [":date": .timestamp(0), ":chunk-signature": .byteArray([1])], payload: "no message"
        ).encoded()
        let result = try Command.run(
            "decode", "--resync", "--unwrap-signed", "--format", "payload", input: one + signed + one)
        #expect(
            result.text == "11" && result.status == 65 && result.error.contains(": skipped \(signed.count) bytes: "))
    }

    /// Every damaged byte costs at most the messages around it.
    @Test func oneDamagedByteCostsOneMessage() throws {
        let messages = try ["one", "two", "three"].map { try event($0) }
        let stream = messages.joined()
        for position in stride(from: 0, to: stream.count, by: 3) {
            var damaged = Array(stream)
            damaged[position] ^= 0x20
            let result = try Command.run("decode", "--resync", "--format", "payload", input: damaged)
            let lost =
                position < messages[0].count
                ? "one" : position < messages[0].count + messages[1].count ? "two" : "three"
            let kept = ["one", "two", "three"].filter { $0 != lost }.joined()
            #expect(result.text == kept && result.status == 65, "byte \(position): \(result.text)")
        }
    }

    /// Preludes of long messages at every twelfth byte: each of them could be checked to its end.
    @Test(.timeLimit(.minutes(2)))
    func preludesOfLongMessagesTakeLinearTime() throws {
        let prelude = Array(try EventStreamMessage(payload: [UInt8](repeating: 0, count: 400_000)).encoded().prefix(12))
        let stream = Array(repeatElement(prelude, count: 100_000).joined())
        let result = try Command.run("decode", "--resync", "--format", "payload", input: stream)
        #expect(result.status == 65 && result.output.isEmpty)
        #expect(result.error.contains("skipped"))
    }
}
