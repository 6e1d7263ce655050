import TestSupport

/// Generates the headers of requests with an aws-chunked body, and the body: lines `name:value` that end with LF, an empty
/// line, the body.
enum AWSRequestInput {
    static let tokens: [[UInt8]] =
        AWSChunkedInput.tokens
        + (names.map { "\($0):" } + values + ["\n", ",", "aws-chunked,", "gzip", "\n\n", ": "]).map { Array($0.utf8) }

    private static let names = [
        "content-encoding", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-trailer",
        "x-amz-checksum-crc32", "X-Amz-Checksum-SHA256", "Content-Encoding", "host",
    ]

    private static let values = [
        "aws-chunked", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "STREAMING-",
        "UNSIGNED-PAYLOAD", "0", "5", "18446744073709551616", "x-amz-checksum-crc32", "x-amz-checksum-xxhash3,x-a",
        "AAAAAA==",
    ]

    /// Appends headers, and a body that often fits them.
    static func append(to bytes: inout [UInt8], _ random: inout SeededGenerator) {
        var data: [UInt8] = []
        random.append(random.length(upTo: 60), to: &data)
        let isChecked = random.oneIn(2)
        var headers = ["x-amz-decoded-content-length:\(random.oneIn(8) ? data.count + 1 : data.count)"]
        if isChecked { headers.append("x-amz-trailer:x-amz-checksum-crc32") }
        if random.oneIn(2) { headers.append("content-encoding:aws-chunked") }
        for _ in 0..<random.below(3) { headers.append("\(random.pick(names)):\(random.pick(values))") }
        for header in headers { bytes += Array("\(header)\n".utf8) }
        bytes.append(0x0a)
        if !data.isEmpty { bytes += Array("\(String(data.count, radix: 16))\r\n".utf8) + data + [0x0d, 0x0a] }
        bytes += Array("0\r\n".utf8)
        if isChecked {
            let crc = ReferenceChecksum.base64(ofCRC32: data)
            bytes += Array("x-amz-checksum-crc32\(random.oneIn(4) ? " " : ""):\(crc)".utf8)
            bytes += Array((random.oneIn(4) ? "\n\r\n" : "\r\n").utf8)
        }
        if !random.oneIn(4) { bytes += [0x0d, 0x0a] }
    }

    /// Returns the headers of an input, and its body.
    static func parts(of input: [UInt8]) -> (headers: [(name: String, value: String)], body: [UInt8]) {
        var headers: [(name: String, value: String)] = []
        var rest = input[...]
        while let lineEnd = rest.firstIndex(of: 0x0a), lineEnd > rest.startIndex {
            let line = rest[..<lineEnd]
            let colon = line.firstIndex(of: 0x3a) ?? line.endIndex
            headers.append(
                (
                    name: String(decoding: line[..<colon], as: UTF8.self),
                    value: String(decoding: line[colon...].dropFirst(), as: UTF8.self)
                ))
            rest = rest[(lineEnd + 1)...]
        }
        return (headers, Array(rest.dropFirst()))
    }
}

/// A checksum computed bit by bit, without the library's tables.
enum ReferenceChecksum {
    /// Returns the base64 of the CRC-32 of some bytes.
    static func base64(ofCRC32 bytes: [UInt8]) -> String {
        var register = UInt32.max
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xedb8_8320 : 0) }
        }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let bits = UInt64(~register) << 4
        let digits = stride(from: 30, through: 0, by: -6).map { alphabet[Int(bits >> UInt64($0) & 0x3f)] }
        return String(decoding: digits, as: UTF8.self) + "=="
    }
}
