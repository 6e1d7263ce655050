/// Finding messages in bytes that do not begin with one: the middle of a stream, a stream after damaged bytes, a log.
extension EventStreamPrelude {
    /// Returns the position of the first valid prelude in `bytes`.
    ///
    /// A prelude is valid if its CRC matches, its lengths are possible, and they are within limits. In bytes that are not an
    /// event stream, one position in 2³² looks like a prelude, or fewer with limits. A message may contain another one in its
    /// payload, as signed messages do, so search in bytes that are not known to be valid messages.
    ///
    /// ```swift
    /// if let start = EventStreamPrelude.firstOffset(in: captured) {
    ///     try decoder.decode(captured.dropFirst(start)) { message in … }
    /// }
    /// ```
    ///
    /// Time is linear in the number of bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to search. If they are a piece of a stream and the result is nil, search the last eleven of them
    ///     again together with the next piece.
    ///   - start: The first position to look at.
    ///   - limits: The lengths to accept.
    /// - Returns: The position, of which `bytes` holds at least twelve bytes, or nil.
    public static func firstOffset(
        in bytes: borrowing some RawBytes & ~Copyable & ~Escapable, from start: Int = 0,
        limits: EventStreamLimits = .decoding
    ) -> Int? {
        firstOffset(inSpan: bytes.rawSpan, from: start, limits: limits)
    }

    private static func firstOffset(inSpan bytes: RawSpan, from start: Int, limits: EventStreamLimits) -> Int? {
        let end = bytes.byteCount &- length
        var position = Swift.max(start, 0)
        while position <= end {
            // Most positions are ruled out by their lengths, which costs less than a CRC.
            let total = bytes.bigEndian(UInt32.self, at: position)
            let headers = bytes.bigEndian(UInt32.self, at: position &+ 4)
            if total >= UInt32(minimumTotalLength), headers <= total &- UInt32(minimumTotalLength),
                UInt64(headers) <= UInt64(clamping: limits.headersLength),
                isValid(bytes.extracting(position..<(position &+ length)), limits)
            {
                return position
            }
            position &+= 1
        }
        return nil
    }

    private static func isValid(_ bytes: RawSpan, _ limits: EventStreamLimits) -> Bool {
        do throws(EventStreamError) {
            return try parse(bytes, limits: limits) != nil
        } catch {
            return false
        }
    }
}
