/// Checks lengths and offsets over 2^31 and 2^32, which vectors cannot have, because they would need that many bytes.
enum LargeNumbersProbe {
    private static let pieceSize = 1 << 24

    static func run(passesLongBodies: Bool) {
        lengths()
        limits()
        guard passesLongBodies else { return }
        // Data is neither copied nor read, so a body of 4 GiB takes little time.
        for size in [0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0005] as [UInt64] {
            chunk(size)
            awsChunk(size)
        }
        stream()
    }

    /// Checks the lengths that an encoder computes in advance.
    private static func lengths() {
        var line = JSONLine("large", Array("lengths".utf8))
        let lengths: [UInt64] = [
            0, 8_192, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0005, 0x7fff_ffff_ffff_ffff, .max,
        ]
        let numbers = lengths.flatMap { length in
            [
                AWSChunkedEncoder(chunkSize: 8_192).encodedLength(decodedLength: length),
                AWSChunkedEncoder(checksum: AWSCRC32Checksum()).encodedLength(decodedLength: length),
            ]
        }
        line.add("numbers", json: json(numbers))
        let framingLengths = lengths.map { size in
            (try? ChunkedEncoder().framingLength(size: size)).map { UInt64($0) } ?? 0
        }
        line.add("framingLengths", json: json(framingLengths))
        Host.write(line)
    }

    /// Checks that limits and positions at the ends of their ranges do not trap.
    private static func limits() {
        var line = JSONLine("large", Array("limits".utf8))
        let input = Array("5;a=b\r\nhello\r\n0\r\nA: b\r\n\r\n".utf8)
        var offsets: [UInt64] = []
        for offset in [0xffff_fff0, 0x1_0000_0000, .max - 3] as [UInt64] {
            input.withBytes { bytes in
                let sizeLine = (try? ChunkSizeLine.parse(bytes, streamOffset: offset, limits: .unlimited)) ?? nil
                offsets.append(UInt64(sizeLine?.length ?? 0))
            }
            do throws(ChunkedError) {
                _ = try Array("zz\r\n".utf8).withBytes { bytes throws(ChunkedError) in
                    try ChunkSizeLine.parse(bytes, streamOffset: offset)
                }
            } catch {
                offsets.append(error.offset)
            }
            do throws(EventStreamError) {
                _ = try [UInt8](repeating: 1, count: 20).withBytes { bytes throws(EventStreamError) in
                    try EventStreamPrelude.parse(bytes, streamOffset: offset)
                }
            } catch {
                offsets.append(error.offset)
            }
        }
        line.add("offsets", json: json(offsets))
        var decoder = ChunkedDecoder(limits: .unlimited)
        let consumed = (try? decoder.decode(input) { _ in }) ?? -1
        line.add("consumed", json: Array(consumed.description.utf8))
        Host.write(line)
    }

    private static func json(_ numbers: [UInt64]) -> [UInt8] {
        var text: [UInt8] = [0x5b]
        for number in numbers {
            if text.count > 1 { text.append(0x2c) }
            text += Array(number.description.utf8)
        }
        return text + [0x5d]
    }

    private static func chunk(_ size: UInt64) {
        var decoder = ChunkedDecoder()
        var line = JSONLine("large", Array("chunked".utf8))
        var received: UInt64 = 0
        do throws(ChunkedError) {
            try pass(size) { bytes throws(ChunkedError) in
                try decoder.decode(bytes) { element in
                    if case .data(let data) = element { received += UInt64(data.byteCount) }
                }
            }
        } catch {
            line.add("error", json: ChunkedProbe.json(error))
        }
        line.add("size", number: size)
        line.add("received", number: received)
        line.add("offset", number: decoder.offset)
        line.add("isComplete", number: decoder.isComplete ? 1 : 0)
        Host.write(line)
    }

    private static func awsChunk(_ size: UInt64) {
        // The announced length is correct, one too small, one too large, and truncated to 32 bits.
        for announced in [size, size - 1, size + 1, size & 0xffff_ffff] {
            var decoder = AWSChunkedDecoder(decodedLength: announced)
            var line = JSONLine("large", Array("aws-chunked".utf8))
            var received: UInt64 = 0
            do throws(AWSChunkedError) {
                try pass(size) { bytes throws(AWSChunkedError) in
                    try decoder.decode(bytes) { element in
                        if case .data(let data) = element { received += UInt64(data.byteCount) }
                    }
                }
                try decoder.finish()
            } catch {
                var fields = JSONLine("code", Array(error.code.description.utf8))
                fields.add("offset", number: error.offset)
                line.add("error", json: fields.bytes + [0x7d])
            }
            line.add("size", number: size)
            line.add("announced", number: announced)
            line.add("received", number: received)
            line.add("isComplete", number: decoder.isComplete ? 1 : 0)
            Host.write(line)
        }
    }

    /// Decodes a stream of more than 4 GiB, and then bytes that are not a message.
    private static func stream() {
        let payload = [UInt8](repeating: 0x61, count: EventStreamLimits.specifiedPayloadLength)
        var message: [UInt8] = []
        do throws(EventStreamError) {
            try EventStreamEncoder().append(EventStreamMessage(payload: payload), to: &message)
        } catch {
            fatalError("a payload within the limits was refused")
        }
        var decoder = EventStreamDecoder()
        var line = JSONLine("large", Array("eventstream".utf8))
        var messages: UInt64 = 0
        do throws(EventStreamError) {
            while decoder.offset <= 0x1_0000_0000 { try decoder.decode(message) { _ in messages += 1 } }
            try decoder.decode([UInt8](repeating: 1, count: 12)) { _ in }
        } catch {
            line.add("error", json: EventStreamProbe.json(error))
        }
        line.add("length", number: UInt64(message.count))
        line.add("messages", number: messages)
        Host.write(line)
    }

    /// Decodes a body of one chunk, piece by piece.
    private static func pass<E: Error>(_ size: UInt64, _ decode: (RawSpan) throws(E) -> Int) throws(E) {
        let piece = [UInt8](repeating: 0x61, count: pieceSize)
        _ = try (Array(String(size, radix: 16).utf8) + [0x0d, 0x0a]).withBytes(decode)
        var rest = size
        while rest > 0 {
            let count = Int(min(rest, UInt64(pieceSize)))
            _ = try piece.withPiece(0..<count, decode)
            rest -= UInt64(count)
        }
        _ = try Array("\r\n0\r\n\r\n".utf8).withBytes(decode)
    }
}
