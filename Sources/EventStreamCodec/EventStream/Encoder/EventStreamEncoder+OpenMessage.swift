/// Messages whose payload is sent separately: for vectored writes, and for payloads that arrive in pieces.
extension EventStreamEncoder {
    /// A message whose prelude and headers have been written, and whose payload is being sent in pieces.
    ///
    /// ```swift
    /// var message = try encoder.begin(headers: headers, payloadLength: length, to: &bytes)
    /// while let piece = source.next() {
    ///     try message.update(piece)
    ///     bytes += piece
    /// }
    /// try message.finish(to: &bytes)
    /// ```
    public struct OpenMessage: Sendable {
        private var crc: RunningCRC
        private let payloadStart: Int
        private let payloadLength: Int
        private var written = 0

        fileprivate init(crc: RunningCRC, payloadStart: Int, payloadLength: Int) {
            self.crc = crc
            self.payloadStart = payloadStart
            self.payloadLength = payloadLength
        }

        /// The number of bytes of the payload that are still to come.
        public var remainingLength: Int { payloadLength &- written }

        /// Records the payload's next bytes, which the caller sends.
        ///
        /// - Parameter payload: The next bytes. Linear in their number.
        /// - Throws: ``EventStreamError/Code/payloadLengthMismatch`` if they exceed the announced length. They are then not
        ///   recorded.
        public mutating func update(
            _ payload: borrowing some RawBytes & ~Copyable & ~Escapable
        ) throws(EventStreamError) {
            let payload = payload.rawSpan
            try requireRemaining(payload.byteCount)
            crc.update(next: payload)
            written &+= payload.byteCount
        }

        /// Records payload bytes that the caller sends, and whose checksum is known, without reading them.
        ///
        /// - Parameters:
        ///   - checksum: The CRC-32 of these bytes.
        ///   - length: The number of these bytes. A programming error if it is negative.
        /// - Throws: ``EventStreamError/Code/payloadLengthMismatch`` if they exceed the announced length. They are then not
        ///   recorded.
        /// - Complexity: O(log *n*), where *n* is `length`.
        public mutating func update(checksum: UInt32, length: Int) throws(EventStreamError) {
            try requireRemaining(length)
            var combined = CRC32(continuing: crc.value)
            combined.combine(checksum, length: length)
            crc.skip(length, to: combined.value)
            written &+= length
        }

        private func requireRemaining(_ length: Int) throws(EventStreamError) {
            guard length <= remainingLength else {
                throw EventStreamError(
                    .payloadLengthMismatch, at: UInt64(payloadStart &+ payloadLength),
                    found: UInt64(written) &+ UInt64(length), expected: UInt64(payloadLength))
            }
        }

        /// Returns the message CRC, which the caller sends after the payload: four bytes, the most significant first.
        ///
        /// - Returns: The message CRC.
        /// - Throws: ``EventStreamError/Code/payloadLengthMismatch`` if the payload is shorter than announced.
        public func finish() throws(EventStreamError) -> UInt32 {
            guard remainingLength == 0 else {
                throw EventStreamError(
                    .payloadLengthMismatch, at: UInt64(payloadStart &+ written), found: UInt64(written),
                    expected: UInt64(payloadLength))
            }
            return crc.value
        }

        /// Appends the message CRC to an array.
        ///
        /// - Parameter bytes: The array.
        /// - Throws: The errors of ``finish()``.
        public func finish(to bytes: inout [UInt8]) throws(EventStreamError) {
            let crc = try finish()
            bytes.append(count: EventStreamPrelude.messageCRCLength) { $0.append(bigEndian: crc) }
        }

        /// Appends the message CRC to an output span.
        ///
        /// - Parameter output: The output span, which needs room for four bytes.
        /// - Throws: The errors of ``finish()``, and ``EventStreamError/Code/bufferTooSmall``.
        public func finish(into output: inout OutputRawSpan) throws(EventStreamError) {
            let crc = try finish()
            guard output.freeCapacity >= EventStreamPrelude.messageCRCLength else {
                throw EventStreamError(
                    .bufferTooSmall, at: UInt64(payloadStart &+ payloadLength &+ output.freeCapacity),
                    found: UInt64(output.freeCapacity), expected: UInt64(EventStreamPrelude.messageCRCLength))
            }
            output.append(bigEndian: crc)
        }
    }

    /// Begins a message: appends its prelude and headers to an array.
    ///
    /// The payload follows, as long as announced, and then the message CRC from ``OpenMessage/finish(to:)``.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payloadLength: The length of its payload.
    ///   - bytes: The array.
    /// - Returns: The open message.
    /// - Throws: The errors of ``encodedLength(headers:payloadLength:)``, and those of the check of the header block.
    public func begin(
        headers: some EventStreamHeaderSource, payloadLength: Int, to bytes: inout [UInt8]
    ) throws(EventStreamError) -> OpenMessage {
        let lengths = try lengths(headers: headers, payloadLength: payloadLength)
        return try bytes.append(count: lengths.head) { output throws(EventStreamError) in
            try begin(headers, lengths, payloadLength, into: &output)
        }
    }

    /// Begins a message: appends its prelude and headers to an output span.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payloadLength: The length of its payload.
    ///   - output: The output span.
    /// - Returns: The open message.
    /// - Throws: The errors of ``begin(headers:payloadLength:to:)``, and ``EventStreamError/Code/bufferTooSmall``.
    public func begin(
        headers: some EventStreamHeaderSource, payloadLength: Int, into output: inout OutputRawSpan
    ) throws(EventStreamError) -> OpenMessage {
        let lengths = try lengths(headers: headers, payloadLength: payloadLength)
        try requireRoom(for: lengths.head, in: output)
        return try begin(headers, lengths, payloadLength, into: &output)
    }

    private func begin(
        _ headers: some EventStreamHeaderSource, _ lengths: MessageLengths, _ payloadLength: Int,
        into output: inout OutputRawSpan
    ) throws(EventStreamError) -> OpenMessage {
        let start = output.byteCount
        var crc = try encodeHead(headers, lengths, into: &output)
        crc.update(to: output.bytes.extracting(droppingFirst: start))
        return OpenMessage(crc: crc, payloadStart: lengths.head, payloadLength: payloadLength)
    }

    /// The bytes before and after a message's payload on the wire.
    public struct Parts: Sendable, Hashable {
        /// The prelude and the header block.
        public package(set) var head: [UInt8] = []

        /// The message CRC: the last four bytes.
        public package(set) var tail: [UInt8] = []

        /// Creates the pieces of no message.
        package init() {}
    }

    /// Returns the bytes before and after a message's payload, for a vectored write that does not copy the payload.
    ///
    /// - Parameters:
    ///   - headers: The message's headers.
    ///   - payload: Its payload, which is only read. Linear in its length.
    /// - Returns: The bytes before and after the payload.
    /// - Throws: The errors of ``begin(headers:payloadLength:to:)``.
    public func parts(
        headers: some EventStreamHeaderSource, payload: borrowing some RawBytes & ~Copyable & ~Escapable
    ) throws(EventStreamError) -> Parts {
        var parts = Parts()
        let payload = payload.rawSpan
        var message = try begin(headers: headers, payloadLength: payload.byteCount, to: &parts.head)
        try message.update(payload)
        try message.finish(to: &parts.tail)
        return parts
    }
}
