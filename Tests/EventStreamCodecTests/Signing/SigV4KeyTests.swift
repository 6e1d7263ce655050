import EventStreamCodec
import TestSupport
import Testing

@Suite("Credentials, dates and keys of SigV4")
struct SigV4KeyTests {
    private let credentials = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI-SECRET", sessionToken: "TOKEN-SECRET")

    @Test("No description, dump or reflection shows a secret")
    func secrets() throws {
        var key = SigV4SigningKey<ReferenceSHA256>(credentials, region: "us-east-1", service: "s3")
        let text: [UInt8] = [0x61]
        _ = try key.sign(text.rawSpan, at: SigV4Date(milliseconds: 0))
        let signer = EventStreamKeySigner(key: key, seedSignature: SigV4Signature([]))
        let verifier = EventStreamKeyVerifier(key: key, seedSignature: SigV4Signature([]))
        let chunks = try AWSChunkKeySigner(
            key: key, date: SigV4Date(milliseconds: 0), seedSignature: SigV4Signature([]))
        var dumped = ""
        for value in [credentials, key, signer, verifier, chunks] as [Any] {
            print(value, String(reflecting: value), to: &dumped)
            dump(value, to: &dumped)
        }
        #expect(dumped.contains("AKIDEXAMPLE"))
        #expect(dumped.contains("(secret)"))
        #expect(!dumped.contains("-SECRET"))
        // The bytes of arrays are printed as decimal numbers.
        let numbers = dumped.split { !$0.isASCII || !$0.isNumber }.compactMap { UInt8($0) }
        var derived = Array("AWS4wJalrXUtnFEMI-SECRET".utf8)
        for part in ["19700101", "us-east-1", "s3", "aws4_request"] {
            #expect(!numbers.contains(derived.prefix(16)))
            derived = ReferenceSHA256.authenticationCode(for: Array(part.utf8).rawSpan, key: derived.rawSpan).bytes
        }
        #expect(!numbers.contains(derived.prefix(16)))
        #expect(numbers.contains(Array("/us-east-1/s3/".utf8)))
        #expect(credentials.secretAccessKey == "wJalrXUtnFEMI-SECRET")
        #expect(credentials.sessionToken == "TOKEN-SECRET")
        #expect(credentials.description == "AWSCredentials(accessKeyID: AKIDEXAMPLE)")
    }

    @Test(
        "A date is written and read as in x-amz-date",
        arguments: [
            (0, "19700101T000000Z"), (-1, "19691231T235959Z"), (1_369_353_600_999, "20130524T000000Z"),
            (951_782_399_000, "20000228T235959Z"), (951_868_799_000, "20000229T235959Z"),
            (4_107_542_400_000, "21000301T000000Z"), (-62_167_219_200_000, "00000101T000000Z"),
            (-62_162_035_200_001, "00000229T235959Z"), (253_402_300_799_999, "99991231T235959Z"),
        ] as [(Int64, String)])
    func timestamp(_ milliseconds: Int64, _ text: String) throws {
        let date = SigV4Date(milliseconds: milliseconds)
        #expect(try date.timestamp() == text)
        #expect(date.description == text)
        let seconds = (Double(milliseconds) / 1000).rounded(.down)
        #expect(SigV4Date(timestamp: text) == SigV4Date(seconds: Int64(seconds)))
    }

    @Test("Each day of 400 years follows the one before it")
    func calendar() throws {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var (year, month, day) = (1900, 1, 1)
        for number in -25_567..<(146_097 - 25_567) {
            let text = try SigV4Date(seconds: Int64(number) * 86_400 + 43_200).timestamp()
            let expected = year * 10_000 + month * 100 + day
            guard text == "\(expected)T120000Z" else {
                Issue.record("day \(number): found \(text), expected \(expected)")
                return
            }
            day += 1
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            if day > lengths[month - 1] + (month == 2 && isLeap ? 1 : 0) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test(
        "A year that does not have four digits is an error",
        arguments: [Int64.min, -62_167_219_200_001, 253_402_300_800_000, .max])
    func outOfRange(_ milliseconds: Int64) {
        let date = SigV4Date(milliseconds: milliseconds)
        #expect(throws: SigV4Error(.dateOutOfRange)) { try date.timestamp() }
        #expect(date.description == "\(milliseconds)")
        var key = SigV4SigningKey<ReferenceSHA256>(credentials, region: "us-east-1", service: "s3")
        let text: [UInt8] = []
        #expect(throws: SigV4Error(.dateOutOfRange)) { _ = try key.sign(text.rawSpan, at: date) }
        #expect(throws: SigV4Error(.dateOutOfRange)) {
            try AWSChunkKeySigner(key: key, date: date, seedSignature: SigV4Signature([]))
        }
    }

    @Test("Seconds beyond 64 bits of milliseconds become the first or last date")
    func clamped() {
        #expect(SigV4Date(seconds: .max).milliseconds == .max)
        #expect(SigV4Date(seconds: .min).milliseconds == .min)
    }

    @Test(
        "Text that names no date is not one",
        arguments: [
            "", "20130524", "20130524T000000", "20130524 000000Z", "20130524T000000z", "20130024T000000Z",
            "20131324T000000Z",
            "20130500T000000Z", "20130532T000000Z", "20130229T000000Z", "21000229T000000Z", "20130524T240000Z",
            "20130524T006000Z", "20130524T000060Z", "2013O524T000000Z", "20130524T0000-1Z", "99999999T999999Z",
            "20130524T000000ZZ", "２0130524T00000Z",
        ])
    func invalidTimestamp(_ text: String) {
        #expect(SigV4Date(timestamp: text) == nil)
    }

    @Test("A key is derived for the day of its date, and again for another day")
    func derivation() throws {
        // The example of the Amazon S3 API Reference, "Signature calculations", and the day after.
        let credentials = AWSCredentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let text = Array(
            """
            AWS4-HMAC-SHA256
            20130524T000000Z
            20130524/us-east-1/s3/aws4_request
            cee3fed04b70f867d036f722359b0b1f2f0e5dc0efadbc082b76c4c60e316455
            """.utf8)
        let signature = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
        let date = try #require(SigV4Date(timestamp: "20130524T000000Z"))
        var key = SigV4SigningKey<ReferenceSHA256>(credentials, region: "us-east-1", service: "s3")
        #expect(key.scopeSuffix == "/us-east-1/s3/aws4_request")
        let nextDay = SigV4Date(milliseconds: date.milliseconds + 86_400_000)
        let evening = SigV4Date(milliseconds: date.milliseconds + 86_399_999)
        let signatures = try [date, nextDay, evening].map { try key.sign(text.rawSpan, at: $0).hexadecimal }
        #expect(signatures[0] == signature)
        #expect(signatures[1] != signature)
        #expect(signatures[2] == signature)
        let valid = SigV4Signature([UInt8](hexadecimal: signature))
        let results = try [date, nextDay, evening].map { try key.isValid(valid, for: text.rawSpan, at: $0) }
        #expect(results == [true, false, true])
    }

    @Test("A private key of SigV4A is that of aws-c-auth's tests")
    func derivationOfSigV4A() throws {
        let credentials = AWSCredentials(
            accessKeyID: "AKISORANDOMAASORANDOM", secretAccessKey: "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom")
        let scalar = try SigV4AKeyDerivation<ReferenceSHA256>.privateScalar(of: credentials)
        let expected = "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd"
        #expect(scalar.bytes == [UInt8](hexadecimal: expected))
        var dumped = "\(scalar) \(String(reflecting: scalar))"
        dump(scalar, to: &dumped)
        #expect(dumped.contains("SigV4PrivateScalar(secret)"))
        // Neither in hexadecimal nor as a list of numbers: 7f, d3, …
        #expect(!dumped.contains("7fd3") && !dumped.contains("127") && !dumped.contains("211"))
    }

    @Test(
        "A candidate above the order of the curve less two is skipped, and any other is increased by one",
        arguments: [
            ("00", "01"), ("ff", "0100"), ("ffffffffffffffff", "010000000000000000"),
            (
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f",
                "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
            ),
            ("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550", nil),
            ("ffffffff00000001000000000000000000000000000000000000000000000000", nil),
            ("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", nil),
            (
                "ffffffff00000000ffffffffffffffffbce6faada7179e83ffffffffffffffff",
                "ffffffff00000000ffffffffffffffffbce6faada7179e840000000000000000"
            ),
        ] as [(String, String?)])
    func candidates(_ candidate: String, _ expected: String?) throws {
        func padded(_ text: String) -> String { String(repeating: "0", count: 64 - text.count) + text }
        let credentials = AWSCredentials(accessKeyID: "", secretAccessKey: "")
        try FixedHash.$code.withValue(SigV4Digest([UInt8](hexadecimal: padded(candidate)))) {
            if let expected {
                let scalar = try SigV4AKeyDerivation<FixedHash>.privateScalar(of: credentials)
                #expect(scalar.bytes == [UInt8](hexadecimal: padded(expected)))
            } else {
                #expect(throws: SigV4Error(.keyInvalid)) {
                    try SigV4AKeyDerivation<FixedHash>.privateScalar(of: credentials)
                }
            }
        }
    }

    @Test("Signatures in hexadecimal are read in either case, and with SigV4A's padding")
    func hexadecimal() {
        #expect(SigV4Signature(hexadecimal: "00fFA0")?.bytes == [0, 0xff, 0xa0])
        #expect(SigV4Signature(hexadecimal: "00ff**")?.bytes == [0, 0xff])
        #expect(SigV4Signature(hexadecimal: "")?.bytes == [])
        for text in ["0", "0g", "00*0", "*00", "00 ", "é0"] {
            #expect(SigV4Signature(hexadecimal: text) == nil, "\(text)")
        }
        #expect(SigV4Signature([1, 2]) != SigV4Signature([1, 3]))
        #expect(SigV4Signature([1, 2]) != SigV4Signature([1]))
        #expect(SigV4Signature([1, 2]).description == "0102")
    }
}

/// A hash whose authentication codes are all the same.
private struct FixedHash: SigV4Hash {
    @TaskLocal static var code: SigV4Digest?

    mutating func update(_ bytes: RawSpan) {}
    func finalize() -> SigV4Digest { SigV4Digest([UInt8](repeating: 0, count: 32)) }
    static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest {
        code ?? SigV4Digest([UInt8](repeating: 0, count: 32))
    }
}
