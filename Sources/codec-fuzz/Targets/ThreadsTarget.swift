import EventStreamCodec
import Foundation

extension FuzzTarget {
    /// Decoders on many threads, some of them copies of one decoder in the middle of a stream, give the same results as one
    /// decoder alone. Under ThreadSanitizer, this target detects unsynchronized accesses.
    static let threads = FuzzTarget(
        name: "threads", about: "decoders, copies of decoders and encoders on many threads: the same as alone",
        shape: .eventStream
    ) { input throws(FuzzFailure) in
        let alone = try StreamTranscript.decoding(input, .whole, .lenient)
        let segmentsAlone = try SegmentTranscript.decoding(input, .whole, .lenient)
        let bodyAlone = try BodyTranscript.decoding(input, .whole, .standard)
        let checksum = CRC32.checksum(of: input.span)

        // Copies of a decoder share its buffer until one of them changes it.
        let cut = input.count / 2
        var begun = EventStreamDecoder(limits: .unlimited, policy: .lenient)
        var before = StreamTranscript()
        _ = thrown { () throws(EventStreamError) in
            try begun.decode(Array(input[..<cut])) { before.note($0.frame, at: $0.offset) }
        }
        let (copied, noted) = (begun, before)
        let headers = try? EventStreamEncodedHeaders([":message-type": "event", ":event-type": "chunk"])

        let failures = FailureBox()
        DispatchQueue.concurrentPerform(iterations: 12) { number in
            let splitting = Splitting.random(seed: seed(of: input) &+ UInt64(number))
            let failure = thrown { () throws(FuzzFailure) in
                switch number % 4 {
                case 0:
                    try require(try .decoding(input, splitting, .lenient) == alone, "decoder on a thread")
                case 1:
                    let resumed = try noted.resuming(copied, input, from: cut, splitting)
                    try require(resumed == alone, "copy of a decoder on a thread")
                case 2:
                    try require(try .decoding(input, splitting, .lenient) == segmentsAlone, "segments on a thread")
                    try require(CRC32.checksum(of: input.span) == checksum, "checksum on a thread")
                default:
                    try require(try .decoding(input, splitting, .standard) == bodyAlone, "body on a thread")
                    try requireRoundTrip(headers, payload: input)
                }
            }
            if let failure { failures.note(failure) }
        }
        if let failure = failures.first { throw failure }
    }

    /// Encodes with headers that other threads use at the same time.
    private static func requireRoundTrip(
        _ headers: EventStreamEncodedHeaders?, payload: [UInt8]
    ) throws(FuzzFailure) {
        guard let headers else { throw FuzzFailure("the headers were refused") }
        var bytes: [UInt8] = []
        var found: [UInt8]?
        let error = thrown { () throws(EventStreamError) in
            try EventStreamEncoder().append(headers: headers, payload: payload, to: &bytes)
            var decoder = EventStreamDecoder()
            try decoder.decode(bytes) { found = [UInt8]($0.payload) }
        }
        try require(error == nil && found == payload, "shared headers: \(text(error))")
    }
}

/// Stores the first failure of any thread.
private final class FailureBox: @unchecked Sendable {
    private let lock = NSLock()
    private var failure: FuzzFailure?

    var first: FuzzFailure? { lock.withLock { failure } }

    func note(_ failure: FuzzFailure) {
        lock.withLock { self.failure = self.failure ?? failure }
    }
}
