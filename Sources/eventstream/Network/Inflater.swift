#if Network

/// Decompresses a DEFLATE stream (RFC 1951) that arrives in pieces of any size.
///
/// Memory is constant: a window of 32 KiB, one block of output, and input that is too short to decode.
struct Inflater {
    /// Whether the last block has ended.
    private(set) var isComplete = false

    private var reader = BitReader()
    private var state = State.blockHeader
    private var isLastBlock = false

    /// The window, then the pending output, which begins at `outputStart`.
    private var output: [UInt8] = []
    private var outputStart = 0

    /// The maximum distance of a copy.
    private static let windowSize = 32_768

    /// The size of the pieces that are passed on, unless the input ends earlier.
    private static let outputSize = 65_536

    private enum State {
        case blockHeader
        case stored(left: Int)
        case codes(literals: HuffmanCode, distances: HuffmanCode)
    }

    /// Why data cannot be decompressed.
    struct Malformed: Error {
        var found: String
        var expected: String
    }

    /// Decompresses the next piece of input.
    ///
    /// - Parameters:
    ///   - input: The next bytes of the stream.
    ///   - body: Receives the decompressed bytes, piece by piece, including those that precede an error.
    /// - Returns: The input that follows the stream, if the stream has ended.
    /// - Throws: ``Malformed``; errors of `body`.
    mutating func inflate(_ input: [UInt8], _ body: (ArraySlice<UInt8>) throws -> Void) throws -> [UInt8] {
        reader.append(input)
        do {
            while try !isComplete && step() {
                if output.count - outputStart >= Self.outputSize { try flush(body) }
            }
        } catch let error as Malformed {
            try flush(body)
            throw error
        }
        try flush(body)
        return isComplete ? reader.takeRest() : []
    }

    /// The number of input bytes that are held until more arrive.
    var pendingByteCount: Int { reader.byteCount }

    private mutating func flush(_ body: (ArraySlice<UInt8>) throws -> Void) throws {
        let piece = output[outputStart...]
        outputStart = output.count
        if !piece.isEmpty { try body(piece) }
        if output.count >= Self.windowSize + Self.outputSize {
            output.removeFirst(output.count - Self.windowSize)
            outputStart = output.count
        }
    }

    /// Decodes one piece of output, or up to the end of a block.
    ///
    /// - Returns: False if more input is needed. The reader is then at the start of the incomplete element.
    private mutating func step() throws(Malformed) -> Bool {
        switch state {
        case .blockHeader:
            let start = reader.position
            guard try beginBlock() else {
                reader.position = start
                return false
            }
            return true
        case .stored(let left):
            let taken = reader.takeBytes(atMost: min(left, Self.outputSize), into: &output)
            if taken == left { endBlock() } else { state = .stored(left: left - taken) }
            return taken > 0 || left == 0
        case .codes(let literals, let distances):
            return try copySymbols(literals, distances)
        }
    }

    private mutating func endBlock() {
        state = .blockHeader
        isComplete = isLastBlock
    }

    /// Reads a block's header (RFC 1951 §3.2.3).
    ///
    /// - Returns: False if it is incomplete.
    private mutating func beginBlock() throws(Malformed) -> Bool {
        guard let header = reader.take(3) else { return false }
        switch header >> 1 {
        case 0:
            reader.skipToByte()
            guard let length = reader.take(16), let complement = reader.take(16) else { return false }
            guard length == complement ^ 0xffff else {
                throw Malformed(found: "a stored block whose length and complement differ", expected: "equal ones")
            }
            state = .stored(left: length)
        case 1:
            state = .codes(literals: .fixedLiterals, distances: .fixedDistances)
        case 2:
            guard let codes = try readCodes() else { return false }
            state = .codes(literals: codes.literals, distances: codes.distances)
        default:
            throw Malformed(found: "block type 3", expected: "0, 1 or 2")
        }
        isLastBlock = header & 1 == 1
        return true
    }

    /// The order in which a block states the lengths of the code for lengths.
    private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// Reads the two codes of a block with dynamic codes (RFC 1951 §3.2.7).
    ///
    /// - Returns: Nil if they are incomplete.
    private mutating func readCodes() throws(Malformed) -> (literals: HuffmanCode, distances: HuffmanCode)? {
        guard let counts = reader.take(14) else { return nil }
        let (literalCount, distanceCount) = (counts & 31 + 257, counts >> 5 & 31 + 1)
        var lengths = [UInt8](repeating: 0, count: 19)
        for index in Self.lengthOrder.prefix(counts >> 10 + 4) {
            guard let length = reader.take(3) else { return nil }
            lengths[index] = UInt8(length)
        }
        let lengthCode = try HuffmanCode(lengths: lengths[...])

        lengths.removeAll()
        while lengths.count < literalCount + distanceCount {
            guard let symbol = try lengthCode.decode(&reader) else { return nil }
            guard symbol >= 16 else {
                lengths.append(UInt8(symbol))
                continue
            }
            let (bits, base, repeated): (Int, Int, UInt8?) =
                switch symbol {
                case 16: (2, 3, lengths.last)
                case 17: (3, 3, 0)
                default: (7, 11, 0)
                }
            guard let extra = reader.take(bits) else { return nil }
            guard let repeated, lengths.count + base + extra <= literalCount + distanceCount else {
                throw Malformed(found: "a repetition of code lengths outside their list", expected: "one inside")
            }
            lengths.append(contentsOf: repeatElement(repeated, count: base + extra))
        }
        guard lengths[256] > 0 else {
            throw Malformed(found: "a block without a code for its end", expected: "one")
        }
        return (
            try HuffmanCode(lengths: lengths[..<literalCount]), try HuffmanCode(lengths: lengths[literalCount...])
        )
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]

    /// Decodes literals and copies (RFC 1951 §3.2.5) up to the end of the block, of the input, or of a piece of output.
    private mutating func copySymbols(
        _ literals: HuffmanCode, _ distances: HuffmanCode
    ) throws(Malformed) -> Bool {
        while output.count - outputStart < Self.outputSize {
            let start = reader.position
            guard let symbol = try literals.decode(&reader) else { return false }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 {
                endBlock()
                return true
            }
            guard symbol - 257 < Self.lengthBases.count else {
                throw Malformed(found: "length symbol \(symbol)", expected: "at most 285")
            }
            guard let extra = reader.take(Self.lengthBits[symbol - 257]),
                let distance = try readDistance(distances)
            else {
                reader.position = start
                return false
            }
            guard distance <= output.count else {
                throw Malformed(found: "a copy from before the beginning of the data", expected: "one from inside it")
            }
            for _ in 0..<(Self.lengthBases[symbol - 257] + extra) { output.append(output[output.count - distance]) }
        }
        return true
    }

    /// Reads the distance of a copy.
    ///
    /// - Returns: Nil if it is incomplete.
    private mutating func readDistance(_ code: HuffmanCode) throws(Malformed) -> Int? {
        guard let symbol = try code.decode(&reader) else { return nil }
        guard symbol < 30 else { throw Malformed(found: "distance symbol \(symbol)", expected: "at most 29") }
        guard symbol >= 4 else { return symbol + 1 }
        let bits = symbol / 2 - 1
        guard let extra = reader.take(bits) else { return nil }
        return (2 + symbol % 2) << bits + 1 + extra
    }
}

/// Reads bits, least significant first, from bytes that arrive in pieces.
struct BitReader {
    /// The position of the next bit. Setting an earlier position reads the same bits again.
    struct Position {
        /// The index of the first byte that is not in `bits`.
        fileprivate var byte = 0

        /// The unread bits before that byte; the next one is the lowest.
        fileprivate(set) var bits: UInt64 = 0
        fileprivate(set) var bitCount = 0
    }

    var position = Position()
    private var bytes: [UInt8] = []

    /// The number of bytes of which no bit has been read.
    var byteCount: Int { bytes.count - position.byte + position.bitCount / 8 }

    mutating func append(_ more: [UInt8]) {
        bytes.removeFirst(position.byte)
        position.byte = 0
        bytes += more
    }

    /// Makes at least 15 bits available, or all remaining bits.
    mutating func fill() {
        while position.bitCount <= 56, position.byte < bytes.count {
            position.bits |= UInt64(bytes[position.byte]) << UInt64(position.bitCount)
            position.byte += 1
            position.bitCount += 8
        }
    }

    /// Reads `count` bits, at most 16; nil if there are fewer.
    mutating func take(_ count: Int) -> Int? {
        if position.bitCount < count { fill() }
        guard position.bitCount >= count else { return nil }
        defer { drop(count) }
        return Int(position.bits & (1 << UInt64(count) - 1))
    }

    mutating func drop(_ count: Int) {
        position.bits >>= UInt64(count)
        position.bitCount -= count
    }

    mutating func skipToByte() {
        drop(position.bitCount % 8)
    }

    /// Moves whole bytes to `output`, and returns their number.
    mutating func takeBytes(atMost count: Int, into output: inout [UInt8]) -> Int {
        var taken = 0
        while taken < count, position.bitCount >= 8 {
            output.append(UInt8(truncatingIfNeeded: position.bits))
            drop(8)
            taken += 1
        }
        let rest = bytes[position.byte...].prefix(count - taken)
        output += rest
        position.byte += rest.count
        return taken + rest.count
    }

    /// Reads all whole bytes.
    mutating func takeRest() -> [UInt8] {
        skipToByte()
        var rest: [UInt8] = []
        _ = takeBytes(atMost: .max, into: &rest)
        return rest
    }
}

/// A canonical prefix code (RFC 1951 §3.2.2).
struct HuffmanCode {
    /// The number of codes of each length.
    private var counts = [Int](repeating: 0, count: 16)

    /// The symbols, in the order of their codes.
    private var symbols: [UInt16] = []

    /// For each value of the next nine bits: the symbol whose code they begin with and, in the upper bits, that code's
    /// length. Zero where the code is longer.
    private var table = [UInt16](repeating: 0, count: 512)

    static let fixedLiterals = HuffmanCode(
        complete: (0..<288).map { $0 < 144 || $0 >= 280 ? 8 : $0 < 256 ? 9 : 7 })
    static let fixedDistances = HuffmanCode(complete: [UInt8](repeating: 5, count: 32))

    /// Creates a code from the length of each symbol's code, which is 0 for a symbol without a code.
    init(lengths: ArraySlice<UInt8>) throws(Inflater.Malformed) {
        self.init(complete: Array(lengths))
        var left = 1
        for count in counts.dropFirst() {
            left = left * 2 - count
            guard left >= 0 else {
                throw Inflater.Malformed(found: "more codes than their lengths allow", expected: "a prefix code")
            }
        }
    }

    private init(complete lengths: [UInt8]) {
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        // The first code, and the index of its symbol, for each length.
        var codes = [0, 0]
        var indexes = [0, 0]
        for length in 1...15 {
            codes.append((codes[length] + counts[length]) << 1)
            indexes.append(indexes[length] + counts[length])
        }
        symbols = [UInt16](repeating: 0, count: indexes[16])
        for (symbol, length) in lengths.enumerated().map({ ($0.offset, Int($0.element)) }) where length > 0 {
            symbols[indexes[length]] = UInt16(symbol)
            indexes[length] += 1
            let code = codes[length]
            codes[length] += 1
            guard length <= 9, code < 1 << length else { continue }
            // Codes arrive with their highest bit first.
            var reversed = (0..<length).reduce(0) { $0 << 1 | code >> $1 & 1 }
            while reversed < table.count {
                table[reversed] = UInt16(length << 9 | symbol)
                reversed += 1 << length
            }
        }
    }

    /// Reads one code from `reader`; nil if it is incomplete.
    func decode(_ reader: inout BitReader) throws(Inflater.Malformed) -> Int? {
        if reader.position.bitCount < 15 { reader.fill() }
        let (bits, bitCount) = (reader.position.bits, reader.position.bitCount)
        let entry = Int(table[Int(bits & 511)])
        if entry != 0, entry >> 9 <= bitCount {
            reader.drop(entry >> 9)
            return entry & 511
        }
        var (code, first, index) = (0, 0, 0)
        for length in 1...15 {
            guard length <= bitCount else { return nil }
            code |= Int(bits >> UInt64(length - 1) & 1)
            let count = counts[length]
            if code - first < count {
                reader.drop(length)
                return Int(symbols[index + code - first])
            }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        throw Inflater.Malformed(found: "bits that are no code of the block", expected: "one of its codes")
    }
}

#endif
