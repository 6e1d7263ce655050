import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Test cases of other implementations, if the machine has them.
@Suite(.enabled(if: Repository.sharedVectors != nil, "no folder ../shared/vectors beside the checkout"))
struct SharedChunkedTests {
    private struct Case: Decodable {
        var name: String
        var input_hex: String?
        var input_gen: [Part]?
        var expect: String
        var body_hex: String?
        var body_len: Int?
        var trailers: [[String]]?
        var extensions: [Pair]?
        var consumed: UInt64?
        var error_offset: UInt64?

        /// `["hex", digits]` or `["repeat", digits, count]`.
        struct Part: Decodable {
            var bytes: [UInt8]

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                let kind = try values.decode(String.self)
                let digits = try values.decode(String.self)
                let count = kind == "repeat" ? try values.decode(Int.self) : 1
                bytes = Array(repeatElement([UInt8](hexadecimal: digits), count: count).joined())
            }
        }

        struct Pair: Decodable {
            var name: String
            var value: String?

            init(from decoder: any Decoder) throws {
                var values = try decoder.unkeyedContainer()
                name = try values.decode(String.self)
                value = try values.decodeNil() ? nil : values.decode(String.self)
            }
        }

        var bytes: [UInt8] {
            input_hex.map { [UInt8](hexadecimal: $0) } ?? (input_gen ?? []).flatMap(\.bytes)
        }

        private enum CodingKeys: CodingKey {
            case name, input_hex, input_gen, expect, body_hex, body_len, trailers, extensions, consumed, error_offset
        }

        init(from decoder: any Decoder) throws {
            let object = try decoder.container(keyedBy: CodingKeys.self)
            name = try object.decode(String.self, forKey: .name)
            input_hex = try object.decodeIfPresent(String.self, forKey: .input_hex)
            input_gen = try object.decodeIfPresent([Part].self, forKey: .input_gen)
            expect = try object.decode(String.self, forKey: .expect)
            body_hex = try object.decodeIfPresent(String.self, forKey: .body_hex)
            body_len = try object.decodeIfPresent(Int.self, forKey: .body_len)
            trailers = try object.decodeIfPresent([[String]].self, forKey: .trailers)
            // Some cases have "omitted" instead of hundreds of equal extensions.
            extensions = try? object.decodeIfPresent([Pair].self, forKey: .extensions)
            consumed = try object.decodeIfPresent(UInt64.self, forKey: .consumed)
            error_offset = try object.decodeIfPresent(UInt64.self, forKey: .error_offset)
        }
    }

    @Test func allAtEverySplit() throws {
        let file = try #require(Repository.sharedVectors).appendingPathComponent("chunked/cases.json")
        let cases = try JSONDecoder().decode([Case].self, from: Data(contentsOf: file))
        #expect(cases.count == 242)
        for example in cases {
            let bytes = example.bytes
            let outcome = DecodedBody.decoding(bytes, pieces: [0..<bytes.count])
            check(outcome, example)
            let cuts = bytes.count <= 3_000 ? Array(0...bytes.count) : Array(stride(from: 0, to: bytes.count, by: 499))
            for cut in cuts {
                verify(
                    DecodedBody.decoding(bytes, pieces: pieces(of: bytes.count, cutAt: cut)) == outcome,
                    "\(example.name) cut at \(cut)")
            }
            verify(
                DecodedBody.decoding(bytes, pieces: pieces(of: bytes.count, size: 1)) == outcome,
                "\(example.name) byte by byte")
        }
    }

    private func check(_ outcome: ChunkedVector.Outcome, _ example: Case) {
        let status = ["accept": "complete", "reject": "error", "incomplete": "incomplete"][example.expect]
        #expect(outcome.status == status, "\(example.name)")
        #expect(outcome.error?.offset == example.error_offset, "\(example.name)")
        if let body = example.body_hex { #expect(Array(outcome.body) == [UInt8](hexadecimal: body), "\(example.name)") }
        if let count = example.body_len { #expect(outcome.body.count == count, "\(example.name)") }
        // The cases list no trailers before an error. This decoder delivers the complete ones.
        if status != "error" {
            #expect(outcome.trailers == example.trailers ?? [], "\(example.name)")
            if let extensions = example.extensions {
                #expect(outcome.extensions.map(\.name) == extensions.map(\.name), "\(example.name)")
                #expect(outcome.extensions.map(\.value) == extensions.map(\.value), "\(example.name)")
            }
        }
        if let consumed = example.consumed { #expect(outcome.consumed == consumed, "\(example.name)") }
    }
}
