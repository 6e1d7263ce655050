/// The state of an event stream between two bytes, and the step to the next message or field.
///
/// A pure state machine: it reads bytes and keeps none. ``EventStreamFrame``, ``EventStreamDecoder``,
/// ``EventStreamSegmentDecoder`` and the decoders of `ByteBuffer`s are thin layers around it, which differ in what they borrow,
/// gather or slice.
package struct EventStreamMachine: Sendable {
    /// The number of bytes of the stream that have been read.
    package private(set) var offset: UInt64

    /// The message whose prelude has been parsed and whose end has not been read.
    private var message: Message?

    /// The error that ended the stream. Every further step throws it again.
    private(set) var failure: EventStreamError?

    /// What one step reads. Its bytes must be contiguous.
    private let unit: Unit
    let limits: EventStreamLimits
    let policy: EventStreamPolicy

    package enum Unit: Sendable {
        /// A whole message, whose CRC and headers are checked before it is returned.
        case message
        /// A prelude, a header block, some of a payload, or a message CRC.
        case field
    }

    private struct Message: Sendable {
        let prelude: EventStreamPrelude

        /// The checksum so far. For a short message that is being gathered, it covers only the prelude.
        var crc: RunningCRC

        /// The field that comes next.
        var field = Field.headers
    }

    private enum Field {
        case headers
        /// The payload and the bytes left of it; with none left, the message CRC.
        case payload(left: Int)
    }

    package init(_ unit: Unit, at offset: UInt64 = 0, limits: EventStreamLimits, policy: EventStreamPolicy) {
        self.unit = unit
        self.offset = offset
        self.limits = limits
        self.policy = policy
    }

    /// The number of bytes that the next step needs, as far as that is known: 12 before a prelude has been parsed.
    package var neededLength: Int {
        guard let message else { return EventStreamPrelude.length }
        if unit == .message { return message.prelude.totalLength }
        return switch message.field {
        case .headers: message.prelude.headersLength
        case .payload(let left): left > 0 ? 1 : EventStreamPrelude.messageCRCLength
        }
    }

    /// Whether one step reads a message, and not a field of one.
    var readsWholeMessages: Bool { unit == .message }

    /// Goes back to the start of a stream.
    package mutating func reset() {
        self = EventStreamMachine(unit, limits: limits, policy: policy)
    }

    /// Ends the stream.
    ///
    /// - Parameter unreadLength: The number of bytes that have arrived after ``offset``.
    package mutating func finish(unreadLength: Int) throws(EventStreamError) {
        if let failure { throw failure }
        let readLength = unit == .message ? 0 : message?.crc.count ?? 0
        let arrived = readLength &+ unreadLength
        guard arrived > 0 else { return }
        try fail(
            unreadLength > 0 && unreadLength >= neededLength
                ? EventStreamError(.unreadMessages, at: offset, found: UInt64(unreadLength))
                : EventStreamError(
                    .unexpectedEnd, at: offset &+ UInt64(unreadLength), found: UInt64(arrived),
                    expected: UInt64(message?.prelude.totalLength ?? EventStreamPrelude.length)))
    }

    private mutating func fail(_ error: EventStreamError) throws(EventStreamError) -> Never {
        failure = error
        throw error
    }
}

// MARK: Whole messages

extension EventStreamMachine {
    /// Reads the message at the start of `bytes`.
    ///
    /// - Returns: A view of the message, or nil if `bytes` does not hold all of it.
    @_lifetime(copy bytes)
    @inline(never)
    package mutating func readMessage(
        _ bytes: RawSpan, _ known: inout KnownHeaderBlocks
    ) throws(EventStreamError) -> EventStreamMessageView? {
        try readNextMessage(bytes, &known)
    }

    /// ``readMessage(_:_:)`` for the loop over the messages of an input, the only place where its code is repeated.
    @_lifetime(copy bytes)
    @inline(__always)
    mutating func readNextMessage(
        _ bytes: RawSpan, _ known: inout KnownHeaderBlocks
    ) throws(EventStreamError) -> EventStreamMessageView? {
        if let failure { throw failure }
        do throws(EventStreamError) {
            return try readWholeMessage(bytes, &known)
        } catch {
            failure = error
            throw error
        }
    }

    // A message that is in one piece is checked in one pass, which costs less than reading it field by field.
    @_lifetime(copy bytes)
    @inline(__always)
    private mutating func readWholeMessage(
        _ bytes: RawSpan, _ known: inout KnownHeaderBlocks
    ) throws(EventStreamError) -> EventStreamMessageView? {
        var message: Message
        if let open = self.message {
            message = open
        } else {
            guard let prelude = try EventStreamPrelude(parsing: bytes, at: offset, limits: limits) else { return nil }
            message = Message(prelude: prelude, crc: RunningCRC(after: prelude))
        }
        let length = message.prelude.totalLength
        guard bytes.byteCount >= length else {
            self.message = message
            return nil
        }
        // INVARIANT: the headers fit into the total length, and all bytes of the message have arrived.
        let view = EventStreamMessageView(
            unchecked: unsafe bytes.part(unchecked: 0, count: length), prelude: message.prelude, offset: offset)
        let block = unsafe view.frame.part(
            unchecked: EventStreamPrelude.length, count: message.prelude.headersLength)
        let remainder = known.remainder(of: block)
        if let remainder { message.crc.update(headersOf: message.prelude, remainder: remainder) }
        message.crc.update(to: view.frame)
        try checkMessageCRC(
            view.messageCRC, expecting: message.crc.value, at: offset &+ UInt64(message.prelude.messageCRCOffset))
        if remainder == nil {
            try view.headers.check(limits: limits, policy: policy)
            known.noteAccepted(block)
        }
        offset &+= UInt64(length)
        self.message = nil
        return view
    }

    /// Parses the prelude of a message that is being gathered, so that ``neededLength`` is the message's length.
    ///
    /// - Returns: Whether the message's length is known. An error is kept, and the next step throws it.
    mutating func readLength(_ gathered: RawSpan) -> Bool {
        guard unit == .message, message == nil else { return true }
        do throws(EventStreamError) {
            guard let prelude = try EventStreamPrelude(parsing: gathered, at: offset, limits: limits) else {
                return false
            }
            message = Message(prelude: prelude, crc: RunningCRC(after: prelude))
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// A message up to this length is checksummed in one go when it is complete. It is then still in a near cache.
    private static let shortLength = 131_072

    /// For a longer message, the fewest bytes to checksum at a time. Each time has a fixed cost at its end.
    private static let leastChecksummedLength = 16_384

    /// Continues the checksum of a long message, before `next` is copied behind its `gathered` bytes.
    ///
    /// The copy is then faster, because the checksum has brought `next` into the nearest cache.
    mutating func checksum(_ gathered: RawSpan, then next: RawSpan) {
        guard unit == .message, var message, message.prelude.totalLength > Self.shortLength,
            gathered.byteCount &- message.crc.count &+ next.byteCount >= Self.leastChecksummedLength
        else { return }
        message.crc.update(to: gathered, then: next)
        self.message = message
    }

    @inline(__always)
    private func checkMessageCRC(
        _ found: UInt32, expecting expected: UInt32, at offset: UInt64
    ) throws(EventStreamError) {
        guard found == expected else {
            throw EventStreamError(.messageCRCMismatch, at: offset, found: UInt64(found), expected: UInt64(expected))
        }
    }
}

// MARK: Fields

extension EventStreamMachine {
    /// A field of a message, or a part of its payload.
    package enum FieldStep: ~Escapable {
        case prelude
        case headers(EventStreamHeadersView, EventStreamPrelude)
        case payload(RawSpan)
        case messageCRC(UInt32)

        /// The number of bytes that the step has read.
        var length: Int {
            switch self {
            case .prelude: EventStreamPrelude.length
            case .headers(let headers, _): headers.encoded.byteCount
            case .payload(let bytes): bytes.byteCount
            case .messageCRC: EventStreamPrelude.messageCRCLength
            }
        }
    }

    /// Reads the field at the start of `bytes`; of a payload, as much as there is.
    ///
    /// - Returns: The field, or nil if `bytes` does not hold all of it.
    @_lifetime(copy bytes)
    package mutating func readField(
        _ bytes: RawSpan, _ known: inout KnownHeaderBlocks
    ) throws(EventStreamError) -> FieldStep? {
        if let failure { throw failure }
        do throws(EventStreamError) {
            guard let step = try readNextField(bytes, &known) else { return nil }
            offset &+= UInt64(step.length)
            return step
        } catch {
            failure = error
            throw error
        }
    }

    @_lifetime(copy bytes)
    private mutating func readNextField(
        _ bytes: RawSpan, _ known: inout KnownHeaderBlocks
    ) throws(EventStreamError) -> FieldStep? {
        guard var message else {
            guard let prelude = try EventStreamPrelude(parsing: bytes, at: offset, limits: limits) else { return nil }
            message = Message(prelude: prelude, crc: RunningCRC(afterAllOf: prelude))
            return .prelude
        }
        // A header block of zero bytes is complete even if there are no bytes.
        guard bytes.byteCount >= neededLength else { return nil }
        switch message.field {
        case .headers:
            let block = bytes.extracting(first: message.prelude.headersLength)
            let headers = EventStreamHeadersView(unchecked: block, offset: offset)
            if !known.contains(block) {
                try headers.check(limits: limits, policy: policy)
                known.noteAccepted(block)
            }
            message.crc.update(next: block)
            message.field = .payload(left: message.prelude.payloadLength)
            self.message = message
            return .headers(headers, message.prelude)
        case .payload(let left) where left > 0:
            let piece = bytes.extracting(first: left)
            message.crc.update(next: piece)
            message.field = .payload(left: left &- piece.byteCount)
            self.message = message
            return .payload(piece)
        case .payload:
            let found = bytes.bigEndian(UInt32.self, at: 0)
            try checkMessageCRC(found, expecting: message.crc.value, at: offset)
            self.message = nil
            return .messageCRC(found)
        }
    }
}

// MARK: Inputs of any size

/// Runs a machine over inputs of any size: gathers what straddles two inputs, and carries what an input leaves unread.
struct EventStreamReader: Sendable {
    private(set) var machine: EventStreamMachine

    /// The bytes from the machine's offset that have arrived and have not been read.
    private var carried = CarryBuffer()

    private var known = KnownHeaderBlocks()

    init(_ machine: EventStreamMachine) {
        self.machine = machine
    }

    /// Begins to read `input`.
    ///
    /// - Returns: A cursor over the carried bytes and the rest of the input. Its final state goes to ``end(_:with:)``.
    @_lifetime(&self, copy input)
    mutating func begin(_ input: RawSpan) -> EventStreamCursor {
        let taken = absorb(input)
        // The cursor gets the only reference to the storage, so that changing it does not copy it.
        var known = KnownHeaderBlocks()
        swap(&known, &self.known)
        return EventStreamCursor(
            CarriedInput(carried: carried.bytes, input: input, from: taken), machine: machine, known: known)
    }

    /// Ends reading `input`: takes over the cursor's state, drops the bytes it has read and carries those it has not.
    mutating func end(
        _ input: RawSpan, with state: borrowing EventStreamCursor.State, _ known: inout KnownHeaderBlocks
    ) {
        machine = state.machine
        swap(&known, &self.known)
        guard machine.failure == nil else {
            carried = CarryBuffer()
            return
        }
        carried.consume(state.read.carried)
        carry(state.read.rest(of: input))
        // Segments carry only preludes and header blocks, for which a small buffer is kept.
        if carried.isEmpty, machine.readsWholeMessages { carried.releaseUnneededMemory() }
    }

    /// Moves the bytes that complete the next message or field to the carried bytes; all bytes, if whole messages were left
    /// unread.
    ///
    /// Afterwards nothing is carried, or the carried bytes end with a whole unit, or all of the input has been moved. So no
    /// message or field straddles while the cursor is used, and no borrowed bytes move.
    ///
    /// - Returns: The number of bytes taken from `input`.
    private mutating func absorb(_ input: RawSpan) -> Int {
        guard machine.failure == nil, !carried.isEmpty else { return 0 }
        let taken = carried.fill(from: input, to: Swift.min(machine.neededLength, EventStreamPrelude.length))
        guard readLength() else { return taken }
        let missing = machine.neededLength &- carried.count
        let piece = input.extracting(droppingFirst: taken).extracting(first: missing > 0 ? missing : .max)
        carry(piece)
        return taken &+ piece.byteCount
    }

    private mutating func readLength() -> Bool {
        // A copy, because the carried bytes borrow all of `self`.
        var machine = machine
        let isKnown = machine.readLength(carried.bytes)
        self.machine = machine
        return isKnown
    }

    private mutating func carry(_ bytes: RawSpan) {
        guard !bytes.isEmpty else { return }
        // A copy, because the carried bytes borrow all of `self`.
        var machine = machine
        machine.checksum(carried.bytes, then: bytes)
        self.machine = machine
        carried.append(bytes)
    }

    /// Ends the stream; see ``EventStreamDecoder/finish()``.
    mutating func finish() throws(EventStreamError) {
        // The length of a message that was left unread may not be known.
        _ = absorb(RawSpan())
        try machine.finish(unreadLength: carried.count)
    }

    /// Goes back to the start of a stream and keeps the buffer's memory.
    mutating func reset() {
        machine.reset()
        carried.removeAll()
    }
}

/// A machine and the bytes it reads during one call. No message or field straddles the two parts of the input.
struct EventStreamCursor: ~Copyable, ~Escapable {
    private var machine: EventStreamMachine
    private var input: CarriedInput

    /// The reader's header blocks, which go back to it.
    var known: KnownHeaderBlocks

    /// What the cursor has learned and read, without the bytes.
    struct State {
        let machine: EventStreamMachine
        let read: CarriedInput.Read
    }

    var state: State { State(machine: machine, read: input.read) }

    /// The number of bytes of the stream that have been read.
    var offset: UInt64 { machine.offset }

    @_lifetime(copy input)
    init(_ input: CarriedInput, machine: EventStreamMachine, known: consuming KnownHeaderBlocks) {
        self.input = input
        self.machine = machine
        self.known = known
    }

    /// Returns the next message, or nil if more bytes are needed.
    ///
    /// - Parameter inLoop: Whether to repeat the machine's code here and not to call it, which is faster and takes 2 kB.
    @_lifetime(copy self)
    @inline(__always)
    mutating func nextMessage(inLoop: Bool = false) throws(EventStreamError) -> EventStreamMessageView? {
        guard
            let message = inLoop
                ? try machine.readNextMessage(input.rest, &known) : try machine.readMessage(input.rest, &known)
        else { return nil }
        input.advance(by: message.prelude.totalLength)
        return message
    }

    /// Returns the next field, or nil if more bytes are needed.
    @_lifetime(copy self)
    mutating func nextField() throws(EventStreamError) -> EventStreamMachine.FieldStep? {
        guard let field = try machine.readField(input.rest, &known) else { return nil }
        input.advance(by: field.length)
        return field
    }
}
