/// A header block that has been checked, encoded and checksummed once, for the many messages that carry it.
///
/// ```swift
/// let headers = try EventStreamEncodedHeaders([":message-type": "event", ":event-type": "PayloadChunk"])
/// for chunk in chunks { try encoder.append(headers: headers, payload: chunk, to: &bytes) }
/// ```
public struct EventStreamEncodedHeaders: Sendable {
    /// The encoded block.
    public let bytes: [UInt8]

    /// What the block was checked against; nil when it was not.
    private let checked: Check?

    /// The block's checksum, as part of a message's.
    private let part: CRC32Suffix

    private struct Check: Sendable, Equatable {
        var limits: EventStreamLimits
        var policy: EventStreamPolicy
    }

    /// Encodes `headers`.
    ///
    /// - Throws: ``EventStreamError`` when a header cannot be encoded under `limits` and `policy`, with its offset
    ///   counted from the start of the block.
    public init(
        _ headers: EventStreamHeaders, limits: EventStreamLimits = .encoding, policy: EventStreamPolicy = .strict
    ) throws(EventStreamError) {
        let length = try headers.encodedLength()
        var bytes: [UInt8] = []
        try bytes.append(count: length) { output throws(EventStreamError) in
            headers.encode(into: &output)
            try EventStreamHeadersView(unchecked: output.bytes, offset: 0).check(limits: limits, policy: policy)
        }
        self.bytes = bytes
        part = bytes.withBytes { CRC32Suffix($0) }
        checked = Check(limits: limits, policy: policy)
    }

    /// Copies the headers of a message, as they stand on the wire.
    public init(_ view: EventStreamHeadersView) {
        bytes = [UInt8](view.encoded)
        part = CRC32Suffix(view.encoded)
        checked = nil
    }
}

extension EventStreamEncodedHeaders: Hashable {
    /// Whether both have the same bytes.
    public static func == (left: EventStreamEncodedHeaders, right: EventStreamEncodedHeaders) -> Bool {
        left.bytes == right.bytes
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes)
    }
}

extension EventStreamEncodedHeaders: EventStreamHeaderSource {
    /// The length of ``bytes``.
    @inlinable
    public func encodedLength() -> Int { bytes.count }

    /// Appends ``bytes``.
    public func encode(into output: inout OutputRawSpan) {
        output.append(bytes: bytes)
    }

    /// Whether the block was checked against the same limits and policy when it was encoded.
    public func isKnownToSatisfy(_ limits: EventStreamLimits, _ policy: EventStreamPolicy) -> Bool {
        checked == Check(limits: limits, policy: policy)
    }

    /// The CRC-32 of some bytes with the block behind them, from the block's own.
    public func checksum(following value: UInt32) -> UInt32? {
        part.checksum(following: value)
    }
}
