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

    @Test(.enabled(if: Peer.hasBotocore, "botocore is not installed"))
    func botocoreSignsRequestsTheSameWay() throws {
        let credentials = AWSCredentials(
            accessKeyID: "AKID", secretAccessKey: "wJalrXUtnFEMI/K7MDENG", sessionToken: "token/+==")
        var cases: [Peer.Request] = []
        let targets = [
            "/", "/a%20b", "/a/./b/../c", "//a//b/", "/a?x=1&y=2", "/a?y=2&x=1&x=0", "/a?x", "/a?x=&b",
            "/a?b=%2F%20~", "/%C3%A9",
            "/model/amazon.nova-lite-v1%3A0/converse-stream", "/a-b_c.d~e", "/a?A=1&a=2",
        ]
        for service in ["s3", "transcribe"] {
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

@Suite("SigV4A with swift-crypto")
struct SwiftCryptoSigV4AKeyTests {
    private let credentials = AWSCredentials(
        accessKeyID: "AKISORANDOMAASORANDOM", secretAccessKey: "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom")

    @Test("The public key is that of aws-c-auth's tests")
    func publicKey() throws {
        let key = try SwiftCryptoSigV4AKey(credentials)
        let x = "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb"
        let y = "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0"
        #expect(key.publicKey == [4] + [UInt8](hexadecimal: x + y))
        var dumped = "\(key)"
        dump(key, to: &dumped)
        #expect(dumped.hasPrefix("SwiftCryptoSigV4AKey(secret)"))
        #expect(dumped.count < 100)
        #expect(throws: SigV4Error(.keyInvalid)) {
            try SwiftCryptoSigV4AKey(privateScalar: SigV4Digest([UInt8](repeating: 0, count: 32)))
        }
        #expect(throws: SigV4Error(.keyInvalid)) {
            try SwiftCryptoSigV4AKey(privateScalar: SigV4Digest([UInt8](repeating: 255, count: 32)))
        }
    }

    @Test("A signed stream is verified, and any changed byte of it is found")
    func events() throws {
        let seed = SigV4Signature([1, 2, 3])
        var signer = try EventStreamSigV4ASigner<SwiftCryptoSigV4AKey>(
            credentials, service: "transcribe", seedSignature: seed)
        var stream: [UInt8] = []
        let date = SigV4Date(milliseconds: 1_748_779_200_000)
        for text in ["a", "b"] {
            try signer.append(EventStreamMessage(.event(type: "e"), payload: Array(text.utf8)), at: date, to: &stream)
        }
        try signer.end(at: date, to: &stream)
        func outcome(_ stream: [UInt8]) throws -> EventSigningVector.Outcome {
            var verifier = try EventStreamSigV4AVerifier<SwiftCryptoSigV4AKey>(
                credentials, service: "transcribe", seedSignature: seed)
            return EventSigningVector.verify(stream, &verifier)
        }
        #expect(try outcome(stream) == EventSigningVector.Outcome(messages: 2, error: nil))
        for index in stride(from: 0, to: stream.count, by: 7) {
            var changed = stream
            changed[index] ^= 1
            #expect(try outcome(changed).error != nil, "byte \(index)")
        }
        #expect(
            try signer.stringToSign(headers: [UInt8](), payload: [UInt8](), at: date).hasPrefix(
                "AWS4-ECDSA-P256-SHA256-PAYLOAD\n20250601T120000Z\n20250601/transcribe/aws4_request\n"))
    }

    @Test("Chunks have signatures of 144 characters, and the next one continues them without padding")
    func chunks() throws {
        let date = SigV4Date(milliseconds: 1_748_779_200_000)
        let signer = try SigV4AChunkSigner<SwiftCryptoSigV4AKey>(
            credentials, date: date, seedSignature: SigV4Signature([1, 2]))
        let data = [UInt8](repeating: 0x61, count: 20_000)
        var encoder = AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum(), chunkSize: 8_192)
        var body: [UInt8] = []
        let length = encoder.encodedLength(decodedLength: UInt64(data.count))
        try encoder.append(data, to: &body)
        try encoder.finish(to: &body)
        #expect(UInt64(body.count) == length)
        var decoder = AWSChunkedDecoder(verifier: signer, checksum: AWSCRC32Checksum(), decodedLength: 20_000)
        var decoded: [UInt8] = []
        try decoder.decode(body) { element in
            if case .data(let piece) = element { decoded.append(contentsOf: piece) }
        }
        try decoder.finish()
        #expect(decoded == data)
        body[10_000] ^= 1
        decoder.reset()
        #expect(throws: AWSChunkedError.self) { try decoder.decode(body) { _ in } }
    }

    @Test("A request has the regions in a header, and none in its scope")
    func request() throws {
        var signer = try SigV4RequestSigner(credentials, regionSet: "us-east-1,eu-*", service: "s3")
        let request = SigV4Request(method: "GET", target: "/key", headers: [("Host", "h")])
        let date = SigV4Date(milliseconds: 1_748_779_200_000)
        let signed = try signer.sign(request, at: date, payload: .unsigned)
        #expect(signed.headers.contains { $0.name == "X-Amz-Region-Set" && $0.value == "us-east-1,eu-*" })
        #expect(
            signed.headers.last?.value.hasPrefix(
                "AWS4-ECDSA-P256-SHA256 Credential=AKISORANDOMAASORANDOM/20250601/s3/aws4_request, "
                    + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-region-set, Signature=30") == true)
        let canonical = try signer.canonicalRequest(request, at: date, payload: .unsigned)
        let digest = SwiftCryptoHash.digest(of: Array(canonical.utf8)).hexadecimal
        let text = Array(
            "AWS4-ECDSA-P256-SHA256\n20250601T120000Z\n20250601/s3/aws4_request\n\(digest)".utf8)
        let isValid = try SwiftCryptoSigV4AKey(credentials).isValid(signed.signature, for: text.rawSpan)
        #expect(isValid)
    }
}

@Suite("Dates from Foundation")
struct SigV4DateTests {
    @Test("A date has the milliseconds of Foundation's")
    func dates() {
        #expect(SigV4Date(Date(timeIntervalSince1970: 1.9996)).milliseconds == 1_999)
        #expect(SigV4Date(Date(timeIntervalSince1970: -0.0005)).milliseconds == -1)
        #expect(SigV4Date(Date(timeIntervalSince1970: 1e300)).milliseconds == .max)
        #expect(SigV4Date(Date(timeIntervalSince1970: -1e300)).milliseconds == .min)
        #expect(abs(SigV4Date.now.milliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
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
