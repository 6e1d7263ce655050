extension EventStreamKeySigner {
    /// Encodes and signs a message. ``head`` is then what precedes its payload on the wire, ``tail`` what follows it.
    mutating func seal(
        _ headers: some EventStreamHeaderSource, _ payload: RawSpan, at date: SigV4Date
    ) throws(SigV4Error) {
        inner.removeAll(keepingCapacity: true)
        tail.removeAll(keepingCapacity: true)
        let crc = try SigV4Error.wrapping { () throws(EventStreamError) in
            var message = try encoder.begin(headers: headers, payloadLength: payload.byteCount, to: &inner)
            try message.update(payload)
            try message.finish(to: &tail)
            return try message.finish()
        }
        try seal(payload, crc: Self.wholeCRC(crc), at: date)
    }

    /// Signs ``inner``, `payload` and ``tail``, which together have the checksum `crc`.
    mutating func seal(_ payload: RawSpan, crc: UInt32, at date: SigV4Date) throws(SigV4Error) {
        guard !isEnded else { throw SigV4Error(.streamEnded) }
        let length = inner.count &+ payload.byteCount &+ tail.count
        // Whatever can fail is done before the chain continues.
        try SigV4Error.wrapping { () throws(EventStreamError) in
            _ = try encoder.encodedLength(
                headers: EnvelopeHeaders(signatureLength: Key.maximumSignatureLength), payloadLength: length)
        }
        var hash = Key.Hash()
        hash.update(inner.rawSpan)
        hash.update(payload)
        hash.update(tail.rawSpan)
        let signature = try chain.sign(.payload, at: date, dateDigest(date), hash.finalize())
        head.removeAll(keepingCapacity: true)
        try SigV4Error.wrapping { () throws(EventStreamError) in
            var envelope = try encoder.begin(
                headers: EnvelopeHeaders(date: date, signature: signature), payloadLength: length, to: &head)
            try envelope.update(checksum: crc, length: length)
            try envelope.finish(to: &tail)
        }
        head.append(contentsOf: inner)
    }

    /// Returns the SHA-256 of the encoded header `:date`.
    private mutating func dateDigest(_ date: SigV4Date) -> SigV4Digest {
        head.removeAll(keepingCapacity: true)
        head.append(count: EnvelopeHeaders.dateLength) { EnvelopeHeaders.encodeDate(date, into: &$0) }
        return Key.Hash.digest(of: head)
    }

    /// Returns the CRC-32 of a message including its message CRC.
    static func wholeCRC(_ messageCRC: UInt32) -> UInt32 {
        var crc = CRC32(continuing: messageCRC)
        crc.update(bigEndian: messageCRC)
        return crc.value
    }
}

/// The headers of a signed message: `:date` and `:chunk-signature`.
struct EnvelopeHeaders: EventStreamHeaderSource {
    private let date: SigV4Date
    private let signature: [UInt8]
    private let signatureLength: Int

    init(date: SigV4Date, signature: SigV4Signature) {
        self.date = date
        self.signature = signature.bytes
        signatureLength = signature.bytes.count
    }

    /// Headers of which only the length is needed.
    init(signatureLength: Int) {
        date = SigV4Date(milliseconds: 0)
        signature = []
        self.signatureLength = signatureLength
    }

    /// The length of the encoded header `:date`.
    static var dateLength: Int { 2 + EventStreamHeaderName.date.utf8.count + 8 }

    /// The length of both headers.
    static func length(signatureLength: Int) -> Int {
        dateLength + 4 + EventStreamHeaderName.chunkSignature.utf8.count + signatureLength
    }

    func encodedLength() throws(EventStreamError) -> Int {
        guard signatureLength <= UInt16.max else {
            throw EventStreamError(
                .headerValueTooLong, at: UInt64(Self.length(signatureLength: 0)), found: UInt64(signatureLength),
                expected: UInt64(UInt16.max))
        }
        return Self.length(signatureLength: signatureLength)
    }

    func encode(into output: inout OutputRawSpan) {
        Self.encodeDate(date, into: &output)
        let name = EventStreamHeaderName.chunkSignature
        output.append(UInt8(truncatingIfNeeded: name.utf8.count))
        output.append(utf8: name)
        output.append(EventStreamHeaderValue.WireType.byteArray.rawValue)
        output.append(bigEndian: UInt16(truncatingIfNeeded: signature.count))
        output.append(contentsOf: signature.rawSpan)
    }

    static func encodeDate(_ date: SigV4Date, into output: inout OutputRawSpan) {
        let name = EventStreamHeaderName.date
        output.append(UInt8(truncatingIfNeeded: name.utf8.count))
        output.append(utf8: name)
        output.append(EventStreamHeaderValue.WireType.timestamp.rawValue)
        output.append(bigEndian: date.milliseconds)
    }

    /// True: the headers are always valid.
    func isValidated(limits: EventStreamLimits, policy: EventStreamPolicy) -> Bool { true }
}
