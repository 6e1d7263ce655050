import EventStreamCodec
import Foundation
import TestSupport
import Testing

/// The contract of the chunked decoder beyond the elements: early returns, errors of the body, copies, decoding in place.
@Suite struct ChunkedDecoderTests {
    static let body = Array("5;a=\"b c\";d\r\nhello\r\n6\r\n world\r\n0;e\r\nX-One: 1\r\nX-Two: 2\r\n\r\nnext".utf8)
    static let bodyLength = body.count - 4

    /// Pulls at most `count` elements and returns their names.
    private func elements(
        _ decoder: inout ChunkedDecoder, _ bytes: [UInt8], atMost count: Int = .max
    ) throws(ChunkedError) -> (names: [String], consumed: Int) {
        try decoder.withElements(in: bytes.span) { elements throws(ChunkedError) in
            var names: [String] = []
            while names.count < count, let element = try elements.next() {
                switch element {
                case .extensions(let view): names.append("extensions \(view.chunk) \(view.size)")
                case .data(let data): names.append(latin1([UInt8](data)))
                case .trailer(let field): names.append(latin1([UInt8](field.name)))
                case .end: names.append("end")
                }
            }
            return (names, elements.consumed)
        }
    }

    @Test func anEarlyReturnLeavesTheRestUnconsumed() throws {
        let expected = ["extensions 0 5", "hello", " world", "extensions 2 0", "X-One", "X-Two", "end"]
        for size in 1...Self.body.count {
            var decoder = ChunkedDecoder()
            var names: [String] = []
            var rest = Self.body[...]
            while !decoder.isComplete {
                let piece = Array(rest.prefix(size))
                let (found, consumed) = try elements(&decoder, piece, atMost: 1)
                names += found
                rest = rest.dropFirst(consumed)
                #expect(decoder.offset == UInt64(Self.body.count - rest.count))
            }
            try decoder.finish()
            #expect(Array(rest) == Array("next".utf8))
            let framing = { (name: String) in name.hasPrefix("ext") || name.hasPrefix("X") || name == "end" }
            #expect(names.filter(framing) == expected.filter(framing), "reads of \(size)")
            #expect(names.filter { !framing($0) }.joined() == "hello world", "reads of \(size)")
        }
    }

    @Test func errorsOfTheClosureAreRethrownAndLoseNothing() throws {
        struct Enough: Error, Equatable {}
        for cut in 0...Self.bodyLength {
            var decoder = ChunkedDecoder()
            var consumed = 0
            #expect(throws: Enough()) {
                try decoder.withElements(in: Self.body.span.extracting(0..<cut)) { elements in
                    _ = try elements.next() != nil
                    consumed = elements.consumed
                    throw Enough()
                }
            }
            var data = 0
            try decoder.decode(Array(Self.body[consumed...])) {
                if case .data(let bytes) = $0 { data += bytes.byteCount }
            }
            try decoder.finish()
            #expect(data == 11 || data == 6 || consumed > 13)
        }
    }

    @Test func decodingInPlaceAndAsSlicesMayAlternate() throws {
        for first in 0...Self.bodyLength {
            for second in first...Self.bodyLength {
                var decoder = ChunkedDecoder()
                var body: [UInt8] = []
                var trailers = 0
                func lend(_ range: Range<Int>) throws {
                    try decoder.decode(Array(Self.body[range])) { element in
                        if case .data(let data) = element { body += [UInt8](data) }
                        if case .trailer = element { trailers += 1 }
                    }
                }
                try lend(0..<first)
                var buffer = Array(Self.body[first..<second])
                var count = 0
                let consumed = try unsafe buffer.withUnsafeMutableBytes { bytes in
                    try unsafe decoder.decodeInPlace(bytes, bodyLength: &count)
                }
                body += buffer[..<count]
                verify(consumed == second - first, "\(first), \(second)")
                try lend(second..<Self.body.count)
                try decoder.finish()
                verify(body == Array("hello world".utf8), "\(first), \(second)")
                verify(trailers <= 2, "\(first), \(second)")
            }
        }
    }

    @Test func copiesAreIndependent() throws {
        for cut in 0...Self.bodyLength {
            var first = ChunkedDecoder()
            let start = try elements(&first, Array(Self.body[..<cut])).names
            var second = first
            let one = try elements(&first, Array(Self.body[cut...]))
            let two = try elements(&second, Array(Self.body[cut...]))
            #expect(one.names == two.names && one.consumed == two.consumed && (start + one.names).last == "end")
            first.reset()
            #expect(first.offset == 0 && !first.isComplete)
            #expect(try elements(&first, Self.body).names.count == 7)
        }
    }

    @Test func acceptedWhitespaceMayStraddleInputs() throws {
        let body = Array("5 \t \r\nhello\r\n0  \r\n\r\n".utf8)
        for size in 1...body.count {
            let outcome = DecodedBody.decoding(
                body, pieces: pieces(of: body.count, size: size),
                policy: ChunkedPolicy(allowsWhitespaceAfterSize: true))
            #expect(outcome.status == "complete" && outcome.extensions.isEmpty, "reads of \(size)")
            #expect(Array(outcome.body) == Array("hello".utf8))
        }
    }

    @Test func theClosureMayAwait() async throws {
        var decoder = ChunkedDecoder()
        var count = 0
        for piece in pieces(of: Self.body.count, size: 4) where !decoder.isComplete {
            let bytes = Array(Self.body[piece])
            try await unsafe decoder.withElements(in: bytes.span.bytes) { elements in
                while let element = try elements.next() {
                    await Task.yield()
                    if case .data(let data) = element { count += data.byteCount }
                }
            }
        }
        #expect(count == 11 && decoder.isComplete)
    }

    @Test func errorsOfAnAwaitingClosureAreRethrownAndLoseNothing() async throws {
        struct Enough: Error {}
        var decoder = ChunkedDecoder()
        var consumed = 0
        do {
            try await unsafe decoder.withElements(in: Self.body.span.bytes) { elements in
                _ = try elements.next() != nil
                consumed = elements.consumed
                await Task.yield()
                throw Enough()
            }
            Issue.record("no error")
        } catch {
            #expect(error is Enough)
        }
        let rest = try elements(&decoder, Array(Self.body[consumed...]))
        #expect(rest.names == ["hello", " world", "extensions 2 0", "X-One", "X-Two", "end"])
    }

    @Test func anExtensionIsFoundByItsName() throws {
        var decoder = ChunkedDecoder()
        var found = 0
        try decoder.decode(Array("1;A=0;a=1;a=2\r\nx\r\n".utf8)) { element in
            guard case .extensions(let view) = element else { return }
            guard let first = view.first(named: "a"), let raw = first.rawValue else { return }
            let value = [UInt8](raw)
            let none = view.first(named: "b") == nil && view.first(named: "") == nil
            #expect(value == Array("1".utf8) && none)
            found += 1
        }
        #expect(found == 1)
    }

    @Test func theStatelessLayerShowsExtensions() throws {
        let line = try #require(try unsafe ChunkSizeLine.parse(Self.body.span.bytes))
        #expect(line.size == 5 && line.overheadLength == 10 && !line.isLast)
        var names: [String] = []
        if let view = unsafe line.extensions(in: Self.body.span.bytes) {
            var iterator = view.makeIterator()
            while let found = iterator.next() { names.append(latin1([UInt8](found.name))) }
        }
        #expect(names == ["a", "d"])
        let isElsewhere = unsafe line.extensions(in: [0x35, 0x3b].span.bytes) != nil
        #expect(!isElsewhere)
    }
}
