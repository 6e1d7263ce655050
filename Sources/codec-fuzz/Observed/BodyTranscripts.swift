import EventStreamCodec
import TestSupport

/// The limits and the policy of a chunked decoder.
struct BodyRules: CustomStringConvertible {
    let description: String
    let limits: ChunkedLimits
    let policy: ChunkedPolicy

    /// The defaults of a decoder.
    static let standard = BodyRules(description: "standard rules", limits: .standard, policy: .strict)

    /// The grammar, without limits.
    static let unlimited = BodyRules(description: "no limits", limits: .unlimited, policy: .strict)

    /// Limits that short inputs reach, and whitespace after sizes.
    static let tight = BodyRules(
        description: "tight rules",
        limits: ChunkedLimits(extensionsLength: 20, trailersLength: 24, trailerCount: 2, chunkCount: 3),
        policy: ChunkedPolicy(allowsWhitespaceAfterSize: true))

    static let all = [standard, unlimited, tight]
}

/// All results of decoding a chunked body, with its data joined.
struct BodyTranscript: Equatable {
    private(set) var body: [UInt8] = []

    /// For each element except data: the length of the data before it, its kind and its bytes.
    private(set) var elements: [UInt8] = []

    private(set) var isComplete = false
    private(set) var chunks: UInt64 = 0
    private(set) var consumed: UInt64 = 0

    /// The overhead that was delivered: bytes of extensions, trailer fields, and the bytes of these fields without the
    /// whitespace around values.
    private var extensionsLength = 0
    private var fields = 0
    private var fieldsLength = 0

    /// The error of decoding.
    private(set) var error: ChunkedError?

    /// Decodes `input`. Each piece is copied to its own memory, so a read outside of it is detected.
    static func decoding(
        _ input: [UInt8], _ splitting: Splitting, _ rules: BodyRules
    ) throws(FuzzFailure) -> BodyTranscript {
        var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
        var transcript = BodyTranscript()
        do throws(ChunkedError) {
            for range in splitting.ranges(of: input.count) {
                let consumed = try decoder.decode(Array(input[range])) { transcript.note($0) }
                if consumed < range.count { break }
            }
        } catch {
            transcript.error = error
        }
        try transcript.finish(&decoder, input, rules)
        return transcript
    }

    /// Decodes `input` with a cursor. Each body returns after a random number of elements, and the rest of the piece is passed
    /// again.
    static func pulling(
        _ input: [UInt8], _ splitting: Splitting, _ rules: BodyRules, _ random: inout SeededGenerator
    ) throws(FuzzFailure) -> BodyTranscript {
        var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
        var transcript = BodyTranscript()
        do throws(ChunkedError) {
            for range in splitting.ranges(of: input.count) {
                var rest = range
                while !decoder.isComplete {
                    let most = 1 + random.below(3)
                    let (pulled, consumed) = try decoder.withElements(in: Array(input[rest])) {
                        elements throws(ChunkedError) in
                        var pulled = 0
                        while pulled < most, let element = try elements.next() {
                            transcript.note(element)
                            pulled += 1
                        }
                        return (pulled, elements.consumed)
                    }
                    rest = (rest.lowerBound + consumed)..<rest.upperBound
                    if pulled < most { break }
                }
                if decoder.isComplete { break }
            }
        } catch {
            transcript.error = error
        }
        try transcript.finish(&decoder, input, rules)
        return transcript
    }

    /// Records the end of decoding, and checks the decoder and the limits.
    private mutating func finish(
        _ decoder: inout ChunkedDecoder, _ input: [UInt8], _ rules: BodyRules
    ) throws(FuzzFailure) {
        isComplete = decoder.isComplete
        chunks = decoder.chunkCount
        consumed = decoder.offset
        try requireEnd(of: &decoder, input)
        try require(
            chunks <= rules.limits.chunkCount && extensionsLength <= rules.limits.extensionsLength
                && fields <= rules.limits.trailerCount && fieldsLength <= rules.limits.trailersLength,
            "\(rules): \(chunks) chunks, \(extensionsLength) bytes of extensions, \(fields) fields of \(fieldsLength) bytes"
        )
        if let error { try require(error.offset == consumed, "offset \(consumed) after \(error)") }
    }

    private mutating func note(_ element: ChunkedDecoder.Element) {
        switch element {
        case .data(let data): body.append(contentsOf: data)
        case .extensions(let extensions):
            begin("e")
            elements.append(UInt8(truncatingIfNeeded: extensions.chunk))
            elements.append(contentsOf: extensions.encoded)
            extensionsLength += extensions.encoded.byteCount
        case .trailer(let field):
            begin("t")
            elements.append(contentsOf: field.name)
            elements.append(0x3a)
            elements.append(contentsOf: field.value)
            fields += 1
            // The colon, and the CR and LF of the line.
            fieldsLength += field.name.byteCount + field.value.byteCount + 3
        case .end: begin(".")
        }
    }

    private mutating func begin(_ kind: Unicode.Scalar) {
        for shift in stride(from: 24, through: 0, by: -8) {
            elements.append(UInt8(truncatingIfNeeded: body.count >> shift))
        }
        elements.append(UInt8(ascii: kind))
    }

    /// Checks a decoder after the input: after an error, it throws that error again; after the end of the body, it consumes
    /// nothing; otherwise, the body is not complete.
    private func requireEnd(of decoder: inout ChunkedDecoder, _ input: [UInt8]) throws(FuzzFailure) {
        var delivered = 0
        var consumed = 0
        let later = thrown { () throws(ChunkedError) in
            consumed = isComplete ? try decoder.decode([0x30]) { _ in delivered += 1 } : 0
            if error != nil { try decoder.decode([0x30]) { _ in delivered += 1 } }
        }
        try require(later == error && delivered == 0 && consumed == 0, "after \(text(error)) came \(text(later))")
        let last = thrown { () throws(ChunkedError) in try decoder.finish() }
        if let error {
            try require(last == error, "finish() threw \(text(last)) after \(error)")
        } else if isComplete {
            try require(last == nil, "finish() threw \(text(last)) after a complete body")
        } else {
            try require(
                last?.code == .unexpectedEnd && last?.offset == UInt64(input.count) && self.consumed == last?.offset,
                "finish() threw \(text(last)) after \(self.consumed) of \(input.count) bytes")
        }
    }
}

/// All results of decoding an aws-chunked body, with its data joined.
struct AWSBodyTranscript: Equatable {
    private(set) var data: [UInt8] = []

    /// The length of the data at the end of each chunk, and -1 for the end of the body.
    private(set) var ends: [Int] = []

    /// The extensions and the trailers: the length of the data before each, and its bytes.
    private(set) var fields: [[UInt8]] = []

    private(set) var isComplete = false

    /// The checksums, whatever the end was.
    private(set) var checksums: [AWSChunkedChecksum] = []

    /// The result of finishing.
    private(set) var summary: AWSChunkedSummary?

    /// The error of decoding or finishing.
    private(set) var error: AWSChunkedError?

    /// Decodes `body` with a copy of `decoder`, which has not read anything.
    static func decoding<V: AWSChunkVerifier, C: AWSChecksum>(
        _ body: [UInt8], _ splitting: Splitting, _ decoder: AWSChunkedDecoder<V, C>
    ) throws(FuzzFailure) -> AWSBodyTranscript {
        var decoder = decoder
        var transcript = AWSBodyTranscript()
        do throws(AWSChunkedError) {
            for range in splitting.ranges(of: body.count) {
                let consumed = try decoder.decode(Array(body[range])) { transcript.note($0) }
                if consumed < range.count { break }
            }
            transcript.summary = try decoder.finish()
        } catch {
            transcript.error = error
        }
        try transcript.finish(&decoder)
        return transcript
    }

    /// Decodes `body` with a cursor of a copy of `decoder`. Each body returns after a random number of elements, and the rest
    /// of the piece is passed again.
    static func pulling<V: AWSChunkVerifier, C: AWSChecksum>(
        _ body: [UInt8], _ splitting: Splitting, _ decoder: AWSChunkedDecoder<V, C>, _ random: inout SeededGenerator
    ) throws(FuzzFailure) -> AWSBodyTranscript {
        var decoder = decoder
        var transcript = AWSBodyTranscript()
        do throws(AWSChunkedError) {
            for range in splitting.ranges(of: body.count) {
                var rest = range
                while !decoder.isComplete {
                    let most = 1 + random.below(3)
                    let (pulled, consumed) = try decoder.withElements(in: Array(body[rest])) {
                        elements throws(AWSChunkedError) in
                        var pulled = 0
                        while pulled < most, let element = try elements.next() {
                            transcript.note(element)
                            pulled += 1
                        }
                        return (pulled, elements.consumed)
                    }
                    rest = (rest.lowerBound + consumed)..<rest.upperBound
                    if pulled < most { break }
                }
                if decoder.isComplete { break }
            }
            transcript.summary = try decoder.finish()
        } catch {
            transcript.error = error
        }
        try transcript.finish(&decoder)
        return transcript
    }

    private mutating func note<V, C>(_ element: AWSChunkedDecoder<V, C>.Element) {
        switch element {
        case .data(let piece): data.append(contentsOf: piece)
        case .chunkEnd: ends.append(data.count)
        case .end: ends.append(-1)
        case .extensions(let extensions):
            fields.append(
                Array("\(data.count) \(extensions.chunk) \(extensions.size)".utf8) + [UInt8](extensions.encoded))
        case .trailer(let field):
            fields.append(Array("\(data.count) ".utf8) + [UInt8](field.name) + [0] + [UInt8](field.value))
        }
    }

    /// Records the end of decoding, and checks that an error is thrown again.
    private mutating func finish<V, C>(_ decoder: inout AWSChunkedDecoder<V, C>) throws(FuzzFailure) {
        isComplete = decoder.isComplete
        checksums = decoder.checksums
        guard let error else { return }
        try require(decoder.offset == error.offset, "offset \(decoder.offset) after \(error)")
        let again = thrown { () throws(AWSChunkedError) in try decoder.decode([0x30]) { _ in } }
        try require(again == error, "after \(error) came \(text(again))")
    }
}
