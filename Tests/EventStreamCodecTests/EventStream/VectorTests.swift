import EventStreamCodec
import TestSupport
import Testing

/// Every vector of the package, by every way of reading a stream.
@Suite struct VectorTests {
    static let vectors = Result { try EventStreamVector.all() }

    /// The rules that a vector's outcome may be stated for.
    enum Rules: CaseIterable {
        case standard, lenient

        var limits: EventStreamLimits { self == .standard ? .decoding : .unlimited }
        var policy: EventStreamPolicy { self == .standard ? .strict : .lenient }

        func outcome(of vector: EventStreamVector) -> EventStreamVector.Outcome {
            self == .standard ? vector.expected : vector.expectedWhenLenient ?? vector.expected
        }
    }

    @Test func thereAreVectors() throws {
        #expect(try Self.vectors.get().count >= 90)
    }

    @Test(arguments: Rules.allCases)
    func messagesAndErrorsAreTheExpectedOnes(rules: Rules) throws {
        for vector in try Self.vectors.get() {
            let expected = rules.outcome(of: vector)
            var decoder = EventStreamDecoder(limits: rules.limits, policy: rules.policy)
            var messages: [EventStreamVector.Message] = []
            var failure: EventStreamVector.Failure?
            do {
                try decoder.decode(vector.bytes) { messages.append(EventStreamVector.Message($0)) }
                try decoder.finish()
            } catch {
                failure = EventStreamVector.Failure(error)
            }
            #expect(messages == expected.messages, "\(vector)")
            #expect(failure == expected.error, "\(vector)")
        }
    }

    @Test(arguments: Rules.allCases)
    func byteByByteTheOutcomeIsTheSame(rules: Rules) throws {
        for vector in try Self.vectors.get() {
            let expected = DecodedStream(rules.outcome(of: vector))
            for size in [1, 2, 3, 7, 13, 64, 1000] {
                check(vector, pieces(of: vector.bytes.count, size: size), expected, rules, "pieces of \(size)")
            }
        }
    }

    /// A decoder between two messages has no past, so a split matters only to the message it falls into: the message's
    /// bytes and some that follow are enough to try it. Without optimization, a fourth of the vectors is tried.
    @Test(arguments: 0..<(isOptimized ? 8 : 2))
    func atEverySplitTheOutcomeIsTheSame(share: Int) throws {
        for (number, vector) in try Self.vectors.get().enumerated() where number % 8 == share {
            let count = vector.bytes.count
            let expected = DecodedStream(vector.expected)
            if count <= 2_000 {
                for cut in 0...count {
                    check(vector, pieces(of: count, cutAt: cut), expected, .standard, "cut at \(cut)")
                }
                continue
            }
            var start = 0
            for frame in expected.frames + [(expected.frames.last?.upperBound ?? 0)..<count] {
                let part = Array(vector.bytes[start..<min(frame.upperBound + 400, count)])
                let whole = DecodedStream.decoding(part, pieces: [0..<part.count])
                let wholeSegments = DecodedStream.decodingSegments(part, pieces: [0..<part.count])
                verify(whole.framesMatchStream && wholeSegments.frames == whole.frames, "\(vector) at \(start)")
                for cut in splits(of: frame) {
                    let pieces = pieces(of: part.count, cutAt: cut - start)
                    verify(DecodedStream.decoding(part, pieces: pieces) == whole, "\(vector) cut at \(cut)")
                    verify(
                        DecodedStream.decodingSegments(part, pieces: pieces) == wholeSegments,
                        "\(vector) cut at \(cut), as segments")
                }
                start = frame.upperBound
            }
        }
    }

    /// Every split of a message; of a very long one, those near its ends and a sample between them.
    private func splits(of frame: Range<Int>) -> [Int] {
        #if DEBUG
        let exhaustive = 2_000
        #else
        let exhaustive = 20_000
        #endif
        guard frame.count > exhaustive else { return Array(frame) }
        let sample = stride(from: frame.lowerBound, to: frame.upperBound, by: frame.count / 100)
        return Array(frame.prefix(128)) + Array(sample) + Array(frame.suffix(128))
    }

    @Test func theFrameLayerAgrees() throws {
        for vector in try Self.vectors.get() {
            let parsed = DecodedStream.parsing(vector.bytes)
            #expect(parsed.frames == DecodedStream(vector.expected).frames && parsed.framesMatchStream, "\(vector)")
            // Needing more is not an error in this layer.
            let failure = vector.expected.error?.code == "unexpectedEnd" ? nil : vector.expected.error
            #expect(parsed.error.map(EventStreamVector.Failure.init) == failure, "\(vector)")
        }
    }

    @Test func whatDecodedEncodesAgain() throws {
        for vector in try Self.vectors.get() {
            let messages = vector.expected.messages.map(\.message)
            let encoder = EventStreamEncoder(limits: .unlimited)
            var bytes: [UInt8] = []
            for message in messages { try encoder.append(message, to: &bytes) }
            let end = vector.expected.messages.last.map { Int($0.offset) + $0.length } ?? 0
            #expect(bytes == Array(vector.bytes[..<end]), "\(vector)")
        }
    }

    private func check(
        _ vector: EventStreamVector, _ pieces: [Range<Int>], _ expected: DecodedStream, _ rules: Rules,
        _ what: String
    ) {
        let decoded = DecodedStream.decoding(
            vector.bytes, pieces: pieces, limits: rules.limits, policy: rules.policy)
        verify(decoded.frames == expected.frames && decoded.framesMatchStream, "\(vector), \(what)")
        let failure = rules.outcome(of: vector).error
        verify(decoded.error.map(EventStreamVector.Failure.init) == failure, "\(vector), \(what)")

        let segments = DecodedStream.decodingSegments(
            vector.bytes, pieces: pieces, limits: rules.limits, policy: rules.policy)
        verify(segments.frames == expected.frames && segments.framesMatchStream, "\(vector) as segments, \(what)")
        // A segment decoder meets a broken header before it can know the message CRC or that the stream ends early;
        // otherwise errors are the same.
        let segmentsFailure = segments.error.map(EventStreamVector.Failure.init)
        let isEarlier =
            ["messageCRCMismatch", "unexpectedEnd"].contains(failure?.code)
            && segmentsFailure?.code.hasPrefix("header") == true
        verify(segmentsFailure == failure || isEarlier, "\(vector) as segments, \(what)")
    }
}

extension DecodedStream {
    /// What a vector's outcome looks like from here.
    init(_ outcome: EventStreamVector.Outcome) {
        frames = outcome.messages.map { Int($0.offset)..<(Int($0.offset) + $0.length) }
        error = nil
    }
}

extension EventStreamVector.Failure {
    init(_ error: EventStreamError) {
        self.init(code: error.code.description, offset: error.offset)
    }
}

extension EventStreamVector.Message {
    init(_ view: EventStreamMessageView) {
        func digits(_ crc: UInt32) -> String {
            let text = String(crc, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }
        self.init(
            offset: view.offset, length: view.prelude.totalLength, message: EventStreamMessage(view),
            preludeCRC: digits(view.prelude.crc), messageCRC: digits(view.messageCRC))
    }
}
