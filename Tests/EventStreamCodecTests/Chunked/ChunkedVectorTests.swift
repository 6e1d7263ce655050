import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// Decodes every vector of the package in every way.
@Suite struct ChunkedVectorTests {
    static let vectors = Result { try ChunkedVector.all() }

    @Test func thereAreVectors() throws {
        #expect(try Self.vectors.get().count >= 150)
    }

    @Test func outcomesAreTheExpectedOnes() throws {
        for vector in try Self.vectors.get() {
            let count = vector.bytes.count
            #expect(DecodedBody.decoding(vector.bytes, pieces: [0..<count]) == vector.outcome, "\(vector)")
            let lenient = DecodedBody.decoding(
                vector.bytes, pieces: [0..<count], policy: ChunkedPolicy(allowsWhitespaceAfterSize: true))
            #expect(lenient == vector.lenient ?? vector.outcome, "\(vector)")
        }
    }

    @Test func outcomesAreTheSameByteByByte() throws {
        for vector in try Self.vectors.get() {
            for size in [1, 2, 3, 7, 16] {
                let pieces = pieces(of: vector.bytes.count, size: size)
                verify(DecodedBody.decoding(vector.bytes, pieces: pieces) == vector.outcome, "\(vector) by \(size)")
            }
        }
    }

    /// Without optimization, a fourth of the vectors is tried.
    @Test func outcomesAreTheSameAtEverySplit() throws {
        for (number, vector) in try Self.vectors.get().enumerated() where isOptimized || number % 4 == 0 {
            let count = vector.bytes.count
            let cuts = count <= 3_000 ? Array(0...count) : Array(0...600) + Array((count - 600)...count)
            for cut in cuts {
                let pieces = pieces(of: count, cutAt: cut)
                verify(DecodedBody.decoding(vector.bytes, pieces: pieces) == vector.outcome, "\(vector) cut at \(cut)")
            }
        }
    }

    @Test func decodingInPlaceGivesTheSameBody() throws {
        for vector in try Self.vectors.get() {
            let count = vector.bytes.count
            for size in [1, 5, 100, max(count, 1)] {
                let result = DecodedBody.decodingInPlace(vector.bytes, pieces: pieces(of: count, size: size))
                verify(result.body == vector.outcome.body, "\(vector) by \(size)")
                verify(result.consumed == vector.outcome.consumed, "\(vector) by \(size)")
                verify(result.isComplete == (vector.outcome.status == "complete"), "\(vector) by \(size)")
                verify(
                    result.error?.code.description == vector.outcome.error?.code
                        && result.error?.offset == vector.outcome.error?.offset, "\(vector) by \(size)")
            }
        }
    }

    @Test func theStatelessLayerAgrees() throws {
        for vector in try Self.vectors.get() where vector.outcome.status == "complete" {
            // The stateless layer checks the limits of a line, and not those of a body.
            let parsed = DecodedBody.parsing(vector.bytes)
            #expect(parsed.status == "complete" && parsed.consumed == vector.outcome.consumed, "\(vector)")
            #expect(parsed.body == vector.outcome.body && parsed.chunks == vector.outcome.chunks, "\(vector)")
            #expect(parsed.trailers == vector.outcome.trailers, "\(vector)")
        }
    }

    @Test func errorsAndEndsAreFinal() throws {
        for vector in try Self.vectors.get() {
            var decoder = ChunkedDecoder()
            do throws(ChunkedError) {
                try decoder.decode(vector.bytes) { _ in }
                let isComplete = vector.outcome.status == "complete"
                #expect(decoder.isComplete == isComplete, "\(vector)")
                if isComplete {
                    try decoder.finish()
                    #expect(try decoder.decode([0x30, 0x0d]) { _ in Issue.record("an element after the end") } == 0)
                } else {
                    try decoder.finish()
                    Issue.record("\(vector) finished without its end")
                }
            } catch {
                #expect(error.code == .unexpectedEnd || error.code.description == vector.outcome.error?.code)
                if error.code == .unexpectedEnd { #expect(error.offset == UInt64(vector.bytes.count)) }
                for _ in 0..<2 {
                    #expect(throws: error) { try decoder.decode([0x30]) { _ in Issue.record("an element") } }
                    #expect(throws: error) { try decoder.finish() }
                }
            }
        }
    }
}
