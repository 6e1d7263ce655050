import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// What a signer writes, a verifier accepts, and any change of it is found. All ways of signing write the same bytes.
    static let eventSigning = FuzzTarget(
        name: "event-signing", about: "signed and verified: the same messages; changed, moved or cut: an error",
        shape: .eventStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        var frames = Self.messages(in: input)
        for _ in 0..<random.below(3) {
            frames.append((try? EventStreamMessage.random(using: &random).encoded()) ?? [])
        }
        let parts = try signedParts(frames, &random)
        let stream = parts.flatMap(\.self)
        let seen = SignedTranscript(stream, .random(seed: random.next()))
        try require(seen.error == nil, "a signed stream: \(text(seen.error))")
        try require(seen.messages == frames, "other messages than were signed")
        try requireChangesAreFound(parts, stream, &random)
    }

    /// Returns the valid messages in some bytes.
    private static func messages(in input: [UInt8]) -> [[UInt8]] {
        var decoder = EventStreamDecoder(limits: .unlimited)
        var messages: [[UInt8]] = []
        _ = thrown { () throws(EventStreamError) in try decoder.decode(input) { messages.append([UInt8]($0.frame)) } }
        return messages
    }

    /// Signs messages in several ways, which must write the same bytes.
    private static func signedParts(
        _ frames: [[UInt8]], _ random: inout SeededGenerator
    ) throws(FuzzFailure) -> [[UInt8]] {
        var signers = (SignedTranscript.signer, SignedTranscript.signer, SignedTranscript.signer)
        var parts: [[UInt8]] = []
        var failure: FuzzFailure?
        for frame in frames {
            let date = SignedTranscript.date(&random)
            var (encoded, owned, pieces) = ([UInt8](), [UInt8](), [UInt8]())
            var decoder = EventStreamDecoder(limits: .unlimited)
            _ = thrown { () throws(EventStreamError) in
                try decoder.decode(frame) { view in
                    let error = thrown { () throws(SigV4Error) in
                        try signers.0.append(view, at: date, to: &encoded)
                        try signers.1.append(EventStreamMessage(view), at: date, to: &owned)
                        let headers = EventStreamEncodedHeaders(view.headers)
                        let parts = try signers.2.parts(headers: headers, payload: view.payload, at: date)
                        pieces = parts.head + [UInt8](view.payload) + parts.tail
                    }
                    if error != nil { failure = FuzzFailure("signing threw \(text(error))") }
                }
            }
            if let failure { throw failure }
            try require(encoded == owned && encoded == pieces, "ways of signing differ")
            parts.append(encoded)
        }
        var end: [UInt8] = []
        let date = SignedTranscript.date(&random)
        let error = thrown { () throws(SigV4Error) in try signers.0.end(at: date, to: &end) }
        try require(error == nil, "signing the end threw \(text(error))")
        return parts + [end]
    }

    /// Changes a stream in one way: a bit, the order, the number of messages, the length.
    private static func requireChangesAreFound(
        _ parts: [[UInt8]], _ stream: [UInt8], _ random: inout SeededGenerator
    ) throws(FuzzFailure) {
        var flipped = stream
        flipped[random.below(stream.count)] ^= 1 << UInt8(random.below(8))
        // With right checksums, only the signatures show the change.
        EventStreamRepair.repair(&flipped, lengthsToo: false)
        if flipped != stream { try requireError(flipped, "a flipped bit") }
        var moved = parts
        let index = random.below(parts.count)
        switch random.below(3) {
        case 0: moved.remove(at: index)
        case 1: moved.insert(parts[index], at: random.below(parts.count + 1))
        default: moved.swapAt(index, random.below(parts.count))
        }
        if moved != parts { try requireError(moved.flatMap(\.self), "messages that were moved") }
        try requireError(Array(stream.prefix(random.below(stream.count))), "a cut")
    }

    private static func requireError(_ stream: [UInt8], _ what: String) throws(FuzzFailure) {
        try require(SignedTranscript(stream, .whole).error != nil, "\(what) was not found")
    }

    /// For any bytes: two splits give the same verified messages and the same error.
    static let signedStream = FuzzTarget(
        name: "signed-stream",
        about: "any two splits of a signed stream: the same verified messages, errors and offsets",
        shape: .signedStream
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let whole = SignedTranscript(input, .whole)
        for splitting in [.random(seed: random.next()), .every(1)] as [Splitting] {
            let split = SignedTranscript(input, splitting)
            try require(
                split == whole,
                "\(splitting): \(split.messages.count) messages, \(text(split.error)); whole: "
                    + "\(whole.messages.count) messages, \(text(whole.error))")
        }
        let unwrapped = SignedTranscript.unwrapped(input)
        try require(
            whole.error != nil ? unwrapped.starts(with: whole.messages) : unwrapped == whole.messages,
            "\(whole.messages.count) messages were verified, \(unwrapped.count) are there; \(text(whole.error))")
    }
}

/// What a verifier delivered.
struct SignedTranscript: Equatable {
    private(set) var messages: [[UInt8]] = []
    private(set) var error: SigV4Error?

    private static let seed = SigV4Signature([UInt8](repeating: 1, count: 32))
    private static let key = SigV4SigningKey<ToyHash>(
        AWSCredentials(accessKeyID: "AKID", secretAccessKey: "SECRET"), region: "r", service: "s")

    /// A signer that signs any message.
    static var signer: EventStreamKeySigner<SigV4SigningKey<ToyHash>> {
        EventStreamKeySigner(
            key: key, seedSignature: seed, encoder: EventStreamEncoder(limits: .unlimited, policy: .strict))
    }

    /// Returns a date, usually near a midnight.
    static func date(_ random: inout SeededGenerator) -> SigV4Date {
        let day = Int64(random.below(40_000)) * 86_400_000
        return SigV4Date(milliseconds: day + Int64(random.below(5)) - 2)
    }

    /// Verifies a stream until its end or its first error.
    init(_ stream: [UInt8], _ splitting: Splitting) {
        var verifier = EventStreamKeyVerifier(key: Self.key, seedSignature: Self.seed, limits: .unlimited)
        var decoder = EventStreamDecoder(limits: .unlimited)
        do throws(SigV4Error) {
            for range in splitting.ranges(of: stream.count) {
                try decode(Array(stream[range]), &decoder, &verifier)
            }
            do throws(EventStreamError) { try decoder.finish() } catch { throw SigV4Error(error) }
            try verifier.finish()
        } catch {
            self.error = error
        }
    }

    private mutating func decode(
        _ piece: [UInt8], _ decoder: inout EventStreamDecoder,
        _ verifier: inout EventStreamKeyVerifier<SigV4SigningKey<ToyHash>>
    ) throws(SigV4Error) {
        try decoder.withMessages(in: piece) { cursor throws(SigV4Error) in
            while true {
                let signed: EventStreamMessageView
                do throws(EventStreamError) {
                    guard let next = try cursor.next() else { return }
                    signed = next
                } catch {
                    throw SigV4Error(error)
                }
                if let message = try verifier.verify(signed) { messages.append([UInt8](message.frame)) }
            }
        }
    }
}

extension SignedTranscript {
    /// Returns the messages in a stream's signed messages until the first error, without verifying signatures.
    static func unwrapped(_ stream: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var decoder = EventStreamDecoder(limits: .unlimited)
        try? decoder.withMessages(in: stream) { cursor in
            while let signed = try cursor.next() {
                guard let message = try EventStreamSignedMessage(signed).message(limits: .unlimited) else { continue }
                messages.append([UInt8](message.frame))
            }
        }
        return messages
    }
}

/// A hash that is fast and not secure. Any changed bit changes it.
struct ToyHash: SigV4Hash {
    private var words = SIMD4<UInt64>(1, 2, 3, 4)
    private var count = 0

    mutating func update(_ bytes: RawSpan) {
        for position in bytes.byteOffsets {
            let lane = count & 3
            words[lane] = (words[lane] ^ UInt64(bytes.byte(at: position))) &* 0x9e37_79b9_7f4a_7c15
            words[lane] ^= words[lane] &>> 29
            count += 1
        }
    }

    func finalize() -> SigV4Digest {
        var bytes: [UInt8] = []
        for lane in 0..<4 {
            let word = words[lane] &+ UInt64(count) &* 0x0100_0000_01b3
            for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word &>> UInt64(8 * shift))) }
        }
        return SigV4Digest(bytes)
    }

    static func authenticationCode(for message: RawSpan, key: RawSpan) -> SigV4Digest {
        var hash = ToyHash()
        hash.update(key)
        hash.update(message)
        return hash.finalize()
    }
}

/// Generates signed streams.
enum SignedInput {
    static func append(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        var signer = SignedTranscript.signer
        let output = thrown { () throws(SigV4Error) in
            for _ in 0..<random.below(4) {
                try signer.append(
                    EventStreamMessage.random(using: &random), at: SignedTranscript.date(&random), to: &bytes)
            }
            if !random.oneIn(8) { try signer.end(at: SignedTranscript.date(&random), to: &bytes) }
        }
        precondition(output == nil, "random messages can be signed")
    }
}
