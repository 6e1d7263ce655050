extension EventStreamDecoder {
    /// A cursor over the messages that an input completes, valid until the body that it was lent to returns.
    public struct Messages: ~Copyable, ~Escapable {
        /// The bytes to read; no message straddles its parts.
        private(set) var input: CarriedInput

        /// How far the stream has been read.
        private(set) var progress: EventStreamDecoder.Progress

        private let limits: EventStreamLimits
        private let policy: EventStreamPolicy

        @_lifetime(copy input)
        init(
            _ input: CarriedInput, progress: EventStreamDecoder.Progress, limits: EventStreamLimits,
            policy: EventStreamPolicy
        ) {
            self.input = input
            self.progress = progress
            self.limits = limits
            self.policy = policy
        }

        /// Where the next message begins, in bytes from the start of the stream.
        public var offset: UInt64 { progress.offset }

        /// The next message that is whole, or nil when more bytes are needed.
        ///
        /// - Throws: What is wrong with the stream; from then on always the same.
        @_lifetime(copy self)
        @inline(__always)
        public mutating func next() throws(EventStreamError) -> EventStreamMessageView? {
            if let failure = progress.failure { throw failure }
            do throws(EventStreamError) {
                return try read()
            } catch {
                progress.failure = error
                throw error
            }
        }

        @_lifetime(copy self)
        @inline(__always)
        private mutating func read() throws(EventStreamError) -> EventStreamMessageView? {
            let rest = input.rest
            let message: PendingMessage
            if let pending = progress.pending {
                message = pending
            } else {
                guard let prelude = try EventStreamPrelude.parse(rest, at: progress.offset, limits: limits) else {
                    return nil
                }
                message = PendingMessage(prelude)
            }
            let length = message.prelude.totalLength
            guard rest.byteCount >= length else {
                progress.pending = message
                return nil
            }
            let view = EventStreamMessageView(
                unchecked: rest.extracting(0..<length), prelude: message.prelude, offset: progress.offset)
            try view.check(message.crc, limits: limits, policy: policy)
            input.advance(by: length)
            progress.advance(by: length)
            return view
        }
    }

    /// How far a stream has been read: what the decoder knows when no body is running.
    struct Progress: Sendable {
        /// Where the next message begins in the stream.
        private(set) var offset: UInt64 = 0

        /// The message at the front of what is unread, once its prelude has been read.
        var pending: PendingMessage?

        /// The error that ended the stream.
        var failure: EventStreamError?

        /// A message of `length` bytes has been read.
        mutating func advance(by length: Int) {
            offset &+= UInt64(length)
            pending = nil
        }
    }
}
