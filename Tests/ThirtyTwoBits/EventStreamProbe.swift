/// Event streams: the decoder, the segment decoder, the stateless layer, and the encoder for what was decoded.
enum EventStreamProbe {
    static func run(_ name: [UInt8], _ stream: [UInt8], _ splits: Splits) {
        for isLenient in [false, true] {
            let (limits, policy): (EventStreamLimits, EventStreamPolicy) =
                isLenient ? (.unlimited, .lenient) : (.decoding, .strict)
            let whole = decoding(stream, [0..<stream.count], limits, policy)
            let segments = decodingSegments(stream, [0..<stream.count], limits, policy)
            var ways = 0
            var different = 0
            for pieces in splits {
                ways += 2
                if decoding(stream, pieces, limits, policy) != whole { different += 1 }
                if decodingSegments(stream, pieces, limits, policy) != segments { different += 1 }
            }
            var line = JSONLine("format", Array("eventstream".utf8))
            line.add("name", text: name)
            line.add("rules", text: Array((isLenient ? "lenient" : "default").utf8))
            line.add("ways", number: UInt64(ways + 2))
            line.add("different", number: UInt64(different))
            line.add("messages", json: [0x5b] + whole.messages + [0x5d])
            line.add("error", json: whole.error)
            line.add("segmentEnds", json: [0x5b] + segments.messages + [0x5d])
            line.add("segmentError", json: segments.error)
            line.add("frameError", json: parsing(stream, limits, policy))
            line.add("encodesAgain", number: whole.encodesAgain ? 1 : 0)
            Host.write(line)
        }
    }

    /// What was delivered, as the elements of a JSON array, and the error or null.
    struct Transcript: Equatable {
        var messages: [UInt8] = []
        var error: [UInt8] = Array("null".utf8)
        var encodesAgain = true

        mutating func add(_ line: JSONLine) {
            if !messages.isEmpty { messages.append(0x2c) }
            messages += line.bytes
            messages.append(0x7d)
        }

        mutating func add(_ error: EventStreamError) {
            self.error = json(error)
        }
    }

    static func json(_ error: EventStreamError) -> [UInt8] {
        var line = JSONLine("code", Array(error.code.description.utf8))
        line.add("offset", number: error.offset)
        line.add("text", text: Array(error.description.utf8))
        return line.bytes + [0x7d]
    }

    private static func decoding(
        _ stream: [UInt8], _ pieces: [Range<Int>], _ limits: EventStreamLimits, _ policy: EventStreamPolicy
    ) -> Transcript {
        var decoder = EventStreamDecoder(limits: limits, policy: policy)
        var transcript = Transcript()
        do throws(EventStreamError) {
            for piece in pieces {
                try stream.withPiece(piece) { bytes throws(EventStreamError) in
                    try decoder.decode(bytes) { transcript.add($0) }
                }
            }
            try decoder.finish()
        } catch {
            transcript.add(error)
        }
        return transcript
    }

    private static func decodingSegments(
        _ stream: [UInt8], _ pieces: [Range<Int>], _ limits: EventStreamLimits, _ policy: EventStreamPolicy
    ) -> Transcript {
        var decoder = EventStreamSegmentDecoder(limits: limits, policy: policy)
        var transcript = Transcript()
        var (start, payloadLength) = (UInt64(0), UInt64(0))
        do throws(EventStreamError) {
            for piece in pieces {
                try stream.withPiece(piece) { bytes throws(EventStreamError) in
                    try decoder.decode(bytes) { segment in
                        switch segment {
                        case .begin(let headers, _): (start, payloadLength) = (headers.offset, 0)
                        case .payload(let bytes): payloadLength += UInt64(bytes.byteCount)
                        case .end(let crc):
                            var line = JSONLine("crc", hexadecimal(crc))
                            line.add("headers", number: start)
                            line.add("payload", number: payloadLength)
                            transcript.add(line)
                        }
                    }
                }
            }
            try decoder.finish()
        } catch {
            transcript.add(error)
        }
        return transcript
    }

    /// The error of the stateless layer, or how many bytes of the stream are whole messages.
    private static func parsing(
        _ stream: [UInt8], _ limits: EventStreamLimits, _ policy: EventStreamPolicy
    ) -> [UInt8] {
        stream.withBytes { bytes in
            var position = 0
            do throws(EventStreamError) {
                while position < bytes.byteCount {
                    let rest = bytes.extracting(droppingFirst: position)
                    switch try EventStreamFrame.parse(
                        rest, streamOffset: UInt64(position), limits: limits, policy: policy)
                    {
                    case .message(let message): position += message.prelude.totalLength
                    case .incomplete: return Array(position.description.utf8)
                    }
                }
            } catch {
                return json(error)
            }
            return Array(position.description.utf8)
        }
    }
}

extension EventStreamProbe.Transcript {
    fileprivate mutating func add(_ message: EventStreamMessageView) {
        var line = JSONLine("payload", hexadecimal([UInt8](message.payload)))
        line.add("offset", number: message.offset)
        line.add("length", number: UInt64(message.frame.byteCount))
        line.add("preludeCRC", text: hexadecimal(message.prelude.crc))
        line.add("messageCRC", text: hexadecimal(message.messageCRC))
        var headers: [UInt8] = [0x5b]
        var iterator = message.headers.makeIterator()
        while let header = iterator.next() {
            if headers.count > 1 { headers.append(0x2c) }
            var fields = JSONLine("name", hexadecimal([UInt8](header.name.utf8)))
            switch header.value {
            case .boolean(let value): fields.add("boolean", json: Array((value ? "true" : "false").utf8))
            case .byte(let value): fields.add("byte", json: Array(value.description.utf8))
            case .short(let value): fields.add("short", json: Array(value.description.utf8))
            case .integer(let value): fields.add("integer", json: Array(value.description.utf8))
            case .long(let value): fields.add("long", json: Array(value.description.utf8))
            case .byteArray(let value): fields.add("byteArray", bytes: [UInt8](value))
            case .string(let value): fields.add("string", bytes: [UInt8](value.utf8))
            case .timestamp(let value): fields.add("timestamp", json: Array(value.description.utf8))
            case .uuid(let value): fields.add("uuid", text: Array(value.description.utf8))
            }
            headers += fields.bytes
            headers.append(0x7d)
        }
        line.add("headers", json: headers + [0x5d])
        add(line)
        // What was decoded is encoded to the same bytes.
        var encoded: [UInt8] = []
        let encoder = EventStreamEncoder(limits: .unlimited, policy: .lenient)
        do throws(EventStreamError) {
            try encoder.append(EventStreamMessage(message), to: &encoded)
            encodesAgain = encodesAgain && encoded == [UInt8](message.frame)
        } catch {
            encodesAgain = false
        }
    }
}

func hexadecimal(_ crc: UInt32) -> [UInt8] {
    hexadecimal([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: crc >> UInt32($0)) })
}
