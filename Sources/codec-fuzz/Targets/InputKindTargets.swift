import EventStreamCodec
import ReferenceDecoders
import TestSupport

extension FuzzTarget {
    /// The kind of an input does not depend on how many bytes had arrived when it was known.
    static let inputKind = FuzzTarget(
        name: "input-kind",
        about: "the kind of any input: the same for every split, positions of messages that are there",
        shape: .other
    ) { input throws(FuzzFailure) in
        var found = EventStreamInputKind.Examination.needsMoreBytes
        try Effort.require(bytes: input.count, calls: 1, "examining") {
            found = EventStreamInputKind.examine(input, isComplete: true)
        }
        try require(found != .needsMoreBytes, "a complete input needs more bytes")
        for range in Splitting.random(seed: seed(of: input)).ranges(of: input.count) {
            let prefix = input[..<range.upperBound]
            let early = EventStreamInputKind.examine(prefix, isComplete: false)
            try require(
                early == .needsMoreBytes || early == found, "\(early) after \(prefix.count) bytes, \(found) at the end")
        }
        switch found {
        case .kind(.eventStream): try require(isPrelude(input[...], limit: .max), "not an event stream")
        case .kind(.middleOfStream(let offset)):
            try require(offset > 0 && isPrelude(input[offset...], limit: 131_072), "no message at byte \(offset)")
        case .kind(.httpResponse(let offset?)):
            try require(offset <= input.count && input[offset - 1] == 0x0a, "no body at byte \(offset)")
        default: break
        }
    }

    /// The search for a prelude finds the first one that a slow search finds.
    static let preludeSearch = FuzzTarget(
        name: "prelude-search", about: "the next valid prelude: the first that a slow search finds", shape: .eventStream
    ) { input throws(FuzzFailure) in
        for (limits, limit) in [(EventStreamLimits.unlimited, Int.max), (EventStreamLimits(headersLength: 40), 40)] {
            var start = 0
            for position in input.indices where isPrelude(input[position...], limit: limit) {
                var found: Int?
                try Effort.require(bytes: input.count, calls: 1, "searching") {
                    found = EventStreamPrelude.firstOffset(in: input, from: start, limits: limits)
                }
                try require(found == position, "found \(text(found)), expected \(position)")
                start = position + 1
            }
            let last = EventStreamPrelude.firstOffset(in: input, from: start, limits: limits)
            try require(last == nil, "found \(text(last)), expected nothing")
        }
    }

    /// Whether twelve bytes are a prelude, by the rules of the specification.
    ///
    /// - Parameter limit: The longest header block.
    private static func isPrelude(_ bytes: ArraySlice<UInt8>, limit: Int) -> Bool {
        let prelude = Array(bytes.prefix(12))
        guard prelude.count == 12 else { return false }
        let (total, headers) = (prelude.number(at: 0), prelude.number(at: 4))
        guard total >= 16, headers <= total - 16, headers <= limit else { return false }
        // Other limits than that of headers apply only by default.
        if limit == 131_072, total - headers - 16 > 25_165_824 { return false }
        return Int(ReferenceCRC32.checksum(prelude[..<8])) == prelude.number(at: 8)
    }

    private static func text(_ offset: Int?) -> String { offset.map { "\($0)" } ?? "nothing" }
}
