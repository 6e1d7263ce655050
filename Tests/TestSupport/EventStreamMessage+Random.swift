import EventStreamCodec

extension EventStreamMessage {
    /// Returns a message with up to 20 headers of any type and up to 300 bytes of payload.
    package static func random(using generator: inout SeededGenerator) -> EventStreamMessage {
        var headers = EventStreamHeaders()
        for number in 0..<Int.random(in: 0...20, using: &generator) {
            // The number after the last # makes the names unique, also if digits precede it.
            let name = String.random(upTo: 20, using: &generator) + "#\(number)"
            headers.append(EventStreamHeader(name, .random(using: &generator)))
        }
        return EventStreamMessage(
            headers: headers, payload: generator.bytes(Int.random(in: 0...300, using: &generator)))
    }
}

extension EventStreamHeaderValue {
    fileprivate static func random(using generator: inout SeededGenerator) -> EventStreamHeaderValue {
        switch Int.random(in: 0...8, using: &generator) {
        case 0: .boolean(Bool.random(using: &generator))
        case 1: .byte(.random(in: .min ... .max, using: &generator))
        case 2: .short(.random(in: .min ... .max, using: &generator))
        case 3: .integer(.random(in: .min ... .max, using: &generator))
        case 4: .long(.random(in: .min ... .max, using: &generator))
        case 5: .byteArray(generator.bytes(Int.random(in: 0...50, using: &generator)))
        case 6: .string(.random(upTo: 30, using: &generator))
        case 7: .timestamp(.random(in: .min ... .max, using: &generator))
        default: .uuid(EventStreamUUID(high: generator.next(), low: generator.next()))
        }
    }
}

extension String {
    fileprivate static func random(upTo count: Int, using generator: inout SeededGenerator) -> String {
        let limit: UInt32 = Bool.random(using: &generator) ? 0x7f : 0x11_0000
        let scalars = (0..<Int.random(in: 0...count, using: &generator)).compactMap { _ in
            Unicode.Scalar(UInt32.random(in: 0...limit, using: &generator))
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
