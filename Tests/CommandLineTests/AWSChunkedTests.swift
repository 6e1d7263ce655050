import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// `eventstream aws-chunked`, as a process.
@Suite struct AWSChunkedTests {
    private struct Report: Decodable {
        var status: String
        var body: Data
        var chunks: Int
        var signatures: [String]
        var trailers: [[String]]
        var checksums: [Checksum]
        var consumed: Int
        var error: Failure?

        struct Checksum: Decodable, Equatable {
            var name: String
            var declared: String?
            var computed: String?
        }
        struct Failure: Decodable, Equatable {
            var code: String
            var offset: Int
        }
    }

    private func decode(_ body: String, _ arguments: String...) throws -> (report: Report, status: Int32, error: String)
    {
        let input = Array(body.utf8)
        let all = ["aws-chunked", "decode", "--json"] + arguments
        let whole = try ChildProcess.run(Command.program, all, input: input)
        let bytewise = try ChildProcess.run(Command.program, all + ["--read-size", "1"], input: input)
        #expect(whole.output == bytewise.output && whole.error == bytewise.error, "\(body.debugDescription)")
        return (try JSONDecoder().decode(Report.self, from: Data(whole.output)), whole.status, whole.error)
    }

    @Test func theObjectHasItsKeysInOrder() throws {
        let signature = String(repeating: "0", count: 64)
        let body =
            "5;chunk-signature=\(signature);x=1\r\nhello\r\n0;chunk-signature=\(signature)\r\n"
            + "X-Amz-Checksum-CRC32 : NhCmhg==\n\r\nx-amz-checksum-xxhash64:AAAAAAAAAAA=\r\n"
            + "x-amz-trailer-signature:\(signature)\r\n\r\nnext"
        let result = try Command.run("aws-chunked", "decode", "--json", input: Array(body.utf8))
        #expect(
            result.text
                == #"{"status":"complete","body":"aGVsbG8=","chunks":1,"signatures":["\#(signature)","\#(signature)"],"#
                + #""trailers":[["X-Amz-Checksum-CRC32","NhCmhg=="],["x-amz-checksum-xxhash64","AAAAAAAAAAA="],"#
                + #"["x-amz-trailer-signature","\#(signature)"]],"#
                + #""checksums":[{"name":"x-amz-checksum-crc32","declared":"NhCmhg==","computed":"NhCmhg=="},"#
                + #"{"name":"x-amz-checksum-xxhash64","declared":"AAAAAAAAAAA=","computed":null}],"#
                + #""consumed":\#(body.utf8.count - 4),"error":null}"# + "\n")
        #expect(result.status == 0 && result.error.isEmpty)
        #expect(try Command.run("aws-chunked", "decode", input: Array(body.utf8)).text == "hello")
    }

    @Test func bodiesOfRealClientsAreDecoded() throws {
        // minio-go.
        var (report, status, _) = try decode(
            "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\n\r\n\r\n", "--decoded-length", "5", "--checksum", "crc32"
        )
        #expect(report.status == "complete" && report.consumed == 47 && status == 0)
        // A response.
        (report, status, _) = try decode(
            "1;x=1\r\na\r\n1\r\nb\r\n0\r\nx-amz-other:1\r\n\r\n", "--minimum-chunk-size", "0")
        #expect(report.status == "complete" && report.trailers == [["x-amz-other", "1"]] && report.checksums.isEmpty)
        // No final CRLF.
        (report, status, _) = try decode("5\r\nhello\r\n0\r\n")
        #expect(report.status == "complete" && report.consumed == 13 && status == 0)
        // Inside of chunked transfer.
        (report, status, _) = try decode("c\r\n5\r\nhello\r\n0\r\r\n1\r\n\n\r\n2\r\n\r\n\r\n0\r\n\r\n", "--chunked")
        #expect(report.status == "complete" && report.body == Data("hello".utf8) && status == 0, "\(report)")
    }

    @Test func errorsStateBothValues() throws {
        var (report, status, error) = try decode("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n")
        #expect(report.error == .init(code: "checksumMismatch", offset: 46) && status == 65)
        #expect(error.contains("byte 46: found x-amz-checksum-crc32 AAAAAA==, expected NhCmhg=="), "\(error)")
        #expect(report.checksums == [.init(name: "x-amz-checksum-crc32", declared: "AAAAAA==", computed: "NhCmhg==")])

        (report, status, error) = try decode("5\r\nhello\r\n0\r\nx-amz-checksum-crc64nvme:M3eFcAZSQlcb\r\n\r\n")
        #expect(report.error?.code == "checksumMalformed" && status == 65)
        #expect(error.contains("crc64nvme M3eFcAZSQlcb, expected base64 of 8 bytes"), "\(error)")

        (report, status, error) = try decode("5\r\nhello\r\n0\r\n\r\n", "--decoded-length", "3")
        #expect(report.error == .init(code: "decodedLengthMismatch", offset: 3) && status == 65)
        #expect(error.contains("byte 3: found 5 bytes of data, expected 3"), "\(error)")

        (report, status, error) = try decode("1\r\na\r\n1\r\nb\r\n0\r\n\r\n")
        #expect(report.error == .init(code: "chunkTooSmall", offset: 9) && report.body == Data("a".utf8))
        #expect(error.contains("found chunk 2 after one of 1 bytes, expected at least 8192"), "\(error)")

        (report, status, error) = try decode("5\r\nhello\r\n0\r\n0\r\n\r\n")
        #expect(report.error == .init(code: "lastChunkRepeated", offset: 14) && status == 65)
        (report, status, error) = try decode("5\r\nhello\r\n0\r\n\r\n", "--checksum", "crc32")
        #expect(report.error?.code == "trailerMissing" && status == 65)
        #expect(report.checksums == [.init(name: "x-amz-checksum-crc32", declared: nil, computed: "NhCmhg==")])
        (report, status, error) = try decode("5\r\nhello\r\n0\r\nx-b:1\r\n\r\n", "--checksum", "x-a")
        #expect(report.error?.code == "trailerUnexpected" && status == 65)
    }

    @Test func incompleteBodiesAreReported() throws {
        var (report, status, _) = try decode("5\r\nhel")
        #expect(report.status == "incomplete" && report.body == Data("hel".utf8) && report.error == nil && status == 75)
        (report, status, _) = try decode("8\r\n5\r\nhello\r\n0\r\n\r\n", "--chunked")
        #expect(report.status == "incomplete" && report.body == Data("hello".utf8) && status == 75)
        (report, status, _) = try decode("3\r\n0\r\n\r\n5\r\n\r\nabc\r\n0\r\n\r\n", "--chunked")
        #expect(report.error?.code == "bytesAfterEnd" && status == 65)
        (report, status, _) = try decode("3\n", "--chunked")
        #expect(report.error == .init(code: "lineEndingInvalid", offset: 1) && status == 65)
    }

    @Test(arguments: ["crc32", "CRC32C", "x-amz-checksum-crc64nvme"])
    func thereAndBack(checksum: String) throws {
        var generator = SeededGenerator(seed: 8)
        let data = generator.bytes(100_001)
        let encoded = try Command.run(
            "aws-chunked", "encode", "--checksum", checksum, "--chunk-size", "8192", input: data)
        #expect(encoded.status == 0 && encoded.output.starts(with: Array("2000\r\n".utf8)))
        let decoded = try Command.run(
            "aws-chunked", "decode", "--checksum", checksum, "--decoded-length", "100001", input: encoded.output)
        #expect(decoded.output == data && decoded.status == 0)
        let wrapped = try Command.run("chunked", "encode", "--chunk-size", "1000", input: encoded.output)
        #expect(try Command.run("aws-chunked", "decode", "--chunked", input: wrapped.output).output == data)
    }

    @Test func wrongArgumentsAreRejected() throws {
        for arguments in [["--checksum", "foo"], ["--minimum-chunk-size", "-1"], ["--decoded-length", "x"]] {
            #expect(try ChildProcess.run(Command.program, ["aws-chunked", "decode"] + arguments).status == 64)
        }
        for arguments in [["--checksum", "xxhash3"], ["--checksum", "x-amz-other"], ["--chunk-size", "0"]] {
            #expect(try ChildProcess.run(Command.program, ["aws-chunked", "encode"] + arguments).status == 64)
        }
    }

    /// A build without swift-crypto says how to get one with it.
    @Test func otherChecksumsNeedATrait() throws {
        for (name, value) in [
            ("sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="), ("MD5", "XUFAKrxLKna5cZ2REBfFkg=="),
        ] {
            let encoded = try Command.run("aws-chunked", "encode", "--checksum", name, input: Array("hello".utf8))
            let wire = "5\r\nhello\r\n0\r\nx-amz-checksum-\(name.lowercased()):\(value)\r\n\r\n"
            let decoded = try Command.run("aws-chunked", "decode", "--checksum", name, input: Array(wire.utf8))
            #if Crypto
            #expect(encoded.text == wire && decoded.status == 0 && decoded.text == "hello")
            #else
            #expect(encoded.status == 69 && encoded.error.contains("--traits Crypto") && encoded.lines.isEmpty)
            #expect(decoded.status == 69 && decoded.error.contains("--traits Crypto"))
            // Without a name, the checksum is returned.
            let (report, status, _) = try decode(wire)
            #expect(status == 0)
            #expect(
                report.checksums
                    == [.init(name: "x-amz-checksum-\(name.lowercased())", declared: value, computed: nil)])
            #endif
        }
    }
}
