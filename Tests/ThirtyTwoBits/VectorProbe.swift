/// Decodes every vector in every way and writes one line of JSON for each. The same program runs on 32 and on 64 bits;
/// `run.py` compares the lines with each other and with the results in the vectors.
enum VectorProbe {
    static func run() {
        var input = PackReader(bytes: Host.readAll())
        let longestForEverySplit = Int(input.number())
        let passesLongBodies = input.number() == 1
        for _ in 0..<input.number() {
            let format = input.number()
            let name = input.bytes()
            let parameters = input.bytes()
            let bytes = input.bytes()
            // If decoding traps, this line names the vector.
            Host.write(JSONLine("begin", name))
            let splits = Splits(of: bytes.count, longestForEverySplit: longestForEverySplit)
            switch format {
            case 0: EventStreamProbe.run(name, bytes, splits)
            case 1: ChunkedProbe.run(name, bytes, splits)
            default: AWSChunkedProbe.run(name, bytes, splits, PackReader(bytes: parameters))
            }
        }
        LargeNumbersProbe.run(passesLongBodies: passesLongBodies)
    }
}

#if arch(wasm32)
@_expose(wasm, "_start")
@_cdecl("_start")
func start() { VectorProbe.run() }
#else
@main struct Main {
    static func main() { VectorProbe.run() }
}
#endif

/// Reads the input from `run.py`: little-endian numbers of 32 bits, and byte strings after their length.
struct PackReader {
    private let input: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        input = bytes
    }

    mutating func number() -> UInt32 {
        let bytes = input[position..<(position + 4)]
        position += 4
        return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func bytes() -> [UInt8] {
        let count = Int(number())
        position += count
        return Array(input[(position - count)..<position])
    }

    /// Reads a byte string that may be absent: the number 0 or 1, then the bytes.
    mutating func optionalBytes() -> [UInt8]? {
        number() == 1 ? bytes() : nil
    }
}

/// The ways to split an input: in one piece, in pieces of one size, and in two at a position.
struct Splits: Sequence {
    private var ways: [[Range<Int>]] = []

    init(of count: Int, longestForEverySplit: Int) {
        for size in [1, 2, 7, 64, 1_000] where size <= 7 || count > size {
            ways.append(stride(from: 0, to: count, by: size).map { $0..<Swift.min($0 + size, count) })
        }
        // A long input is split only near its ends and at some positions between them.
        let isShort = count <= longestForEverySplit
        let ends = longestForEverySplit / 16
        for cut in 0..<Swift.max(count, 0)
        where isShort || cut < ends || cut >= count - ends || cut % (count / 16 + 1) == 0 {
            ways.append([0..<cut, cut..<count])
        }
    }

    func makeIterator() -> IndexingIterator<[[Range<Int>]]> { ways.makeIterator() }
}

/// One line of output, a JSON object. Byte strings are written in hexadecimal, texts unchanged.
struct JSONLine {
    private(set) var bytes: [UInt8] = [0x7b]

    init(_ name: StaticString, _ text: [UInt8]) {
        add(name, text: text)
    }

    mutating func add(_ name: StaticString, text: [UInt8]) {
        begin(name)
        quote(text)
    }

    mutating func add(_ name: StaticString, bytes: [UInt8]) {
        begin(name)
        quote(hexadecimal(bytes))
    }

    mutating func add(_ name: StaticString, number: UInt64) {
        begin(name)
        self.bytes += Array(number.description.utf8)
    }

    /// Adds a value that is already JSON.
    mutating func add(_ name: StaticString, json: [UInt8]) {
        begin(name)
        self.bytes += json
    }

    var line: [UInt8] { bytes + [0x7d, 0x0a] }

    private mutating func begin(_ name: StaticString) {
        if bytes.count > 1 { bytes.append(0x2c) }
        name.withUTF8Buffer { name in unsafe quote(Array(name)) }
        bytes.append(0x3a)
    }

    private mutating func quote(_ text: [UInt8]) {
        bytes.append(0x22)
        bytes += text
        bytes.append(0x22)
    }
}

func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits: [UInt8] = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 0xf)])
    }
    return text
}

extension Array where Element == UInt8 {
    /// Calls `body` with the bytes of one piece.
    func withPiece<R, E: Error>(_ range: Range<Int>, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try withBytes { bytes throws(E) in try body(bytes.extracting(range)) }
    }
}
