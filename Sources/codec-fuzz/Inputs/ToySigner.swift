import EventStreamCodec

/// Signs chunks with a chain of checksums instead of cryptography: as many digits, and as dependent on all bytes before.
struct ToySigner: AWSChunkSigner, AWSChunkVerifier, Sendable {
    static let signatureLength = 64

    private var state: UInt64 = 1

    mutating func update(_ data: RawSpan) {
        let bytes = [UInt8](data)
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    mutating func signChunk() -> String {
        state = (state ^ 0x5c) &* 0x100_0000_01b3
        return digits
    }

    mutating func signTrailers(_ canonical: RawSpan) -> String {
        update(canonical)
        return signChunk()
    }

    private var digits: String {
        let text = String(state, radix: 16)
        let word = String(repeating: "0", count: 16 - text.count) + text
        return word + word + word + word
    }
}
