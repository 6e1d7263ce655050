import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// `eventstream chunked`, as a process.
@Suite struct ChunkedTests {
    @Test func everyVectorIsReported() throws {
        for vector in try ChunkedVector.all() {
            let result = try Command.run("chunked", "decode", "--json", input: vector.bytes)
            let outcome = try JSONDecoder().decode(ChunkedVector.Outcome.self, from: Data(result.output))
            #expect(outcome == vector.outcome, "\(vector)")
            #expect(
                result.status == ["complete": 0, "incomplete": 75, "error": 65][vector.outcome.status], "\(vector)")
            #expect(result.lines.count == 1, "\(vector)")
            if let failure = vector.outcome.error {
                #expect(result.error.contains(": byte \(failure.offset): found "), "\(vector)")
            }
        }
    }

    @Test func theObjectHasItsKeysInOrder() throws {
        let body = Array("5;a=\"b\\\"\";c\r\nhello\r\n0\r\nName:  value \r\n\r\nnext".utf8)
        let result = try Command.run("chunked", "decode", "--json", "--read-size", "3", input: body)
        #expect(
            result.text
                == #"{"status":"complete","body":"aGVsbG8=","chunks":1,"extensions":[{"chunk":0,"name":"a","value":"b\""},"#
                + #"{"chunk":0,"name":"c","value":null}],"trailers":[["Name","value"]],"consumed":40,"error":null}"#
                + "\n")
    }

    @Test func dataIsPrintedBeforeAnErrorAndBeforeTheEnd() throws {
        let result = try Command.run("chunked", "decode", input: Array("3\r\nabc\r\n3\r\ndef\n".utf8))
        #expect(result.status == 65 && result.text == "abcdef")
        let process = try ChildProcess(Command.program, ["chunked", "decode"])
        try process.write("5\r\nline\n\r\n".utf8)
        try process.waitForLine(containing: "line")
        #expect(try process.finish().status == 75)
    }

    @Test(arguments: [1, 7, 5_000, 200_000])
    func thereAndBack(chunkSize: Int) throws {
        var generator = SeededGenerator(seed: 5)
        let data = generator.bytes(100_001)
        let encoded = try Command.run("chunked", "encode", "--chunk-size", "\(chunkSize)", input: data)
        #expect(encoded.status == 0)
        #expect(encoded.text.hasPrefix(String(min(chunkSize, data.count), radix: 16) + "\r\n"))
        #expect(try Command.run("chunked", "decode", input: encoded.output).output == data)
    }

    @Test func trailersAreWrittenAndChecked() throws {
        let encoded = try Command.run(
            "chunked", "encode", "--trailer", "X-A: 1", "--trailer", "X-B:2: 3", input: Array("x".utf8))
        #expect(encoded.text == "1\r\nx\r\n0\r\nX-A: 1\r\nX-B: 2: 3\r\n\r\n")
        #expect(try Command.run("chunked", "encode", input: []).text == "0\r\n\r\n")
        for wrong in ["X", "Host: x", "a b: c", "X: a\r\nY: b"] {
            #expect(try Command.run("chunked", "encode", "--trailer", wrong).status == 64, "\(wrong)")
        }
    }

    @Test func whatArrivesIsSentOnAtOnce() throws {
        let process = try ChildProcess(Command.program, ["chunked", "encode"])
        try process.write("one\n".utf8)
        #expect(try process.readLine() == "4\r")
        #expect(try process.readLine() == "one")
        try process.write("two\n".utf8)
        #expect(try process.readLine() == "\r")
        #expect(try process.readLine() == "4\r")
        #expect(try process.finish().text.hasSuffix("two\n\r\n0\r\n\r\n"))
    }

    @Test func optionsAllowMoreThanTheGrammar() throws {
        let padded = Array("5 \r\nhello\r\n0\r\n\r\n".utf8)
        #expect(try Command.run("chunked", "decode", input: padded).status == 65)
        let lenient = try Command.run("chunked", "decode", "--allow-whitespace-after-size", input: padded)
        #expect(lenient.status == 0 && lenient.text == "hello")

        let long = Array("1;x=\(String(repeating: "y", count: 20_000))\r\na\r\n0\r\n\r\n".utf8)
        #expect(try Command.run("chunked", "decode", input: long).status == 65)
        #expect(try Command.run("chunked", "decode", "--max-extension-bytes", "0", input: long).text == "a")
        #expect(try Command.run("chunked", "decode", "--max-extension-bytes", "20003", input: long).text == "a")
        #expect(try Command.run("chunked", "decode", "--max-extension-bytes", "20002", input: long).status == 65)
        #expect(try Command.run("chunked", "decode", "--max-extension-bytes", "-1", input: long).status == 64)
    }
}
