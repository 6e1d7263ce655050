import Foundation
import TestSupport
import Testing

/// The package's samples under `lambda-local`, as they were built last; these tests build nothing.
@Suite(
    .enabled(if: Samples.areBuilt, "the samples are not built (Samples/build)"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct SampleTests {
    private let lambda: LocalLambda

    init() throws {
        lambda = try LocalLambda(
            function: [
                "/usr/bin/env", "SAMPLES_PHOTO=\(Samples.photo.path)", "SAMPLES_PAUSE=100", Samples.program.path,
            ])
    }

    @Test func helloIsText() throws {
        let result = try Client.curl("-w", "%{content_type} %{time_starttransfer} %{time_total}", lambda.url("hello"))
        let words = try #require(result.lines.last).split(separator: " ").map(String.init)
        #expect(words.first?.hasPrefix("text/plain") == true)
        let (first, last) = (try #require(Double(words[words.count - 2])), try #require(Double(words[words.count - 1])))
        print("the sample hello: first byte after \(first) s, last byte after \(last) s")
        #expect(last - first >= 0.15)
    }

    @Test func theIndexLinksToEverySampleOnAnyPort() throws {
        let page = try Client.curl("-i", lambda.url()).text
        #expect(page.contains("Content-Type: text/html; charset=utf-8\r\n"))
        let links = page.components(separatedBy: "href=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(links) == ["data:,", "hello", "gzip", "photo", "page", "broken"])
        for link in links where !link.hasPrefix("data:") {
            // The sample that breaks has a status as well.
            #expect(try Client.status(lambda.url("\(link)?pause=0")) == "200", "\(link)")
        }
    }

    @Test func thePhotoArrivesWhole() throws {
        let result = try Client.curl("-w", "%{content_type}", lambda.url("photo"))
        let photo = try Repository.bytes(of: Samples.photo)
        #expect(result.output == photo + Array("image/jpeg".utf8))
    }

    @Test func theEventIsCompressed() throws {
        let result = try Client.curl("--compressed", lambda.url("gzip?a=1"))
        #expect(result.text.contains(#""rawQueryString":"a=1""#))
        // It is compressed indeed.
        let raw = try Client.curl(lambda.url("gzip?a=1"))
        #expect(raw.output.prefix(2) == [0x1f, 0x8b])
    }

    @Test(.enabled(if: Client.python.isInstalled, "python3 is not installed"))
    func whatIsCompressedCanBeReadAsItComes() throws {
        struct Answer: Decodable {
            var first: String
            var body: String
            var seconds: Double
        }
        let answer: Answer = try Client.answer(
            of: "python3", "lambda_client.py", "gunzip", "\(lambda.port)", "/gzip?pause=500")
        #expect(
            answer.body.hasPrefix(answer.first) && !answer.first.isEmpty && answer.first.count < answer.body.count / 2)
        #expect(answer.body.hasSuffix(#""isBase64Encoded":false}"#), "\(answer.body)")
        print("the sample gzip: the rest came \(answer.seconds) s after the first piece could be read")
        #expect(answer.seconds >= 0.5)
    }

    @Test(.enabled(if: Client.boto3.isInstalled, "boto3 is not installed"))
    func whatBreaksIsToldToSDKs() throws {
        let answer = try SDKAnswer.of(lambda, #"{"sample":"broken"}"#)
        #expect(answer.body == "one\ntwo\n")
        #expect(answer.complete?.ErrorCode != nil)
        #expect(answer.complete?.ErrorDetails?.contains("the third piece could not be made") == true)
        let same = try SDKAnswer.of(lambda, #"{"sample":"hello"}"#)
        #expect(same.complete != nil && same.complete?.ErrorCode == nil)
        #expect(try Client.curl(lambda.url("hello")).text == same.body)
    }

    #if Network
    @Test func theCommandInvokes() throws {
        let command = Repository.products.appendingPathComponent("eventstream")
        func invoke(_ sample: String) throws -> ChildProcess.Result {
            try ChildProcess.run(
                command, ["lambda", "invoke", lambda.url(), "--data", #"{"sample":"\#(sample)"}"#])
        }
        let hello = try invoke("hello")
        #expect(hello.status == 0)
        #expect(try Client.curl(lambda.url("hello")).output == hello.output)
        #expect(try invoke("photo").output == Repository.bytes(of: Samples.photo))
        let broken = try invoke("broken")
        #expect(broken.status == 76 && broken.text == "one\ntwo\n")
        #expect(broken.error.contains("the third piece could not be made"))
    }
    #endif
}

/// The samples' program and its photo.
enum Samples {
    private static let folder = Repository.root.appendingPathComponent("Samples/.build")

    /// The photo that `Samples/build` renders.
    static let photo = folder.appendingPathComponent("photo.jpg")

    /// The program, in whatever configuration it has been built.
    static var program: URL {
        let programs = ["debug", "release"].map { folder.appendingPathComponent("\($0)/streaming-samples") }
        return programs.first { FileManager.default.fileExists(atPath: $0.path) } ?? programs[0]
    }

    /// Whether both are there.
    static let areBuilt = [program, photo].allSatisfy { FileManager.default.fileExists(atPath: $0.path) }
}
