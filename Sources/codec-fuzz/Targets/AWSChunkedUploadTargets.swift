import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// The headers of any request either describe a body, which is then decoded with the same results for any two splits, or
    /// cause an error.
    static let awsChunkedRequest = FuzzTarget(
        name: "aws-chunked-request",
        about: "the headers of a request, written again: the same; its body: what they announce, for any two splits",
        shape: .awsRequest
    ) { input throws(FuzzFailure) in
        let (headers, body) = AWSRequestInput.parts(of: input)
        var request: AWSChunkedRequest?
        let error = thrown { () throws(AWSChunkedError) in request = try AWSChunkedRequest(headers: headers) }
        let shouting = headers.map { (name: $0.name.uppercased(), value: $0.value) }
        if headers.allSatisfy({ $0.name.utf8.allSatisfy { $0 < 0x80 } }) {
            var again: AWSChunkedRequest?
            let other = thrown { () throws(AWSChunkedError) in again = try AWSChunkedRequest(headers: shouting) }
            try require(other == error && again == request, "names in upper case: \(text(other)), not \(text(error))")
        }
        guard let request else { return }
        var written: AWSChunkedRequest?
        let refusal = thrown { () throws(AWSChunkedError) in
            written = try AWSChunkedRequest(headers: request.fields)
        }
        try require(written == request, "written again, the headers are others: \(text(refusal))")

        typealias Decoder = AWSChunkedDecoder<AWSNoSigner, AWSCRCChecksum>
        var decoder: Decoder?
        _ = thrown { () throws(AWSChunkedError) in
            decoder = try Decoder(requestHeaders: headers, minimumChunkSize: AWSChunkedMode.minimumChunkSize)
        }
        guard let decoder else {
            return try require(!request.checksums.isEmpty, "no decoder for headers without a checksum")
        }
        let whole = try AWSBodyTranscript.decoding(body, .whole, decoder)
        for splitting in [.random(seed: seed(of: body)), .every(1)] as [Splitting] {
            let split = try AWSBodyTranscript.decoding(body, splitting, decoder)
            try require(split == whole, "\(splitting): \(text(split.error)); whole: \(text(whole.error))")
        }
        guard let summary = whole.summary else { return }
        try require(summary.decodedLength == UInt64(whole.data.count), "another length than that of the data")
        try require(
            summary.decodedLength == request.decodedLength ?? summary.decodedLength, "another length than announced")
        try require(
            summary.trailers.map(\.name).sorted() == request.trailerNames.sorted(), "other trailers than announced")
        let crc32 = summary.checksum(.crc32)?.computed ?? ReferenceChecksum.base64(ofCRC32: whole.data)
        try require(crc32 == ReferenceChecksum.base64(ofCRC32: whole.data), "another CRC-32")
        for checksum in summary.checksums where checksum.computed != nil {
            try require(checksum.declared ?? checksum.computed == checksum.computed, "a wrong \(checksum.name)")
        }
    }

    /// A body that uses some tolerances is accepted by exactly the policies that allow them.
    static let awsChunkedTolerances = FuzzTarget(
        name: "aws-chunked-tolerances", about: "a body with tolerated bytes: accepted if the policy allows all of them",
        shape: .bytes
    ) { input throws(FuzzFailure) in
        var random = SeededGenerator(seed: seed(of: input))
        let body = TolerantBody(&random)
        for choice in 0..<32 {
            let policy = AWSChunkedPolicy(
                allowsLineFeedBeforeTrailerEnd: choice & 1 != 0, allowsWhitespaceBeforeColon: choice & 2 != 0,
                allowsMissingFinalLineEnd: choice & 4 != 0, allowsBytesAfterEnd: choice & 8 != 0,
                allowsUnannouncedTrailers: choice & 16 != 0)
            let decoder = AWSChunkedDecoder<AWSNoSigner, AWSCRCChecksum>(
                verifier: nil, checksums: [], trailerNames: body.announced, policy: policy)
            let splitting = Splitting.random(seed: random.next())
            let transcript = try AWSBodyTranscript.decoding(body.bytes, splitting, decoder)
            let isAllowed = body.uses & ~choice == 0
            try require(
                (transcript.error == nil) == isAllowed,
                "policy \(choice), used \(body.uses), \(splitting): \(text(transcript.error))")
            try require(transcript.data == body.data, "policy \(choice): other data")
            guard let summary = transcript.summary else { continue }
            try require(summary.trailers == body.trailers, "policy \(choice): other trailers \(summary.trailers)")
        }
    }
}

/// A body that uses some of the tolerances.
private struct TolerantBody {
    private(set) var bytes: [UInt8] = []
    private(set) var data: [UInt8] = []
    private(set) var trailers: [ChunkedTrailer] = []
    private(set) var announced: [String] = []

    /// The tolerances: bit 0 a LF, bit 1 whitespace, bit 2 the missing end, bit 3 bytes after the end, bit 4 a trailer that was
    /// not announced.
    private(set) var uses = 0

    init(_ random: inout SeededGenerator) {
        random.append(random.length(upTo: 50), to: &data)
        if !data.isEmpty { bytes += Array("\(String(data.count, radix: 16))\r\n".utf8) + data + [0x0d, 0x0a] }
        bytes += Array("0\r\n".utf8)
        for number in 0..<random.below(4) {
            let name = "x-\(number)"
            let value = random.pick(["", "a", "b c", "NhCmhg=="])
            if random.oneIn(4) { uses |= 16 } else { announced.append(name) }
            trailers.append(ChunkedTrailer(name, value))
            var line = name
            if random.oneIn(4) {
                uses |= 2
                line += random.pick([" ", "\t", " \t "])
            }
            line += ":" + random.pick(["", " ", "\t "]) + value + random.pick(["", " "])
            if random.oneIn(4) {
                uses |= 1
                line += "\n"
            }
            bytes += Array("\(line)\r\n".utf8)
        }
        if random.oneIn(4) {
            uses |= 4
        } else {
            bytes += [0x0d, 0x0a]
            if random.oneIn(4) {
                uses |= 8
                bytes += Array(random.pick(["0\r\n\r\n", "\r\n", "GET / HTTP/1.1\r\n"]).utf8)
            }
        }
    }
}
