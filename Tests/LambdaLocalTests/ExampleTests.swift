import Foundation
import TestSupport
import Testing

/// The example functions under `lambda-local`, in the program AllFunctions. The tests use the last build of it.
@Suite(
    .enabled(if: Examples.areBuilt, "the examples are not built (Examples/check AllFunctions PhotoPipeline)"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct ExampleTests {
    private let lambda: LocalLambda

    init() throws {
        lambda = try LocalLambda(function: ["/usr/bin/env", "PHOTO=\(Examples.photo.path)", Examples.program.path])
    }

    @Test func helloIsText() throws {
        let result = try Client.curl("-w", "%{content_type} %{time_starttransfer} %{time_total}", lambda.url("hello"))
        let words = try #require(result.lines.last).split(separator: " ").map(String.init)
        #expect(words.first?.hasPrefix("text/plain") == true)
        let (first, last) = (try #require(Double(words[words.count - 2])), try #require(Double(words[words.count - 1])))
        print("the example hello: first byte after \(first) s, last byte after \(last) s")
        #expect(last - first >= 0.9)
    }

    @Test func theIndexLinksToEveryFunctionOnAnyPort() throws {
        let page = try Client.curl("-i", lambda.url()).text
        #expect(page.contains("Content-Type: text/html; charset=utf-8\r\n"))
        let links = page.components(separatedBy: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(links) == ["data:,", "hello", "gzip", "photo", "page", "page?fail=1"])
        for link in links where !link.hasPrefix("data:") {
            // The page that fails in the middle has a status, too.
            #expect(try Client.status(lambda.url(String(link))) == "200", "\(link)")
        }
        #expect(try Client.status(lambda.url("nothing")) == "404")
    }

    @Test func thePhotoArrivesWhole() throws {
        let result = try Client.curl("-w", "%{content_type}", lambda.url("photo"))
        let photo = try Repository.bytes(of: Examples.photo)
        #expect(result.output == photo + Array("image/jpeg".utf8))
    }

    @Test func theEventIsCompressed() throws {
        let result = try Client.curl("--compressed", lambda.url("gzip?a=1"))
        #expect(result.text.contains(#""rawQueryString":"a=1""#))
        let raw = try Client.curl(lambda.url("gzip?a=1"))
        #expect(raw.output.prefix(2) == [0x1f, 0x8b])
    }

    @Test(.enabled(if: Client.python.isInstalled, "python3 is not installed"))
    func compressedPiecesCanBeReadWhenTheyArrive() throws {
        struct Answer: Decodable {
            var first: String
            var body: String
            var seconds: Double
        }
        let answer: Answer = try Client.answer(of: "python3", "lambda_client.py", "gunzip", "\(lambda.port)", "/gzip")
        #expect(
            answer.body.hasPrefix(answer.first) && !answer.first.isEmpty && answer.first.count < answer.body.count / 2)
        #expect(answer.body.hasSuffix(#""isBase64Encoded":false}"#), "\(answer.body)")
        print("the example gzip: the rest came \(answer.seconds) s after the first piece could be read")
        #expect(answer.seconds >= 0.5)
    }

    @Test(.enabled(if: Client.boto3.isInstalled, "boto3 is not installed"))
    func sdksReceiveTheErrorInTheMiddle() throws {
        let answer = try SDKAnswer.of(lambda, #"{"rawPath":"/page","queryStringParameters":{"fail":"1"}}"#)
        #expect(answer.body.contains("item2") && !answer.body.contains("item3"))
        #expect(answer.complete?.ErrorCode == "Function.QueryFailed")
        #expect(answer.complete?.ErrorDetails?.contains("the slowest query failed") == true)
        let same = try SDKAnswer.of(lambda, #"{"rawPath":"/hello"}"#)
        #expect(same.complete != nil && same.complete?.ErrorCode == nil)
        #expect(try Client.curl(lambda.url("hello")).text == same.body)
    }

    #if Network
    @Test func theCommandInvokes() throws {
        let command = Repository.products.appendingPathComponent("eventstream")
        func invoke(_ event: String) throws -> ChildProcess.Result {
            try ChildProcess.run(command, ["lambda", "invoke", lambda.url(), "--data", event])
        }
        let hello = try invoke(#"{"rawPath":"/hello"}"#)
        #expect(hello.status == 0)
        #expect(try Client.curl(lambda.url("hello")).output == hello.output)
        #expect(try invoke(#"{"rawPath":"/photo"}"#).output == Repository.bytes(of: Examples.photo))
        let broken = try invoke(#"{"rawPath":"/page","queryStringParameters":{"fail":"1"}}"#)
        #expect(broken.status == 76 && broken.text.contains("item2") && !broken.text.contains("item3"))
        #expect(broken.error.contains("the slowest query failed"))
    }
    #endif
}

/// The program with all example functions, and the photo that one of them sends.
enum Examples {
    private static let folder = Repository.root.appendingPathComponent("Examples")

    /// The photo that `Examples/PhotoPipeline/render` makes.
    static let photo = folder.appendingPathComponent("PhotoPipeline/photo.jpg")

    static let program = folder.appendingPathComponent(".build/debug/AllFunctions")

    /// Whether both exist.
    static let areBuilt = [program, photo].allSatisfy { FileManager.default.fileExists(atPath: $0.path) }
}
