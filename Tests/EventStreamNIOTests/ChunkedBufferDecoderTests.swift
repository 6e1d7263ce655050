#if NIO
import EventStreamCodec
import EventStreamNIO
import Foundation
import NIOCore
import TestSupport
import Testing

@Suite struct ChunkedBufferDecoderTests {
    @Test func vectorsHaveTheSameOutcomeInBuffersOfAnySize() async throws {
        for vector in try ChunkedVector.all() {
            for size in [1, 3, 16, 1_000_000] {
                let buffers = Buffers(vector.bytes, size: size)
                let decoded = await Decoded(buffers.chunkedElements())
                var body = Data()
                var extensions: [[String?]] = []
                var trailers: [[String]] = []
                for element in decoded.elements {
                    switch element {
                    case .extensions(let all, _): extensions += all.map { [$0.name, $0.value] }
                    case .data(let bytes):
                        body.append(contentsOf: bytes.readableBytesView)
                        verify(bytes.readableBytes > 0, "\(vector) by \(size)")
                    case .trailer(let field): trailers.append([field.name, field.value])
                    case .end: break
                    }
                }
                verify(body == vector.outcome.body, "\(vector) by \(size)")
                verify(
                    extensions == vector.outcome.extensions.map { [utf8($0.name), $0.value.map(utf8)] },
                    "\(vector) by \(size)")
                verify(trailers == vector.outcome.trailers.map { $0.map(utf8) }, "\(vector) by \(size)")
                let error = decoded.error as? ChunkedError
                switch vector.outcome.status {
                case "complete": verify(error == nil && decoded.elements.last == .end, "\(vector) by \(size)")
                case "incomplete": verify(error?.code == .unexpectedEnd, "\(vector) by \(size)")
                default:
                    verify(
                        error?.code.description == vector.outcome.error?.code
                            && error?.offset == vector.outcome.error?.offset,
                        "\(vector) by \(size): \(String(describing: decoded.error))")
                }
            }
        }
    }

    /// The vectors have a character for each byte.
    private func utf8(_ text: String) -> String {
        String(decoding: text.unicodeScalars.map { UInt8($0.value) }, as: UTF8.self)
    }

    @Test func dataAreSlicesOfTheirBuffers() async {
        let buffer = ByteBuffer(string: "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
        let decoded = await Decoded(Buffers([buffer]).chunkedElements())
        let data = decoded.elements.compactMap { element in
            if case .data(let bytes) = element { bytes } else { nil as ByteBuffer? }
        }
        #expect(data.map { String(buffer: $0) } == ["hello", " world"])
        #expect(data.map(\.addresses.lowerBound) == [3, 13].map { buffer.addresses.lowerBound + $0 })
    }

    @Test func theStreamAfterTheBodyIsNotRead() async throws {
        let buffers = Buffers([ByteBuffer(string: "0\r\n\r\nHTTP/1.1 200"), ByteBuffer(string: "more")])
        let decoded = await Decoded(buffers.chunkedElements())
        #expect(decoded.elements == [.end] && decoded.error == nil)
        #expect(buffers.requested.value == 1)
    }

    @Test func aSingleStepProcessorDecodes() throws {
        let bytes = Array("5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n".utf8)
        for size in [1, 4, bytes.count] {
            let processor = NIOSingleStepByteToMessageProcessor(ChunkedBufferDecoder())
            var elements: [ChunkedBufferElement] = []
            for buffer in Buffers(bytes, size: size).buffers {
                try processor.process(buffer: buffer) { elements.append($0) }
            }
            try processor.finishProcessing(seenEOF: true) { elements.append($0) }
            let text = elements.reduce(into: "") { text, element in
                if case .data(let bytes) = element { text += String(buffer: bytes) }
            }
            #expect(text == "hello")
            #expect(elements.first == .extensions([ChunkExtension("a", "b")], size: 5))
            #expect(elements.suffix(2) == [.trailer(ChunkedTrailer("X", "y")), .end])
        }
    }
}
#endif
