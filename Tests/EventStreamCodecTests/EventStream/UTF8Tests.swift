import EventStreamCodec
import TestSupport
import Testing

/// What is UTF-8 is what the standard library says is.
@Suite struct UTF8Tests {
    private func agrees(_ bytes: [UInt8]) -> Bool {
        let isText = unsafe EventStreamStringView(validating: bytes.span.bytes) != nil
        return isText == (String(validating: bytes, as: UTF8.self) != nil)
    }

    @Test func allSequencesOfOneAndTwoBytes() {
        for first in UInt8.min...UInt8.max {
            verify(agrees([first]), "\(first)")
            for second in UInt8.min...UInt8.max { verify(agrees([first, second]), "\([first, second])") }
        }
    }

    @Test func longerSequencesAtTheirBounds() {
        let bounds: [UInt8] = [
            0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
            0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
        ]
        for first in bounds {
            for second in bounds {
                for third in bounds {
                    verify(agrees([first, second, third]), "\([first, second, third])")
                    for fourth in bounds {
                        verify(agrees([first, second, third, fourth]), "\([first, second, third, fourth])")
                    }
                }
            }
        }
    }

    @Test func everyPlaceOfAnErrorInALongText() {
        var generator = SeededGenerator(seed: 4)
        for length in 0..<40 {
            var bytes = [UInt8](repeating: 0x61, count: length)
            verify(agrees(bytes), "\(length) letters")
            for position in bytes.indices {
                bytes[position] = UInt8.random(in: 0x80...0xff, using: &generator)
                verify(agrees(bytes), "\(bytes)")
                bytes[position] = 0x61
            }
        }
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...30, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x11_0000, using: &generator))
            }
            var bytes = text.flatMap { Array(String($0).utf8) }
            verify(agrees(bytes), "\(bytes)")
            if !bytes.isEmpty { bytes.remove(at: Int.random(in: bytes.indices, using: &generator)) }
            verify(agrees(bytes), "\(bytes)")
        }
    }
}
