import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Vectors from other implementations and real captures, where the machine has them.
@Suite(.enabled(if: Repository.sharedVectors != nil, "no folder ../shared/vectors beside the checkout"))
struct SharedVectorTests {
    private struct Manifest: Decodable {
        var vectors: [Vector]
    }

    private struct Vector: Decodable {
        var name: String
        var file: String
        var length: Int
        var referenceOutcome: Outcome

        struct Outcome: Decodable {
            var messages: [Message]?
            var error: String?
            var messagesBeforeError: Int?
        }

        struct Message: Decodable {
            var totalLength: Int
            var preludeCRC: String
            var messageCRC: String
            var headers: [Header]
            var payloadLength: Int
        }

        struct Header: Decodable {
            var name: String
            var typeCode: UInt8
        }
    }

    /// What this library calls the errors of the manifest. A message too long to be waited for is an error here and an
    /// incomplete stream there, and a header that is cut off right after an empty name is an empty name here.
    private static let codes: [String: [EventStreamError.Code]] = [
        "prelude_crc_mismatch": [.preludeCRCMismatch],
        "message_crc_mismatch": [.messageCRCMismatch],
        "header_truncated": [.headerTruncated, .headerNameEmpty],
        "invalid_utf8_header_name": [.headerNameNotUTF8],
        "invalid_utf8_header_value": [.headerValueNotUTF8],
        "message_too_short": [.messageLengthTooSmall],
        "headers_length_exceeds_message": [.headersLengthTooLarge],
        "truncated_stream": [.payloadTooLong],
    ]

    @Test func allAtEverySplit() throws {
        let folder = try #require(Repository.sharedVectors).appendingPathComponent("eventstream")
        let manifest = try JSONDecoder().decode(
            Manifest.self, from: Data(contentsOf: folder.appendingPathComponent("manifest.json")))
        #expect(manifest.vectors.count >= 20)
        for vector in manifest.vectors {
            let bytes = try hexadecimal(String(contentsOf: folder.appendingPathComponent(vector.file), encoding: .utf8))
            #expect(bytes.count == vector.length)
            let whole = DecodedStream.decoding(bytes, pieces: [0..<bytes.count])
            #expect(whole.framesMatchStream)
            if let name = vector.referenceOutcome.error {
                #expect(whole.frames.count == vector.referenceOutcome.messagesBeforeError, "\(vector.name)")
                let error = try #require(whole.error, "\(vector.name)")
                #expect(Self.codes[name]?.contains(error.code) == true, "\(vector.name): \(error)")
            } else {
                #expect(whole.error == nil, "\(vector.name)")
                try compare(bytes, vector.referenceOutcome.messages ?? [], vector.name)
            }
            let cuts = bytes.count <= 1_000 ? Array(0...bytes.count) : Array(stride(from: 0, to: bytes.count, by: 61))
            for cut in cuts {
                verify(
                    DecodedStream.decoding(bytes, pieces: pieces(of: bytes.count, cutAt: cut)) == whole,
                    "\(vector.name) cut at \(cut)")
            }
            #expect(DecodedStream.decoding(bytes, pieces: pieces(of: bytes.count, size: 1)) == whole, "\(vector.name)")
        }
    }

    private func compare(_ bytes: [UInt8], _ expected: [Vector.Message], _ name: String) throws {
        var expected = expected[...]
        var decoder = EventStreamDecoder()
        try decoder.decode(bytes) { message in
            guard let reference = expected.popFirst() else {
                Issue.record("\(name) has more messages than the reference")
                return
            }
            #expect(message.prelude.totalLength == reference.totalLength)
            #expect(message.payload.byteCount == reference.payloadLength)
            #expect(message.prelude.crc == UInt32(reference.preludeCRC, radix: 16))
            #expect(message.messageCRC == UInt32(reference.messageCRC, radix: 16))
            var headers = message.headers.makeIterator()
            for header in reference.headers {
                guard let view = headers.next() else {
                    Issue.record("\(name) has fewer headers than the reference")
                    return
                }
                verify(view.name == header.name, "\(name): header \(header.name)")
                #expect(view.type.rawValue == header.typeCode)
            }
            let isLast = headers.next() == nil
            #expect(isLast, "\(name) has more headers than the reference")
        }
        #expect(expected.isEmpty, "\(name)")
    }

    private func hexadecimal(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
