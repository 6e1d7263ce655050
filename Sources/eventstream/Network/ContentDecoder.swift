#if Network
import EventStreamCodec

/// Decodes the content coding of a response's body as it arrives (RFC 9110 §8.4.1): gzip, deflate, or none.
struct ContentDecoder {
    private let coding: Coding
    private var stage: Stage
    private var inflater = Inflater()
    private var checksum = Checksum.none

    /// The bytes of an incomplete header or trailer, or the two bytes that distinguish zlib's format from bare DEFLATE.
    private var pending: [UInt8] = []

    /// The number of bytes of the body before those that are being decoded.
    private var offset = 0

    /// Where the header that is being read begins.
    private var headerOffset = 0

    /// The codings that are decoded.
    enum Coding: String {
        case gzip, deflate, identity
    }

    private enum Stage {
        case header, data, trailer, end
    }

    private enum Checksum {
        case none
        case gzip(CRC32, length: UInt32)
        case zlib(low: UInt32, high: UInt32)
    }

    /// Why a body cannot be decoded.
    struct Failure: Error {
        /// The first byte of the encoded body that was not expected.
        var offset: Int
        var found: String
        var expected: String
        var isTruncated = false
    }

    /// The maximum length of a gzip member's header. Names and comments have no limit of their own.
    private static let headerLimit = 65_536

    /// Creates a decoder for the value of a `Content-Encoding` field, or returns nil if the coding is unknown.
    ///
    /// - Parameter contentEncoding: The field's value; nil or empty if the body is not encoded.
    init?(contentEncoding: String?) {
        switch (contentEncoding ?? "").lowercased() {
        case "gzip", "x-gzip": coding = .gzip
        case "deflate": coding = .deflate
        case "identity", "": coding = .identity
        default: return nil
        }
        stage = coding == .identity ? .end : .header
    }

    /// Decodes the next bytes of the body.
    ///
    /// - Parameters:
    ///   - bytes: The bytes, as received.
    ///   - body: Receives the decoded bytes, including those that precede an error.
    /// - Throws: ``Failure``; errors of `body`.
    mutating func decode(_ bytes: RawSpan, _ body: (RawSpan) throws -> Void) throws {
        guard coding != .identity else { return try body(bytes) }
        var input = [UInt8](bytes)
        while !input.isEmpty {
            let count = input.count
            switch stage {
            case .header: input = try readHeader(input)
            case .data: input = try inflate(input, body)
            case .trailer: input = try readTrailer(input)
            case .end:
                throw failure(found: "bytes after the compressed data", expected: "the end of the body")
            }
            offset += count - input.count
        }
    }

    /// Checks that the body did not end inside the compressed data.
    func finish() throws(Failure) {
        switch stage {
        case .end: return
        // A body may be empty, and a gzip member need not be followed by another.
        case .header where pending.isEmpty: return
        case .header, .data, .trailer:
            throw Failure(
                offset: offset, found: "the end of the body", expected: "the rest of the compressed data",
                isTruncated: true)
        }
    }

    private func failure(found: String, expected: String) -> Failure {
        Failure(offset: offset, found: found, expected: expected)
    }

    // MARK: Header

    /// Collects a header, and returns the bytes after it.
    private mutating func readHeader(_ input: [UInt8]) throws(Failure) -> [UInt8] {
        pending += input
        let length: Int?
        switch coding {
        case .gzip: length = try gzipHeaderLength()
        // RFC 9110 means zlib's format (RFC 1950). Some servers send bare DEFLATE, which has no header.
        default: length = pending.count < 2 ? nil : Self.isZlibHeader(pending) ? 2 : 0
        }
        guard let length else { return [] }
        let rest = Array(pending[length...])
        switch coding {
        case .gzip: checksum = .gzip(CRC32(), length: 0)
        default: checksum = length == 0 ? .none : .zlib(low: 1, high: 0)
        }
        pending = []
        inflater = Inflater()
        stage = .data
        return rest
    }

    /// The length of the gzip header (RFC 1952 §2.3) in `pending`; nil if it is incomplete.
    private func gzipHeaderLength() throws(Failure) -> Int? {
        for (found, expected) in zip(pending, [0x1f, 0x8b, 8] as [UInt8]) where found != expected {
            throw Failure(
                offset: headerOffset, found: "data that is not gzip", expected: "a header that begins 1f 8b 08")
        }
        guard pending.count <= Self.headerLimit else {
            throw Failure(
                offset: headerOffset, found: "a gzip header of more than \(Self.headerLimit) bytes",
                expected: "a shorter one")
        }
        guard pending.count >= 10 else { return nil }
        let flags = pending[3]
        guard flags & 0xe0 == 0 else {
            throw Failure(offset: headerOffset + 3, found: "reserved gzip flags", expected: "0")
        }
        var end = 10
        if flags & 4 != 0 {
            guard pending.count >= end + 2 else { return nil }
            end += 2 + Int(pending[end]) + Int(pending[end + 1]) << 8
        }
        for flag: UInt8 in [8, 16] where flags & flag != 0 {
            guard end <= pending.count, let zero = pending[end...].firstIndex(of: 0) else { return nil }
            end = zero + 1
        }
        if flags & 2 != 0 { end += 2 }
        return end <= pending.count ? end : nil
    }

    private static func isZlibHeader(_ bytes: [UInt8]) -> Bool {
        let (method, flags) = (Int(bytes[0]), Int(bytes[1]))
        return method & 0x0f == 8 && method >> 4 <= 7 && (method << 8 + flags) % 31 == 0 && flags & 0x20 == 0
    }

    // MARK: Data and trailer

    private mutating func inflate(_ input: [UInt8], _ body: (RawSpan) throws -> Void) throws -> [UInt8] {
        var checksum = checksum
        defer { self.checksum = checksum }
        do {
            let rest = try inflater.inflate(input) { piece in
                Self.update(&checksum, with: piece)
                try unsafe body(piece.span.bytes)
            }
            guard inflater.isComplete else { return [] }
            if case .none = checksum { stage = .end } else { stage = .trailer }
            return rest
        } catch let error as Inflater.Malformed {
            throw Failure(
                offset: offset + input.count - inflater.pendingByteCount, found: error.found, expected: error.expected)
        }
    }

    private static func update(_ checksum: inout Checksum, with piece: ArraySlice<UInt8>) {
        switch checksum {
        case .none: break
        case .gzip(var crc, let length):
            crc.update(piece.span)
            checksum = .gzip(crc, length: length &+ UInt32(truncatingIfNeeded: piece.count))
        case .zlib(var low, var high):
            // RFC 1950 §8.2; the sums of 3,800 bytes fit in 32 bits.
            var rest = piece
            while !rest.isEmpty {
                for byte in rest.prefix(3_800) {
                    low += UInt32(byte)
                    high += low
                }
                (low, high) = (low % 65_521, high % 65_521)
                rest = rest.dropFirst(3_800)
            }
            checksum = .zlib(low: low, high: high)
        }
    }

    /// Collects and validates a trailer, and returns the bytes after it.
    private mutating func readTrailer(_ input: [UInt8]) throws(Failure) -> [UInt8] {
        let expected: [UInt8]
        switch checksum {
        case .none: expected = []
        case .gzip(let crc, let length): expected = Self.littleEndian(crc.value) + Self.littleEndian(length)
        case .zlib(let low, let high): expected = Self.littleEndian(high << 16 | low).reversed()
        }
        let taken = input.prefix(expected.count - pending.count)
        pending += taken
        guard pending.count == expected.count else { return [] }
        guard pending == expected else {
            throw failure(
                found: "a checksum or length that differs from the decompressed data's", expected: "equal ones")
        }
        pending = []
        // Members may follow each other (RFC 1952 §2.2).
        stage = coding == .gzip ? .header : .end
        headerOffset = offset + taken.count
        return Array(input.dropFirst(taken.count))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

#endif
