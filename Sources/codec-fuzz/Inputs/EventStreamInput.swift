import ReferenceDecoders
import TestSupport

/// Generates event streams without the library's encoder.
enum EventStreamInput {
    static let tokens: [[UInt8]] =
        names.map { Array($0.utf8) } + [
            [0x00], [0x01], [0x02, 0x7f], [0x06, 0x00, 0x00], [0x07, 0x00, 0x00], [0x07, 0x00, 0x01, 0x61], [0x09],
            [0x01, 0x61, 0x00], [0x00, 0x00], [0xc3, 0xa9], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
            [0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x00, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff],
        ]

    private static let names = [":message-type", ":event-type", ":content-type", ":exception-type", "a", "b", "é"]

    /// Appends up to five messages.
    static func appendStream(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<(random.oneIn(16) ? 0 : 1 + random.below(random.oneIn(4) ? 5 : 2)) {
            appendMessage(to: &bytes, &random)
        }
    }

    private static func appendMessage(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: 12))
        appendHeaders(to: &bytes, &random)
        let headersLength = bytes.count - start - 12
        random.append(random.oneIn(512) ? random.below(40_000) : random.length(upTo: 600), to: &bytes)
        bytes.append(contentsOf: repeatElement(0, count: 4))
        bytes.store(UInt32(bytes.count - start), at: start)
        bytes.store(UInt32(headersLength), at: start + 4)
        EventStreamRepair.sign(&bytes, messageAt: start..<bytes.count)
    }

    /// Appends a few headers, and sometimes many, or two with the same name.
    static func appendHeaders(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let isCrowd = random.oneIn(64)
        // One of many headers may have the name of another.
        let repeated = random.oneIn(2) ? random.below(300) : -1
        for number in 0..<(isCrowd ? random.below(300) : random.below(5)) {
            var name = Array(random.pick(names).utf8)
            // Numbered names are different. The others sometimes are not.
            if isCrowd || !random.oneIn(8) { name += Array(String(number).utf8) }
            if isCrowd, number == 0 || number == repeated { name = Array("crowd".utf8) }
            bytes.append(UInt8(name.count))
            bytes.append(contentsOf: name)
            appendValue(to: &bytes, &random)
        }
    }

    private static func appendValue(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let type = random.below(10)
        bytes.append(UInt8(type))
        switch type {
        case 0, 1: break
        case 2: random.append(1, to: &bytes)
        case 3: random.append(2, to: &bytes)
        case 4: random.append(4, to: &bytes)
        case 9: random.append(16, to: &bytes)
        case 6, 7:
            let length = random.length(upTo: 300)
            bytes.append(UInt8(length >> 8))
            bytes.append(UInt8(length & 0xff))
            if type == 6 {
                random.append(length, to: &bytes)
            } else {
                for _ in 0..<length { bytes.append(UInt8(0x20 + random.below(0x5f))) }
            }
        default: random.append(8, to: &bytes)
        }
    }
}

extension [UInt8] {
    /// Stores a number in four bytes, most significant first.
    mutating func store(_ number: UInt32, at offset: Int) {
        for index in 0..<4 { self[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)) }
    }

    /// Returns the number in four bytes, most significant first.
    func number(at offset: Int) -> Int {
        (0..<4).reduce(0) { $0 << 8 | Int(self[offset + $1]) }
    }
}

/// Repairs checksums after mutation, so that a decoder reads the bytes that they protect.
enum EventStreamRepair {
    /// Repairs the checksums of all messages that can be found by their lengths.
    ///
    /// - Parameter lengthsToo: Whether lengths that exceed the input or each other are repaired too.
    static func repair(_ bytes: inout [UInt8], lengthsToo: Bool) {
        var position = 0
        while bytes.count - position >= 12 {
            let rest = bytes.count - position
            var total = bytes.number(at: position)
            if lengthsToo, rest >= 16 {
                if total < 16 || total > rest {
                    total = rest
                    bytes.store(UInt32(total), at: position)
                }
                if bytes.number(at: position + 4) > total - 16 {
                    bytes.store(UInt32(bytes.number(at: position + 4) % (total - 15)), at: position + 4)
                }
            }
            bytes.store(ReferenceCRC32.checksum(bytes[position..<(position + 8)]), at: position + 8)
            guard total >= 16, total <= rest else { return }
            sign(&bytes, messageAt: position..<(position + total))
            position += total
        }
    }

    /// Stores both checksums of the message at `range`, which has at least 16 bytes.
    static func sign(_ bytes: inout [UInt8], messageAt range: Range<Int>) {
        let start = range.lowerBound
        bytes.store(ReferenceCRC32.checksum(bytes[start..<(start + 8)]), at: start + 8)
        bytes.store(ReferenceCRC32.checksum(bytes[start..<(range.upperBound - 4)]), at: range.upperBound - 4)
    }
}

/// Sets the lengths of a message to numbers near a bound, to find errors by one.
enum BoundaryLengths {
    /// Bounds of ``StreamRules`` and of the specification.
    private static let totals = [16, 200, 80 + 16, 25_165_824 + 16, 131_072 + 16, 1 << 31]
    private static let headers = [60, 131_072]

    /// Changes the lengths of one message, usually the first, and updates the prelude CRC so that they are read.
    static func set(in bytes: inout [UInt8], _ random: inout SeededGenerator) {
        var position = 0
        while random.oneIn(3), bytes.count - position >= 16 {
            let total = bytes.number(at: position)
            guard total >= 16, bytes.count - position - total >= 12 else { break }
            position += total
        }
        guard bytes.count - position >= 12 else { return }
        switch random.below(4) {
        case 0: bytes.store(near(random.pick(totals), &random), at: position)
        case 1: bytes.store(near(random.pick(headers), &random), at: position + 4)
        case 2:
            let headersLength = random.pick(headers)
            bytes.store(near(headersLength, &random), at: position + 4)
            bytes.store(near(random.pick(totals) + headersLength, &random), at: position)
        default: bytes.store(near(bytes.number(at: position) - 16, &random), at: position + 4)
        }
        bytes.store(ReferenceCRC32.checksum(bytes[position..<(position + 8)]), at: position + 8)
    }

    private static func near(_ bound: Int, _ random: inout SeededGenerator) -> UInt32 {
        UInt32(truncatingIfNeeded: bound + random.below(4) - 2)
    }
}
