/// One idea of what must be true of any input.
struct FuzzTarget: Sendable {
    let name: String

    /// What the target shows, in a line.
    let about: String

    /// What its inputs look like.
    let shape: InputShape

    /// Throws when `input` shows that the idea is false.
    let check: @Sendable (_ input: [UInt8]) throws(FuzzFailure) -> Void

    /// Every target, in the order in which the layers stand on each other.
    static let all: [FuzzTarget] = [
        crc32,
        prelude, headers, eventStreamRaw, eventStreamRepaired, eventStreamSplits, segments, frames, roundTrip,
        eventStreamReference,
        chunkedRaw, chunkedSplits, chunkedInPlace, chunkedLayers, chunkedRoundTrip, chunkedReference,
        awsChunked, awsChunkedRoundTrip,
        threads,
    ]

    /// The target of this name, be it one that fails on purpose.
    static func named(_ name: String) -> FuzzTarget? {
        (all + planted).first { $0.name == name }
    }
}
