import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// `eventstream sign` and `verify`, and what `decode` and `inspect` show of signed messages.
@Suite struct SigningTests {
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    private static let seed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    private static let common = ["--region", "eu-central-1", "--service", "transcribe", "--seed-signature", seed]

    /// Runs a program with the secret key in its environment.
    private static func run(
        _ program: String, _ arguments: [String], secret: String = secret, input: [UInt8] = []
    ) throws -> ChildProcess.Result {
        try ChildProcess.run(
            URL(fileURLWithPath: "/usr/bin/env"), ["AWS_SECRET_ACCESS_KEY=\(secret)", program] + arguments, input: input
        )
    }

    private static func command(
        _ arguments: String..., secret: String = secret, input: [UInt8] = []
    ) throws -> ChildProcess.Result {
        try run(
            Command.program.path, arguments + (["sign", "verify"].contains(arguments[0]) ? common : []), secret: secret,
            input: input)
    }

    private static func vector(_ name: String) throws -> [UInt8] {
        try Repository.bytes(of: Repository.vectors.appendingPathComponent("event-signing/\(name).bin"))
    }

    #if Crypto
    /// Five minutes before a midnight, and whole seconds, because amazon-transcribe's dates lose fractions.
    private static let date = "1748822100000"
    private static let step = "100000"

    private static func messages() throws -> [UInt8] {
        try ["bedrock-converse", "lambda-payload-chunk", "bedrock-converse"].flatMap {
            try Repository.bytes(of: URL(fileURLWithPath: Command.vector($0)))
        }
    }

    @Test func aStreamIsSignedVerifiedAndUnwrapped() throws {
        let signed = try Self.command("sign", "--date", Self.date, "--step", Self.step, input: Self.messages())
        #expect(signed.status == 0 && signed.error == "")
        let verified = try Self.command("verify", input: signed.output)
        #expect(verified.status == 0 && verified.error == "")
        #expect(verified.lines.allSatisfy { $0.hasPrefix("right ") })
        #expect(verified.lines.count > 10)
        let fields = verified.lines.map { $0.split(separator: " ") }
        #expect(fields.first?[1] == "0" && fields.first?[2] == "1748822100000" && fields.first?[3].count == 64)
        #expect(fields.map { Int64($0[2]) ?? 0 } == fields.indices.map { 1_748_822_100_000 + Int64($0) * 100_000 })
        let plain = try Self.command("decode", "--unwrap-signed", "--format", "json", input: signed.output)
        let lines = plain.lines.filter { !$0.hasPrefix(#"{"end":true,"#) }
        #expect(lines.count == verified.lines.count - 1)
        let encoded = try Command.run("encode", input: Array(lines.joined(separator: "\n").utf8))
        #expect(try encoded.output == Self.messages())
    }

    @Test func theStreamMayBeEmpty() throws {
        let signed = try Self.command("sign", "--date", "0")
        #expect(signed.output.count == 83 && signed.status == 0)
        #expect(try Self.command("verify", input: signed.output).lines.count == 1)
    }

    @Test(arguments: try EventSigningVector.all().filter { $0.stream != nil && $0.contents.region == "eu-central-1" })
    func everyVectorHasItsStatus(_ vector: EventSigningVector) throws {
        let outcome = try #require(vector.contents.outcome)
        let result = try Self.command("verify", input: try #require(vector.stream))
        let isWrong = result.lines.contains { $0.hasPrefix("WRONG ") }
        switch outcome.error?.code {
        case nil: #expect(result.status == 0 && !isWrong && result.lines.count == outcome.messages + 1)
        case "endMissing"?: #expect(result.status == 75 && !isWrong)
        case "signatureMismatch"?, "signatureMalformed"?: #expect(result.status == 65 && isWrong)
        default: #expect(result.status == 65 && !isWrong)
        }
        if let error = outcome.error {
            #expect(result.error.hasPrefix("eventstream: standard input: byte \(error.offset): found "))
            #expect(result.error.filter { $0 == "\n" }.count == 1)
        } else {
            #expect(result.error == "")
        }
    }

    @Test func oneMessageThatWasChangedIsOneWrongLine() throws {
        let lines = try Self.command("verify", input: try Self.vector("changed-payload")).lines
        #expect(lines.map { $0.prefix(5) } == ["right", "WRONG", "right", "right"])
        #expect(try Self.command("verify", secret: "other", input: try Self.vector("stream-only-end")).status == 65)
    }

    @Test func aWrongSignatureDecidesTheStatusOfACutStream() throws {
        let stream = try Self.vector("changed-payload")
        let whole = try Self.command("verify", input: stream)
        let cut = try Self.command("verify", input: Array(stream.dropLast()))
        #expect(cut.lines.count == whole.lines.count - 1)
        #expect(cut.status == 65 && cut.error == whole.error)
    }

    @Test func aMessageOfAnyLengthIsSigned() throws {
        // Headers beyond the limit of a decoder.
        let value = EventStreamHeaderValue.string(String(repeating: "a", count: 60_000))
        let message = EventStreamMessage(headers: ["a": value, "b": value, "c": value])
        let signed = try Self.command(
            "sign", "--date", "0", input: try message.encoded(limits: .unlimited))
        #expect(signed.status == 0 && signed.error == "")
        let verified = try Self.command("verify", input: signed.output)
        #expect(verified.status == 0 && verified.lines.count == 2)
    }

    @Test func corruptInputHasItsStatus() throws {
        var broken = try Self.vector("stream-only-end")
        broken[30] ^= 1
        #expect(try Self.command("verify", input: broken).status == 65)
        #expect(try Self.command("verify", input: Array(broken.prefix(40))).status == 75)
        let cut = try Self.command("sign", "--date", "0", input: Array(Self.messages().dropLast()))
        #expect(cut.status == 75)
        // No end is written, because the stream is not complete.
        #expect(try Self.command("verify", input: cut.output).status == 75)
        let late = try Self.command("sign", "--date", "253402300799999", "--step", "1", input: Self.messages())
        #expect(late.status == 64 && late.error.contains("found a date outside of the years 0 to 9999"))
        #expect(try Self.command("verify", input: late.output).lines.count == 1)
        #expect(
            try Self.command("sign", "--date", "\(Int64.max)", "--step", "\(Int64.max)", input: Self.messages()).status
                == 64)
    }

    @Test func theSecretComesFromTheEnvironment() throws {
        for arguments in [["sign", "--date", "0"], ["verify"]] {
            let result = try Self.run(Command.program.path, arguments + Self.common, secret: "")
            #expect(result.status == 77)
            #expect(
                result.error
                    == "eventstream: found no secret access key, expected one in AWS_SECRET_ACCESS_KEY\n")
        }
    }

    @Test(.enabled(if: EventSigningPeer.hasPython, "python3 is not installed"))
    func aPlainScriptOfTheAlgorithmAgrees() throws {
        try Self.requireAgreement("plain", date: "1748822100123", step: "100045")
    }

    @Test(.enabled(if: EventSigningPeer.hasTranscribe, "amazon-transcribe is not installed"))
    func amazonTranscribeAgrees() throws {
        try Self.requireAgreement("transcribe", date: Self.date, step: Self.step)
    }

    /// A peer verifies our stream, writes the same stream, and finds the same faults.
    private static func requireAgreement(_ peer: String, date: String, step: String) throws {
        func ask(_ command: String, _ dates: [String] = [], input: [UInt8]) throws -> ChildProcess.Result {
            try run(
                "python3", [EventSigningPeer.script, peer, command, "eu-central-1", "transcribe", seed] + dates,
                input: input)
        }
        let ours = try command("sign", "--date", date, "--step", step, input: messages())
        let verified = try ask("verify", input: ours.output)
        #expect(try verified.status == 0 && verified.output == messages(), "\(verified.error)")
        let theirs = try ask("sign", [date, step], input: messages())
        #expect(theirs.output == ours.output, "\(theirs.error)")
        let result = try command("verify", input: theirs.output)
        #expect(result.status == 0 && result.lines.count > 10)
        for name in [
            "chain-removed", "chain-swapped", "chain-repeated", "chain-cut", "chain-other-region", "changed-date",
        ] {
            let stream = try vector(name)
            #expect(try ask("verify", input: stream).status == 1, "\(name)")
            #expect(try command("verify", input: stream).status != 0, "\(name)")
        }
    }
    #else
    @Test(arguments: ["sign", "verify"])
    func aBuildWithoutTheTraitCryptoSaysHowToGetOne(name: String) throws {
        let result =
            name == "sign" ? try Self.command("sign", "--date", "0") : try Self.command("verify")
        #expect(result.status == 69 && result.output.isEmpty)
        #expect(result.error.hasPrefix("eventstream: \(name): this build has no cryptography; run Scripts/install"))
        #expect(result.error.contains("'swift build -c release --product eventstream --traits Crypto'"))
        #expect(result.error.filter { $0 == "\n" }.count == 1)
    }
    #endif

    @Test func wrongArgumentsAre64() throws {
        for seed in ["", "00", Self.seed + "00", String(Self.seed.dropLast()) + "g", Self.seed.dropLast(2) + "**"] {
            let arguments = ["verify", "--region", "r", "--service", "s", "--seed-signature", seed]
            #expect(try Self.run(Command.program.path, arguments).status == 64, "\(seed)")
        }
        #expect(try Self.command("sign").status == 64)
        #expect(try Self.command("verify", "--secret", "s").status == 64)
        #expect(try Self.command("sign", "--date", "today").status == 64)
    }

    // MARK: Without keys

    @Test func signedMessagesAreUnwrapped() throws {
        let stream = try Self.vector("stream-signature-first")
        let json = try Command.run("decode", "--unwrap-signed", "--format", "json", input: stream)
        #expect(json.status == 0)
        #expect(json.lines.count == 2)
        #expect(json.lines.first?.hasPrefix(#"{"offset":79,"length":56,"headers":[{"name":":content-type""#) == true)
        let signature = try #require(
            try EventSigningVector.all().first { $0.name == "stream-signature-first" }?.contents.events.first?.signature
        )
        #expect(
            json.lines.first?.hasSuffix(#","signed":{"date":1748779200000,"signature":"\#(signature)"}}"#) == true)
        #expect(
            json.lines.last?.hasPrefix(#"{"end":true,"offset":139,"length":83,"signed":{"date":1748779200000,"#) == true
        )
        let text = try Command.run("decode", "--unwrap-signed", "--format", "text", input: stream).text
        #expect(text.contains("signed at 20250601T120000Z, signature \(signature)"))
        #expect(text.contains("end of the signed stream (byte 139, 83 bytes)"))
        // A message that is not signed stays as it is.
        let event = try EventStreamMessage(.event(type: "a"), payload: [0x78]).encoded()
        let mixed = try Command.run("decode", "--unwrap-signed", "--format", "payload", input: event + stream)
        #expect(mixed.output.starts(with: [0x78]))
        #expect(try Command.run("decode", "--format", "json", input: stream).text.contains(":chunk-signature"))
    }

    @Test func aPayloadThatIsNotOneMessageIsAnError() throws {
        for (name, offset) in [("inner-cut", 79), ("inner-two-messages", 79), ("inner-not-a-message", 87)] {
            let result = try Command.run("decode", "--unwrap-signed", input: try Self.vector(name))
            #expect(result.status == 65, "\(name)")
            #expect(result.error.hasPrefix("eventstream: standard input: byte \(offset): found "), "\(result.error)")
        }
    }

    @Test func theEndOfASignedStreamIsNotEncoded() throws {
        let lines = try Command.run(
            "decode", "--unwrap-signed", "--format", "json", input: try Self.vector("stream-only-end"))
        let result = try Command.run("encode", input: lines.output)
        #expect(result.status == 65)
        #expect(
            result.error.contains(
                "found the end of a signed stream, expected a message; 'eventstream sign' writes the end"))
    }

    @Test func theMessageInASignedMessageIsInspected() throws {
        for vector in try EventSigningVector.all() {
            guard let stream = vector.stream, stream.count < 3_000 else { continue }
            let result = try Command.run("inspect", input: stream)
            let hasInner =
                vector.contents.outcome?.error?.code != "headersUnexpected" && !vector.name.hasPrefix("inner-")
                && vector.name != "changed-payload"
            if hasInner {
                #expect(result.status == 0, "\(vector): \(result.error)")
                #expect(result.text.contains("WRONG") == vector.name.hasPrefix("signature-of-"), "\(vector)")
            }
            let bytes = result.lines.filter { !$0.hasPrefix("message ") }.flatMap { line in
                line.dropFirst(10).prefix(47).split(separator: " ").compactMap { UInt8($0, radix: 16) }
            }
            #expect(bytes == Array(stream.prefix(bytes.count)) && !bytes.isEmpty || stream.isEmpty, "\(vector)")
            if result.status == 0 { #expect(bytes.count == stream.count, "\(vector)") }
        }
        let lines = try Command.run("inspect", input: try Self.vector("stream-signature-first")).lines
        #expect(lines.contains("message in message 1 at byte 79"))
        let wrong = try Command.run("inspect", input: try Self.vector("signature-of-31-bytes")).lines
        #expect(
            wrong.filter { $0.contains("WRONG") }.map {
                $0.hasSuffix("31 WRONG: expected 32, or SigV4A's DER encoding")
            } == [true])
    }

    @Test func aSignatureOfSigV4AIsNotMarked() throws {
        func isMarked(_ signature: EventStreamHeaderValue) throws -> Bool {
            let message = EventStreamMessage(
                headers: [":date": .timestamp(0), ":chunk-signature": signature], payload: [])
            return try Command.run("inspect", input: try message.encoded()).text.contains("WRONG")
        }
        for count in [68, 70, 72] {
            let signature = [0x30, UInt8(count - 2)] + [UInt8](repeating: 2, count: count - 2)
            #expect(try !isMarked(.byteArray(signature)), "\(count)")
            #expect(try isMarked(.byteArray([0x31] + signature.dropFirst())), "\(count)")
            #expect(try isMarked(.byteArray(signature + [2])), "\(count)")
        }
        #expect(try isMarked(.byteArray([0x30, 65] + [UInt8](repeating: 2, count: 65))))
        #expect(try isMarked(.byteArray([])))
        #expect(try !isMarked(.byteArray([UInt8](repeating: 0, count: 32))))
        // Only an array of bytes is a signature.
        #expect(try !isMarked(.string("text")))
    }

    @Test func anInvalidMessageInASignedMessageIsMarked() throws {
        for (name, words) in [
            ("inner-cut", "WRONG: expected a payload that is exactly one message"),
            ("inner-two-messages", "WRONG: expected a payload that is exactly one message"),
            ("inner-not-a-message", "WRONG: expected a payload that is exactly one message"),
            ("inner-header-type", "WRONG: expected a type from 0 to 9"), ("inner-message-crc", "WRONG: expected "),
        ] {
            let result = try Command.run("inspect", input: try Self.vector(name))
            #expect(result.text.contains(words), "\(name)")
            let isMessage = name == "inner-header-type" || name == "inner-message-crc"
            #expect(result.status == (isMessage ? 65 : 0), "\(name)")
        }
        // A stream that ends inside of the message in a signed message.
        let stream = try Self.vector("stream-signature-first")
        for length in [80, 90, 100, 120, 135] {
            #expect(try Command.run("inspect", input: Array(stream.prefix(length))).status == 75, "\(length)")
        }
    }
}

/// Tests/CrossChecks/event_signing.py.
private enum EventSigningPeer {
    static let script = Repository.root.appendingPathComponent("Tests/CrossChecks/event_signing.py").path
    static let hasPython = succeeds("import hmac")
    static let hasTranscribe = succeeds("import amazon_transcribe.eventstream")

    private static func succeeds(_ code: String) -> Bool {
        (try? ChildProcess.run(URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-c", code]).status) == 0
    }
}
