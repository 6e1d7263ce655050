extension EventStreamSegmentDecoder {
    /// A cursor over the segments in an input, valid until the body that it was lent to returns.
    public struct Segments: ~Copyable, ~Escapable {
        /// The bytes to read; no field straddles its parts.
        private(set) var input: CarriedInput

        /// How far the stream has been read.
        private(set) var progress: EventStreamSegmentDecoder.Progress

        private let limits: EventStreamLimits
        private let policy: EventStreamPolicy

        @_lifetime(copy input)
        init(
            _ input: CarriedInput, progress: EventStreamSegmentDecoder.Progress, limits: EventStreamLimits,
            policy: EventStreamPolicy
        ) {
            self.input = input
            self.progress = progress
            self.limits = limits
            self.policy = policy
        }

        /// The number of bytes of the stream that have been read.
        public var offset: UInt64 { progress.offset }

        /// The next segment, or nil when more bytes are needed.
        ///
        /// - Throws: What is wrong with the stream; from then on always the same.
        @_lifetime(copy self)
        public mutating func next() throws(EventStreamError) -> EventStreamSegment? {
            if let failure = progress.failure { throw failure }
            do throws(EventStreamError) {
                return try read()
            } catch {
                progress.failure = error
                throw error
            }
        }

        @_lifetime(copy self)
        private mutating func read() throws(EventStreamError) -> EventStreamSegment? {
            if progress.message == nil {
                let rest = input.rest
                guard let prelude = try EventStreamPrelude.parse(rest, at: offset, limits: limits) else { return nil }
                progress.begin(prelude, rest.extracting(0..<EventStreamPrelude.byteCount))
                input.advance(by: EventStreamPrelude.byteCount)
            }
            guard let message = progress.message else { return nil }
            switch message.field {
            case .headers: return try readHeaders(message.prelude)
            case .payload(let left) where left > 0: return readPayload(atMost: left)
            case .payload: return try readMessageCRC(expecting: message.crc.value)
            }
        }

        @_lifetime(copy self)
        private mutating func readHeaders(
            _ prelude: EventStreamPrelude
        ) throws(EventStreamError) -> EventStreamSegment? {
            // A field of no bytes is whole wherever the cursor stands.
            let rest = input.rest
            guard rest.byteCount >= prelude.headersLength else { return nil }
            let headers = EventStreamHeadersView(
                unchecked: rest.extracting(0..<prelude.headersLength), offset: offset)
            try headers.check(limits: limits, policy: policy)
            input.advance(by: prelude.headersLength)
            progress.advance(over: headers.encoded, to: .payload(left: prelude.payloadLength))
            return .begin(headers: headers, prelude: prelude)
        }

        @_lifetime(copy self)
        private mutating func readPayload(atMost left: Int) -> EventStreamSegment? {
            let rest = input.rest
            guard !rest.isEmpty else { return nil }
            let bytes = rest.extracting(first: left)
            input.advance(by: bytes.byteCount)
            progress.advance(over: bytes, to: .payload(left: left &- bytes.byteCount))
            return .payload(bytes)
        }

        @_lifetime(copy self)
        private mutating func readMessageCRC(
            expecting expected: UInt32
        ) throws(EventStreamError) -> EventStreamSegment? {
            let rest = input.rest
            guard rest.byteCount >= EventStreamPrelude.messageCRCByteCount else { return nil }
            let found = rest.bigEndian(UInt32.self, at: 0)
            guard found == expected else {
                throw EventStreamError(
                    .messageCRCMismatch, at: offset, found: UInt64(found), expected: UInt64(expected))
            }
            input.advance(by: EventStreamPrelude.messageCRCByteCount)
            progress.end()
            return .end(messageCRC: found)
        }
    }

    /// How far a stream has been read: what the decoder knows when no body is running.
    struct Progress: Sendable {
        /// The number of bytes read of the stream, and of them those of the message at the front.
        private(set) var offset: UInt64 = 0
        private(set) var messageBytesRead = 0

        /// The message whose prelude has been read and whose end has not.
        var message: Message?

        /// The error that ended the stream.
        var failure: EventStreamError?

        struct Message: Sendable {
            let prelude: EventStreamPrelude
            var crc: RunningCRC
            var field: Field
        }

        /// The field that comes next; the message CRC, when nothing is left of the payload.
        enum Field: Sendable {
            case headers
            case payload(left: Int)
        }

        /// How many bytes of the next field must be there before it can be read.
        var fieldLength: Int {
            guard let message else { return EventStreamPrelude.byteCount }
            return switch message.field {
            case .headers: message.prelude.headersLength
            case .payload(let left) where left > 0: 1
            case .payload: EventStreamPrelude.messageCRCByteCount
            }
        }

        /// The prelude has been read; `bytes` are its twelve.
        mutating func begin(_ prelude: EventStreamPrelude, _ bytes: RawSpan) {
            var crc = RunningCRC(after: prelude)
            crc.update(to: bytes)
            message = Message(prelude: prelude, crc: crc, field: .headers)
            move(by: bytes.byteCount)
        }

        /// A field, or a piece of one, has been read.
        mutating func advance(over bytes: RawSpan, to field: Field) {
            message?.crc.update(next: bytes)
            message?.field = field
            move(by: bytes.byteCount)
        }

        /// The message CRC has been read.
        mutating func end() {
            move(by: EventStreamPrelude.messageCRCByteCount)
            message = nil
            messageBytesRead = 0
        }

        private mutating func move(by count: Int) {
            offset &+= UInt64(count)
            messageBytesRead &+= count
        }
    }
}
