import EventStreamCodec
import TestSupport
import Testing

/// Inputs that are something other than an event stream, and streams with problems.
@Suite struct InputTests {
    @Test func everyVectorHasItsLinesAndStatus() throws {
        for vector in try InputVector.all() {
            let result = try Command.run("decode", "--format", "payload", vector.path)
            #expect(result.status == vector.status, "\(vector)")
            let lines = vector.errors.map { "eventstream: \(vector.path): \($0)\n" }
            #expect(result.error == lines.joined(), "\(vector)")
        }
    }

    /// The hint does not depend on how the bytes arrive.
    @Test(arguments: ["1", "5", "13"])
    func theReadSizeChangesNothing(size: String) throws {
        for vector in try InputVector.all() {
            for format in ["payload", "sse"] {
                let whole = try Command.run("decode", "--format", format, vector.path)
                let split = try Command.run("decode", "--format", format, "--read-size", size, vector.path)
                #expect(
                    split.output == whole.output && split.error == whole.error && split.status == whole.status,
                    "\(vector)")
            }
        }
    }

    @Test func inspectAndLambdaInvokeSayTheSame() throws {
        for vector in try InputVector.all() where vector.kind != "eventStream" {
            let line = "eventstream: \(vector.path): \(vector.errors[0])\n"
            let inspect = try Command.run("inspect", vector.path)
            #expect(inspect.status == vector.status && inspect.error == line, "\(vector)")
            let invoke = try Command.run("lambda", "invoke", vector.path)
            #expect(invoke.status == vector.status && invoke.error == line && invoke.output.isEmpty, "\(vector)")
        }
    }

    /// The kinds of text are known before the input ends.
    @Test func aLiveStreamOfServerSentEventsIsRecognized() throws {
        let process = try ChildProcess(Command.program, ["decode"])
        try process.write(Array("event: ping\ndata: {}\n\n".utf8))
        // If the command waited for more, this would wait until the test fails.
        #expect(try process.nextLine() == nil)
        let result = try process.finish()
        #expect(result.status == 65 && result.error.hasSuffix("(this looks like server-sent events)\n"))
    }

    @Test func anHTTPHeadIsSkippedAsTheHintSays() throws {
        let vector = try InputVector.named("an-http-response")
        let body = Array(vector.bytes.dropFirst(try #require(vector.offset)))
        #expect(try Command.run("decode", input: body).lines.count == 6)
        let chunked = try InputVector.named("a-chunked-body")
        let dechunked = try Command.run("chunked", "decode", chunked.path)
        #expect(dechunked.output == body)
    }

    // MARK: --input

    @Test(arguments: ["1", "7", "65536"])
    func textIsDecodedAsItArrives(size: String) throws {
        let vector = try InputVector.named("an-http-response")
        let plain = try Command.run("decode", input: Array(vector.bytes.dropFirst(try #require(vector.offset))))
        #expect(plain.lines.count == 6)
        for (name, encoding) in [
            ("hexadecimal-digits", "hex"), ("hexadecimal-digits-with-prefixes", "hex"), ("base64-in-lines", "base64"),
            ("base64-for-urls-without-padding", "base64"), ("a-literal-of-python", "literal"),
            ("a-literal-of-c", "literal"),
        ] {
            let vector = try InputVector.named(name)
            let result = try Command.run("decode", "--input", encoding, "--read-size", size, vector.path)
            #expect(result.status == 0 && result.error.isEmpty && result.output == plain.output, "\(name)")
            guard size == "7" else { continue }
            let inspected = try Command.run("inspect", "--input", encoding, vector.path)
            #expect(inspected.status == 0 && inspected.text.contains("message 6 at byte 674"), "\(name)")
        }
    }

    @Test func textIsDecodedLive() throws {
        let message = try EventStreamMessage(.event(type: "tick"), payload: Array("one\n".utf8)).encoded()
        let process = try ChildProcess(Command.program, ["decode", "--format", "payload", "--input", "hex"])
        try process.write(Array(message.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined().utf8))
        #expect(try process.readLine() == "one")
        #expect(try process.finish().status == 0)
    }

    @Test func anUnexpectedCharacterHasItsPosition() throws {
        let message = try EventStreamMessage(.event(type: "tick"), payload: Array("one".utf8)).encoded()
        let hexadecimal = message.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        for (encoding, text, error, status) in [
            ("hex", hexadecimal + "g", "byte \(2 * message.count): found 'g', expected a hexadecimal digit", Int32(65)),
            (
                "hex", hexadecimal + "0",
                "byte \(2 * message.count + 1): found the end of the text, expected a hexadecimal digit", 75
            ),
            ("base64", "AAAA\u{0}", "byte 4: found 0x00, expected a base64 digit", 65),
            ("literal", "x", "byte 0: found 'x', expected a byte literal", 65),
            ("literal", "b'\\x00", "byte 6: found the end of the text, expected the end of the byte literal", 75),
        ] {
            for size in ["1", "65536"] {
                let result = try Command.run(
                    "decode", "--format", "payload", "--input", encoding, "--read-size", size, input: Array(text.utf8))
                #expect(result.status == status, "\(text)")
                #expect(result.error == "eventstream: standard input: \(error)\n")
                #expect(result.text == (encoding == "hex" ? "one" : ""))
            }
        }
    }
}
