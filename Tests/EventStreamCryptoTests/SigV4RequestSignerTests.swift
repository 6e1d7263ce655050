#if Crypto
import EventStreamCodec
import EventStreamCrypto
import Foundation
import TestSupport
import Testing

@Suite("Signatures of requests")
struct SigV4RequestSignerTests {
    private static let s3 = AWSCredentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")

    private func date(_ text: String) throws -> SigV4Date { try #require(SigV4Date(timestamp: text)) }

    @Test("The signature of an upload in signed chunks is that of the Amazon S3 API Reference")
    func signedChunks() throws {
        var signer = SigV4RequestSigner(Self.s3, region: "us-east-1", service: "s3")
        let request = SigV4Request(
            method: "PUT", target: "/examplebucket/chunkObject.txt",
            headers: [
                ("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                ("Content-Length", "66824"), ("User-Agent", "not signed"),
            ])
        let payload = SigV4Payload(contentSHA256: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
        let signed = try signer.sign(request, at: try date("20130524T000000Z"), payload: payload)
        #expect(signed.signature.hexadecimal == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        #expect(signed.headers.map(\.name) == ["X-Amz-Date", "X-Amz-Content-Sha256", "Authorization"])
        #expect(
            signed.headers.last?.value
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
                + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
                + "x-amz-decoded-content-length;x-amz-storage-class, "
                + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
    }

    @Test("The signature of an upload with trailers is that of the Amazon S3 API Reference")
    func trailers() throws {
        var signer = SigV4RequestSigner(Self.s3, region: "us-east-1", service: "s3")
        let request = SigV4Request(
            method: "PUT", target: "/examplebucket/chunkObject.txt",
            headers: [
                ("host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ("content-encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                ("x-amz-trailer", "x-amz-checksum-crc32c"),
            ])
        let payload = SigV4Payload(contentSHA256: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER")
        let signed = try signer.sign(request, at: try date("20130524T000000Z"), payload: payload)
        #expect(signed.signature.hexadecimal == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
    }

    @Test("The fields of an aws-chunked upload are signed as they are, and not beside the signer's")
    func fieldsOfAnUpload() throws {
        let date = try date("20130524T000000Z")
        let chunkSigner = try SigV4ChunkSigner<SwiftCryptoHash>(
            Self.s3, region: "us-east-1", date: date, seedSignature: SigV4Signature([]))
        let upload = AWSChunkedEncoder(signer: chunkSigner, checksum: AWSCRC32CChecksum()).request(
            decodedLength: 66_560)
        let payload = SigV4Payload(contentSHA256: try #require(upload.contentSHA256))
        let request = SigV4Request(
            method: "PUT", target: "/examplebucket/chunkObject.txt",
            headers: [("host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")] + upload.fields)
        #expect(request.headers.contains { $0.name == "x-amz-content-sha256" })
        var signer = SigV4RequestSigner(Self.s3, region: "us-east-1", service: "s3")
        let signed = try signer.sign(request, at: date, payload: payload)
        // The signature in the Amazon S3 API Reference, as in the test above.
        #expect(signed.signature.hexadecimal == "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
    }

    @Test("A request that was signed before is signed again as if it had not been")
    func signedAgain() throws {
        let temporary = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET", sessionToken: "TOKEN")
        let request = SigV4Request(method: "PUT", target: "/a", headers: [("Host", "h"), ("X-Amz-Meta-A", "b")])
        var first = SigV4RequestSigner(temporary, region: "us-east-1", service: "s3")
        var retry = request
        retry.headers += try first.sign(request, at: SigV4Date(milliseconds: 0), payload: .unsigned).headers
        let date = SigV4Date(milliseconds: 5_000)
        for credentials in [temporary, Self.s3] {
            var signer = SigV4RequestSigner(credentials, region: "us-east-1", service: "s3")
            let expected = try signer.sign(request, at: date, payload: .unsigned)
            let signed = try signer.sign(retry, at: date, payload: .unsigned)
            #expect(signed.signature == expected.signature)
            #expect(signed.headers.map(\.value) == expected.headers.map(\.value))
        }
        var regional = try SigV4RequestSigner(temporary, regionSet: "us-east-1", service: "s3")
        retry.headers += try regional.sign(request, at: SigV4Date(milliseconds: 0), payload: .unsigned).headers
        #expect(
            try regional.canonicalRequest(retry, at: date, payload: .unsigned)
                == regional.canonicalRequest(request, at: date, payload: .unsigned))
    }

    @Test("Bytes that are not UTF-8, and characters that combine with a separator, are kept")
    func anyBytes() throws {
        let signer = SigV4RequestSigner(Self.s3, region: "us-east-1", service: "s3")
        func lines(_ target: String) throws -> [String] {
            let request = SigV4Request(method: "GET", target: target, headers: [("Host", "h")])
            let canonical = try signer.canonicalRequest(
                request, at: SigV4Date(milliseconds: 0), payload: .unsigned)
            return canonical.split(separator: "\n", omittingEmptySubsequences: false)[1...2].map(String.init)
        }
        #expect(try lines("/%FF%c3%A9?a=%FF&%80=%fe") == ["/%FF%C3%A9", "%80=%FE&a=%FF"])
        #expect(try lines("/a?b=1&\u{301}=\u{301}") == ["/a", "%CC%81=%CC%81&b=1"])
    }

    @Test("The seed signature of a stream of events is that of the AWS SDK for Java")
    func events() throws {
        let credentials = AWSCredentials(accessKeyID: "a", secretAccessKey: "s")
        var signer = SigV4RequestSigner(credentials, region: "us-west-2", service: "name")
        let request = SigV4Request(method: "GET", target: "/", headers: [("Host", "localhost:8080")])
        let date = try date("20200101T235959Z")
        let signed = try signer.sign(request, at: date, payload: .events)
        #expect(signed.signature.hexadecimal == "f21ae834dae1ebd27ccd3d1b8d93514ec914d4cd79575edd906667e9e12e591b")
        #expect(
            try signer.canonicalRequest(request, at: date, payload: .events) == """
                GET
                /

                host:localhost:8080
                x-amz-content-sha256:STREAMING-AWS4-HMAC-SHA256-EVENTS
                x-amz-date:20200101T235959Z

                host;x-amz-content-sha256;x-amz-date
                STREAMING-AWS4-HMAC-SHA256-EVENTS
                """)
    }

    @Test("A presigned URL is that of the Amazon S3 API Reference")
    func presigned() throws {
        var signer = SigV4RequestSigner(Self.s3, region: "us-east-1", service: "s3")
        let request = SigV4Request(
            method: "GET", target: "/test.txt", headers: [("Host", "examplebucket.s3.amazonaws.com")])
        let signed = try signer.presign(
            request, at: try date("20130524T000000Z"), validFor: 86_400, payload: .unsigned)
        #expect(signed.headers.isEmpty)
        #expect(
            signed.target
                == "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524"
                + "%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400"
                + "&X-Amz-SignedHeaders=host&X-Amz-Signature="
                + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test("A presigned URL without a path has the path /", arguments: ["", "?", "/", "/?"])
    func presignedWithoutPath(_ target: String) throws {
        var signer = SigV4RequestSigner(Self.s3, region: "us-east-1", service: "s3")
        let date = SigV4Date(milliseconds: 0)
        func presigned(_ target: String) throws -> String {
            let request = SigV4Request(method: "GET", target: target, headers: [("Host", "h")])
            return try signer.presign(request, at: date, validFor: 1, payload: .unsigned).target
        }
        #expect(try presigned(target).hasPrefix("/?X-Amz-Algorithm="))
        #expect(try presigned(target) == presigned("/"))
    }

    @Test("Temporary credentials sign their token, and no description shows it")
    func sessionToken() throws {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET", sessionToken: "TOKEN/+=")
        var signer = SigV4RequestSigner(credentials, region: "us-east-1", service: "bedrock")
        let request = SigV4Request(method: "POST", target: "/a", headers: [("Host", "h")])
        let date = SigV4Date(milliseconds: 0)
        let signed = try signer.sign(request, at: date, payload: SigV4Payload(Array("{}".utf8)))
        #expect(signed.headers.contains { $0.name == "X-Amz-Security-Token" && $0.value == "TOKEN/+=" })
        #expect(signed.headers.last?.value.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,") == true)
        let presigned = try signer.presign(request, at: date, validFor: 1, payload: .unsigned)
        #expect(presigned.target.contains("&X-Amz-Security-Token=TOKEN%2F%2B%3D&"))
        var dumped = ""
        for value in [credentials, signer, signed, presigned] as [Any] {
            print(value, String(reflecting: value), to: &dumped)
            dump(value, to: &dumped)
        }
        #expect(dumped.contains("AKID") && !dumped.contains("TOKEN") && !dumped.contains("SECRET"))
    }

    /// S3 decodes the path of a request and encodes it again, except slashes. All others encode what was sent.
    @Test func anEscapedSlashIsASlashOnlyForS3() throws {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET")
        for (service, path) in [("s3", "/a/b%3D"), ("bedrock", "/a%252Fb%253D")] {
            let signer = SigV4RequestSigner(credentials, region: "us-east-1", service: service)
            let request = SigV4Request(method: "GET", target: "/a%2Fb%3D", headers: [("Host", "h")])
            let canonical = try signer.canonicalRequest(request, at: SigV4Date(milliseconds: 0), payload: .unsigned)
            #expect(canonical.hasPrefix("GET\n\(path)\n"), "\(canonical)")
        }
    }

    @Test(.enabled(if: Peer.hasBotocore, "botocore is not installed"))
    func botocoreSignsRequestsTheSameWay() throws {
        let credentials = AWSCredentials(
            accessKeyID: "AKID", secretAccessKey: "wJalrXUtnFEMI/K7MDENG", sessionToken: "token/+==")
        var cases: [Peer.Request] = []
        let targets = [
            "/", "/a%20b", "/a/./b/../c", "//a//b/", "/a?x=1&y=2", "/a?y=2&x=1&x=0", "/a?x", "/a?x=&b",
            "/a?b=%2F%20~", "/%C3%A9",
            "/model/amazon.nova-lite-v1%3A0/converse-stream", "/a-b_c.d~e", "/a?A=1&a=2", "/%FF", "/a?a=%FF",
        ]
        for service in ["s3", "s3express", "s3-outposts", "s3-object-lambda", "transcribe"] {
            for target in targets {
                // botocore keeps escapes that are not needed, which no client sends.
                cases.append(Peer.Request(service: service, method: "POST", target: target, body: "{}"))
            }
        }
        let answers = try Peer.botocore(cases)
        let date = try date("20250601T120000Z")
        for (request, answer) in zip(cases, answers) {
            var signer = SigV4RequestSigner(credentials, region: "eu-west-1", service: request.service)
            let ours = SigV4Request(
                method: request.method, target: request.target,
                headers: [("Host", "example.com"), ("X-Amz-Meta-A", " two   words ")])
            let signed = try signer.sign(ours, at: date, payload: SigV4Payload(Array(request.body.utf8)))
            #expect(signed.headers.last?.value == answer.authorization, "\(request)")
        }
        #expect(answers.count == cases.count)
    }
}

/// Tests/CrossChecks/request_signing.py.
private enum Peer {
    struct Request: Encodable {
        var service: String
        var method: String
        var target: String
        var body: String
    }

    struct Answer: Decodable {
        var authorization: String
    }

    private static let python = URL(fileURLWithPath: "/usr/bin/env")

    static let hasBotocore = (try? ChildProcess.run(python, ["python3", "-c", "import botocore.auth"]).status) == 0

    static func botocore(_ requests: [Request]) throws -> [Answer] {
        let script = Repository.root.appendingPathComponent("Tests/CrossChecks/request_signing.py").path
        let result = try ChildProcess.run(
            python, ["python3", script], input: Array(try JSONEncoder().encode(requests)))
        guard result.status == 0 else { throw ChildProcess.Failure(description: result.error) }
        return try JSONDecoder().decode([Answer].self, from: Data(result.output))
    }
}
#endif
