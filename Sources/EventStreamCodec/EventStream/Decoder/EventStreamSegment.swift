/// A part of a message whose payload is passed through piece by piece, in the order `begin`, `payload` any number of
/// times, `end`.
public enum EventStreamSegment: ~Escapable, BitwiseCopyable {
    /// A message begins. Its prelude is checked and its header block well-formed, but **unverified**: the message CRC,
    /// which covers the headers too, comes last.
    case begin(headers: EventStreamHeadersView, prelude: EventStreamPrelude)

    /// The next bytes of the payload, one at least. They are **unverified** until `end`: act on them only in ways that
    /// can be taken back.
    case payload(RawSpan)

    /// The message ended and its CRC was right: what came since `begin` is verified.
    case end(messageCRC: UInt32)
}
