/// Size lines that are written before the size is known.
extension ChunkedEncoder {
    /// A size line that was written before its size was known.
    public struct Reservation: Sendable, Hashable {
        /// The range of the digits in the output.
        public let digits: Range<Int>

        /// The range of all bytes that were written: the CRLF of the previous chunk, if there was one, and the size line.
        /// A caller that cancels the reservation removes these bytes.
        public let range: Range<Int>

        /// Whether the CRLF of the previous chunk is in the range.
        let includesLineEnd: Bool
    }

    /// Appends a size line of fixed width, which is filled in when the size of the data after it is known.
    ///
    /// - Parameters:
    ///   - digits: The number of hexadecimal digits. A programming error if it is not in 1...16.
    ///   - output: Has space for the digits and 4 more bytes.
    /// - Returns: The position of the line in `output`, for ``fill(_:size:in:)``, or for ``cancel(_:)`` if there is no data.
    /// - Throws: ``ChunkedError/Code/bufferTooSmall``, ``ChunkedError/Code/bodyFinished``.
    public mutating func reserveChunk(
        digits: Int = 8, into output: inout OutputRawSpan
    ) throws(ChunkedError) -> Reservation {
        try requireOpenBody()
        precondition((1...16).contains(digits), "a size has 1 to 16 digits")
        try output.requireSpace(for: digits &+ (owesLineEnd ? 4 : 2))
        let includesLineEnd = owesLineEnd
        let start = output.byteCount
        appendLineEnd(to: &output)
        let digitsStart = output.byteCount
        output.append(hexadecimal: 0, digitCount: digits)
        output.append(lineEnd: ())
        owesLineEnd = true
        return Reservation(
            digits: digitsStart..<(digitsStart &+ digits), range: start..<output.byteCount,
            includesLineEnd: includesLineEnd)
    }

    /// Cancels a reservation that has no data. The caller removes its bytes from the output.
    ///
    /// - Parameter reservation: The last bytes that were written.
    public mutating func cancel(_ reservation: Reservation) {
        owesLineEnd = reservation.includesLineEnd
    }

    /// Fills in the size of a chunk whose size line was reserved.
    ///
    /// - Parameters:
    ///   - reservation: The result of ``reserveChunk(digits:into:)``.
    ///   - size: The number of bytes of data. It cannot be 0, which would end the body; see ``cancel(_:)``.
    ///   - bytes: The output from its first byte.
    /// - Throws: ``ChunkedError/Code/chunkSizeInvalid`` for 0, ``ChunkedError/Code/chunkSizeTooLarge`` if there are too few
    ///   digits, ``ChunkedError/Code/bufferTooSmall`` if the digits are not in `bytes`.
    public static func fill(
        _ reservation: Reservation, size: UInt64, in bytes: inout MutableRawSpan
    ) throws(ChunkedError) {
        let digits = reservation.digits
        guard digits.upperBound <= bytes.byteCount else {
            throw .bufferTooSmall(space: bytes.byteCount, needed: digits.upperBound)
        }
        let offset = UInt64(digits.lowerBound)
        guard size > 0 else {
            throw ChunkedError(.chunkSizeInvalid, at: offset, found: UInt64(UInt8(ascii: "0")))
        }
        // INVARIANT: 1 to 16 digits, so the shift is by 0 to 60 bits.
        let maximum = Swift.min(UInt64.max &>> UInt64(64 &- 4 &* digits.count), UInt64(Int64.max))
        try requireSize(size, atMost: maximum, at: offset)
        for (position, offset) in digits.reversed().enumerated() {
            // The digits before the size's own are zeros.
            bytes.storeBytes(
                of: Hexadecimal.digit(size >> UInt64(4 * position)), toByteOffset: offset, as: UInt8.self)
        }
    }
}
