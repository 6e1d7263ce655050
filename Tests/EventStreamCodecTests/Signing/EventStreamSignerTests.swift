import EventStreamCodec
import TestSupport
import Testing

@Suite("Signing events")
struct EventStreamSignerTests {
    private typealias Signer = EventStreamSigner<ReferenceSHA256>
    private typealias ChunkSigner = AWSChunkKeySigner<SigV4SigningKey<ReferenceSHA256>>

    private static let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET")
    private static let seed = SigV4Signature([UInt8](repeating: 7, count: 32))
    private static let date = SigV4Date(milliseconds: 1_748_779_200_123)

    private var signer: Signer {
        Signer(Self.credentials, region: "us-east-1", service: "transcribe", seedSignature: Self.seed)
    }

    private var verifier: EventStreamVerifier<ReferenceSHA256> {
        EventStreamVerifier(Self.credentials, region: "us-east-1", service: "transcribe", seedSignature: Self.seed)
    }

    @Test(
        "All forms write the same bytes, for payloads of any length",
        arguments: [0, 1, 15, 16, 63, 64, 1_000, 1_024, 1_025, 70_000])
    func forms(_ length: Int) throws {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let headers: EventStreamHeaders = [":message-type": "event", ":event-type": "AudioEvent"]
        var (whole, pieces, encoded) = ([UInt8](), [UInt8](), [UInt8]())
        var first = signer
        try first.append(EventStreamMessage(headers: headers, payload: payload), at: Self.date, to: &whole)
        try first.end(at: Self.date, to: &whole)

        var second = signer
        let parts = try second.parts(headers: headers, payload: payload, at: Self.date)
        #expect(parts.tail.count == 8)
        pieces += parts.head + payload + parts.tail
        try second.end(at: Self.date, to: &pieces)
        #expect(pieces.elementsEqual(whole))

        var third = signer
        try third.append(headers: try EventStreamEncodedHeaders(headers), payload: payload, at: Self.date, to: &encoded)
        try third.end(at: Self.date, to: &encoded)
        #expect(encoded.elementsEqual(whole))

        var literal: [UInt8] = []
        var other = signer
        try other.append(
            headers: [":message-type": "event", ":event-type": "AudioEvent"], payload: payload, at: Self.date,
            to: &literal)
        try other.end(at: Self.date, to: &literal)
        #expect(literal.elementsEqual(whole))

        var fourth = signer
        let room = try fourth.maximumEncodedLength(headers: headers, payloadLength: length) + fourth.maximumEndLength
        #expect(room == whole.count)
        let spans = try unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            var output = unsafe OutputRawSpan(buffer: UnsafeMutableRawBufferPointer(buffer), initializedCount: 0)
            try fourth.encode(headers: headers, payload: payload, at: Self.date, into: &output)
            try fourth.end(at: Self.date, into: &output)
            count = unsafe output.finalize(for: UnsafeMutableRawBufferPointer(buffer))
        }
        #expect(spans.elementsEqual(whole))
        var verifier = verifier
        #expect(EventSigningVector.verify(whole, &verifier) == .init(messages: 1, error: nil))
    }

    @Test("Each byte of a payload is hashed once")
    func hashedOnce() throws {
        let payload = [UInt8](repeating: 1, count: 5_000)
        var signer = EventStreamSigner<CountingHash>(
            Self.credentials, region: "us-east-1", service: "transcribe", seedSignature: Self.seed)
        try CountingHash.$count.withValue(CountingHash.Count()) {
            let parts = try signer.parts(headers: ["a": true], payload: payload, at: Self.date)
            // The header `:date` has 15 bytes, the signed message 79 before the message in it, and 4 after it.
            #expect(CountingHash.count?.bytes == 15 + parts.head.count - 79 + payload.count + parts.tail.count - 4)
        }
    }

    @Test("An output span that is one byte too short is an error, and the chain is unchanged")
    func shortOutput() throws {
        var signer = signer
        let needed = try signer.maximumEncodedLength(headers: EventStreamHeaders(), payloadLength: 3)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: needed) { buffer, count in
            let short = unsafe UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(needed - 1)])
            var output = unsafe OutputRawSpan(buffer: short, initializedCount: 0)
            do throws(SigV4Error) {
                try signer.encode(
                    headers: EventStreamHeaders(), payload: [UInt8]([1, 2, 3]), at: Self.date, into: &output)
                Issue.record("encoding must throw")
            } catch {
                #expect(error.message?.code == .bufferTooSmall)
                #expect(error.found == UInt64(needed - 1) && error.expected == UInt64(needed))
            }
            count = unsafe output.finalize(for: short)
        }
        #expect(bytes.isEmpty)
        #expect(signer.previousSignature == Self.seed)
    }

    @Test("A message that cannot be encoded leaves output and chain unchanged")
    func invalidMessage() throws {
        var (signer, bytes) = (signer, [UInt8]([9]))
        let long = EventStreamMessage(headers: ["a": .string(String(repeating: "x", count: 40_000))])
        #expect(throws: SigV4Error.self) { try signer.append(long, at: Self.date, to: &bytes) }
        let twice = EventStreamMessage(
            headers: EventStreamHeaders([EventStreamHeader("a", true), EventStreamHeader("a", true)]))
        do throws(SigV4Error) {
            try signer.append(twice, at: Self.date, to: &bytes)
            Issue.record("a repeated name must throw")
        } catch {
            #expect(error.code == .message && error.message?.code == .headerNameDuplicate)
            #expect(error.description == error.message?.description)
        }
        #expect(throws: SigV4Error(.dateOutOfRange)) {
            try signer.append(EventStreamMessage(), at: SigV4Date(milliseconds: .max), to: &bytes)
        }
        #expect(bytes == [9] && signer.previousSignature == Self.seed && !signer.isEnded)
        // The payload of a signed message is longer than the message's own.
        var limited = Signer(
            Self.credentials, region: "us-east-1", service: "transcribe", seedSignature: Self.seed,
            encoder: EventStreamEncoder(limits: EventStreamLimits(payloadLength: 100)))
        let message = EventStreamMessage(payload: [UInt8](repeating: 0, count: 85))
        #expect(throws: SigV4Error(EventStreamError(.payloadTooLong, at: 0, found: 101, expected: 100))) {
            try limited.append(message, at: Self.date, to: &bytes)
        }
        #expect(limited.previousSignature == Self.seed)
        #expect(throws: SigV4Error(EventStreamError(.payloadTooLong, at: 0, found: 101, expected: 100))) {
            try limited.maximumEncodedLength(headers: EventStreamHeaders(), payloadLength: 85)
        }
    }

    @Test("After the end, nothing can be signed")
    func ended() throws {
        var (signer, bytes) = (signer, [UInt8]())
        try signer.end(at: Self.date, to: &bytes)
        let count = bytes.count
        #expect(signer.isEnded)
        #expect(throws: SigV4Error(.streamEnded)) { try signer.append(EventStreamMessage(), at: Self.date, to: &bytes) }
        #expect(throws: SigV4Error(.streamEnded)) { try signer.end(at: Self.date, to: &bytes) }
        #expect(throws: SigV4Error(.streamEnded)) {
            try signer.parts(headers: [:], payload: [UInt8](), at: Self.date)
        }
        #expect(bytes.count == count)
    }

    @Test("A key that fails can be asked again")
    func failingKey() throws {
        var signer = EventStreamKeySigner(key: FailingKey(), seedSignature: Self.seed)
        var bytes: [UInt8] = []
        let message = EventStreamMessage(payload: [1])
        #expect(throws: SigV4Error(.signingFailed)) { try signer.append(message, at: Self.date, to: &bytes) }
        #expect(bytes.isEmpty && signer.previousSignature == Self.seed)
        try signer.append(message, at: Self.date, to: &bytes)
        var expected: [UInt8] = []
        var plain = self.signer
        try plain.append(message, at: Self.date, to: &expected)
        #expect(bytes == expected)
        // A verifier can be asked again too: the failure is not the stream's.
        var verifier = EventStreamKeyVerifier(key: FailingKey(), seedSignature: Self.seed)
        var decoder = EventStreamDecoder()
        try decoder.decode(bytes) { signed in
            #expect(throws: SigV4Error(.signingFailed)) { _ = try verifier.verify(signed) }
            let length = try verifier.verify(signed)?.payload.byteCount
            #expect(length == 1)
        }
        // And a signer of chunks.
        var chunks = try AWSChunkKeySigner(key: FailingKey(), date: Self.date, seedSignature: Self.seed)
        let data: [UInt8] = [1, 2]
        chunks.update(data.rawSpan)
        #expect(throws: AWSChunkedError(.signingFailed)) { try chunks.signChunk() }
        var others = try ChunkSigner(
            Self.credentials, region: "us-east-1", service: "transcribe", date: Self.date, seedSignature: Self.seed)
        others.update(data.rawSpan)
        let signatures = (try chunks.signChunk(), try others.signChunk())
        #expect(signatures.0 == signatures.1)
    }

    @Test("A key that fails while chunks are verified is not a wrong signature")
    func failingKeyOfChunks() throws {
        let data: [UInt8] = [1, 2]
        var signer = try ChunkSigner(
            Self.credentials, region: "us-east-1", service: "transcribe", date: Self.date, seedSignature: Self.seed)
        let first = signer
        signer.update(data.rawSpan)
        let (chunk, trailers) = (try signer.signChunk(), try signer.signTrailers(data.rawSpan))
        // The bytes of the chunk are kept for the second call.
        let unread = try AWSChunkKeySigner(key: FailingKey(), date: Self.date, seedSignature: Self.seed)
        var verifier = unread
        verifier.update(data.rawSpan)
        #expect(throws: AWSChunkedError(.signingFailed)) { _ = try verifier.verifyChunk(signature: chunk) }
        var isValid = try verifier.verifyChunk(signature: chunk)
        #expect(isValid)
        #expect(throws: AWSChunkedError(.signingFailed)) {
            _ = try verifier.verifyTrailers(data.rawSpan, signature: trailers)
        }
        isValid = try verifier.verifyTrailers(data.rawSpan, signature: trailers)
        #expect(isValid)
        // The decoder adds the position. The answer to the client is that the server failed.
        var wire: [UInt8] = []
        var encoder = AWSChunkedEncoder(signer: first, chunkSize: 8)
        try encoder.append(data, to: &wire)
        try encoder.finish(to: &wire)
        var decoder = AWSChunkedDecoder(verifier: unread)
        let error = #expect(throws: AWSChunkedError.self) { try decoder.decode(wire) { _ in } }
        #expect(error?.code == .signingFailed && error?.chunk == 1 && error?.offset != 0)
        #expect(error?.s3Code == "InternalError")
    }

    @Test("A key that returns more bytes than it announced is an error")
    func longSignature() {
        var signer = EventStreamKeySigner(key: LongKey(), seedSignature: Self.seed)
        var bytes: [UInt8] = []
        #expect(throws: SigV4Error(.signingFailed)) {
            try signer.append(EventStreamMessage(), at: Self.date, to: &bytes)
        }
        #expect(bytes.isEmpty && signer.previousSignature == Self.seed)
    }

    @Test("Any flipped bit of a signed stream is detected, also if all CRCs are repaired")
    func flippedBits() throws {
        var (signer, stream) = (signer, [UInt8]())
        try signer.append(EventStreamMessage(headers: ["a": 1], payload: [1, 2]), at: Self.date, to: &stream)
        let second = stream.count
        try signer.end(at: Self.date, to: &stream)
        for bit in 0..<(stream.count * 8) {
            var changed = stream
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            var verifier = verifier
            #expect(EventSigningVector.verify(changed, &verifier).error != nil, "bit \(bit)")
            repairCRCs(of: &changed, from: 0, to: second)
            repairCRCs(of: &changed, from: second, to: stream.count)
            guard changed != stream else { continue }
            var other = self.verifier
            #expect(EventSigningVector.verify(changed, &other).error != nil, "bit \(bit), CRCs repaired")
        }
    }

    private func repairCRCs(of stream: inout [UInt8], from start: Int, to end: Int) {
        func store(_ crc: UInt32, at position: Int) {
            for index in 0..<4 { stream[position + index] = UInt8(truncatingIfNeeded: crc >> UInt32(24 - 8 * index)) }
        }
        store(CRC32.checksum(of: stream[start..<(start + 8)]), at: start + 8)
        store(CRC32.checksum(of: stream[start..<(end - 4)]), at: end - 4)
    }

    @Test("An error of the stream is thrown again by every later call")
    func stickyError() throws {
        var (signer, stream) = (signer, [UInt8]())
        try signer.append(EventStreamMessage(payload: [1]), at: Self.date, to: &stream)
        let first = stream
        try signer.append(EventStreamMessage(payload: [2]), at: Self.date, to: &stream)
        var verifier = verifier
        let error = SigV4Error(.signatureMismatch, at: 0)
        var decoder = EventStreamDecoder()
        try decoder.decode(Array(stream.dropFirst(first.count))) { signed in
            #expect(throws: error) { _ = try verifier.verify(signed) }
        }
        decoder.reset()
        try decoder.decode(first) { signed in #expect(throws: error) { _ = try verifier.verify(signed) } }
        #expect(throws: error) { try verifier.finish() }
        #expect(verifier.previousSignature == Self.seed)
    }

    @Test("Chunks of an upload have the signatures of the vectors")
    func chunks() throws {
        var count = 0
        for vector in try AWSChunkedVector.all() where vector.contents.canonical && vector.bytes.count < 30_000 {
            guard let signing = vector.contents.signing else { continue }
            let signer = try ChunkSigner(
                AWSCredentials(accessKeyID: "", secretAccessKey: signing.secretAccessKey), region: signing.region,
                service: signing.service, date: try #require(SigV4Date(timestamp: signing.timestamp)),
                seedSignature: try #require(SigV4Signature(hexadecimal: signing.seedSignature)))
            let data = [UInt8](vector.contents.outcome.body)
            var bytes: [UInt8] = []
            let size = try #require(vector.contents.chunkSize)
            if vector.contents.trailer == nil {
                var encoder = AWSChunkedEncoder(signer: signer, chunkSize: size)
                try encoder.append(data, to: &bytes)
                try encoder.finish(to: &bytes)
            } else {
                var encoder = AWSChunkedEncoder(signer: signer, checksum: AWSCRC32Checksum(), chunkSize: size)
                try encoder.append(data, to: &bytes)
                try encoder.finish(to: &bytes)
            }
            #expect(bytes.elementsEqual(vector.bytes), "\(vector)")
            count += 1
        }
        #expect(count >= 10)
    }

    @Test("A signature with padding is not one of SigV4")
    func padding() throws {
        var signer = try ChunkSigner(
            Self.credentials, region: "us-east-1", date: Self.date, seedSignature: Self.seed)
        let (unsigned, signature) = (signer, try signer.signChunk())
        for text in [signature + String(repeating: "*", count: 80), String(signature.dropLast()), signature + "00", ""]
        {
            var verifier = unsigned
            let isValid = try verifier.verifyChunk(signature: text)
            #expect(!isValid)
        }
        var verifier = unsigned
        let isValid = try verifier.verifyChunk(signature: signature.uppercased())
        #expect(isValid)
    }
}

/// A key of SigV4 that fails each first time.
private struct FailingKey: AWSSigningKey {
    typealias Hash = ReferenceSHA256

    private var key = SigV4SigningKey<ReferenceSHA256>(
        AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET"), region: "us-east-1", service: "transcribe")
    private var fails = true

    static var algorithm: String { "AWS4-HMAC-SHA256" }
    static var maximumSignatureLength: Int { 32 }
    var scopeSuffix: String { key.scopeSuffix }

    mutating func sign(_ stringToSign: RawSpan, at date: SigV4Date) throws(SigV4Error) -> SigV4Signature {
        defer { fails.toggle() }
        guard !fails else { throw SigV4Error(.signingFailed) }
        return try key.sign(stringToSign, at: date)
    }
}

/// Counts the bytes that are hashed.
private struct CountingHash: SigV4Hash {
    final class Count: @unchecked Sendable {
        var bytes = 0
    }

    @TaskLocal static var count: Count?

    mutating func update(_ bytes: RawSpan) { Self.count?.bytes += bytes.byteCount }
    func finalize() -> SigV4Digest { SigV4Digest([UInt8](repeating: 0, count: 32)) }
    static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest {
        SigV4Digest([UInt8](repeating: 0, count: 32))
    }
}

/// A key whose signatures are too long.
private struct LongKey: AWSSigningKey {
    typealias Hash = ReferenceSHA256

    static var algorithm: String { "LONG" }
    static var maximumSignatureLength: Int { 32 }
    var scopeSuffix: String { "" }

    func sign(_ stringToSign: RawSpan, at date: SigV4Date) -> SigV4Signature {
        SigV4Signature([UInt8](repeating: 0, count: 33))
    }
}
