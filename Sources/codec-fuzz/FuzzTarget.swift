/// A property that every input must have, and the shape of the inputs to check it with.
struct FuzzTarget: Sendable {
    let name: String

    /// The property, in one line.
    let about: String

    /// The shape of its inputs.
    let shape: InputShape

    /// Throws if the property does not hold for `input`.
    let check: @Sendable (_ input: [UInt8]) throws(FuzzFailure) -> Void

    /// All targets, in the order of the layers: each one depends on those before it.
    static let all: [FuzzTarget] = [
        crc32, crc32c, crc64NVME,
        prelude, headers, eventStreamRaw, eventStreamRepaired, eventStreamSplits, segments, frames, roundTrip,
        eventStreamReference, knownHeaders, inputKind, preludeSearch, eventSigning, signedStream,
        chunkedRaw, chunkedSplits, chunkedInPlace, chunkedLayers, chunkedRoundTrip, chunkedReference,
        awsChunked, awsChunkedRoundTrip, awsChunkedRequest, awsChunkedTolerances,
        threads,
    ]

    /// Returns the target with a name. The targets that fail on purpose are included.
    static func named(_ name: String) -> FuzzTarget? {
        (all + planted).first { $0.name == name }
    }
}

/// A property that an input violates.
struct FuzzFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws if `condition` is false.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(FuzzFailure) {
    guard condition else { throw FuzzFailure(what()) }
}

/// Returns the error that `body` throws, or nil if it throws none.
func thrown<E: Error>(by body: () throws(E) -> Void) -> E? {
    do throws(E) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// Returns the text of an error for a message.
func text<E: Error>(_ error: E?) -> String {
    error.map { "\($0)" } ?? "no error"
}
