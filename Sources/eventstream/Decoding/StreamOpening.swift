import EventStreamCodec
import TextCoding

/// Holds back the first bytes of a stream until it is known that a message begins there. If none does, the bytes are identified.
///
/// ```swift
/// switch opening.admit(bytes) {
/// case .nothing: break
/// case .asTheyAre: try decode(bytes)
/// case .held(let held): try held.withBytes { try decode($0) }
/// }
/// ```
///
/// Pass on what is admitted. The decoder's error for it is explained by ``hint``. Only twelve bytes are held back of a valid
/// stream, which no message has been completed by, so nothing is delayed.
struct StreamOpening {
    /// The bytes that the decoder may now have.
    enum Admitted {
        case nothing
        /// Those that were passed to ``admit(_:)``.
        case asTheyAre
        /// Those that were held back, and the ones that were passed.
        case held([UInt8])
    }

    /// What the bytes look like, ` (this looks like KIND)`, if they are known to be something other than an event stream;
    /// otherwise empty.
    private(set) var hint = ""

    private let limits: EventStreamLimits
    private var held: [UInt8] = []
    private var isDecided = false

    /// The number of bytes at which they are examined again. It doubles, so that the time is linear.
    private var nextCount = EventStreamPrelude.length

    /// The number of characters of a text that are shown.
    private static let shownCharacters = 200

    /// The bytes that hold the shown characters of a text, whose scalars have at most four bytes.
    private static let shownBytes = 4 * shownCharacters

    /// Creates an opening for a stream whose messages are decoded with these limits.
    init(limits: EventStreamLimits) {
        self.limits = limits
    }

    /// Takes the next bytes of the stream.
    ///
    /// - Returns: The bytes that can be decoded.
    mutating func admit(_ bytes: RawSpan) -> Admitted {
        if isDecided { return .asTheyAre }
        if held.isEmpty, bytes.byteCount >= EventStreamPrelude.length, Self.beginsWithPrelude(bytes) {
            isDecided = true
            return .asTheyAre
        }
        held.append(contentsOf: bytes)
        guard held.count >= nextCount else { return .nothing }
        return examine(isComplete: false)
    }

    /// Ends the stream.
    ///
    /// - Returns: The bytes that can be decoded: all that were held back.
    mutating func finish() -> Admitted {
        isDecided ? .nothing : examine(isComplete: true)
    }

    private mutating func examine(isComplete: Bool) -> Admitted {
        if !held.withBytes({ Self.beginsWithPrelude($0) }) {
            switch EventStreamInputKind.examine(held, isComplete: isComplete, limits: limits) {
            case .needsMoreBytes:
                nextCount = held.count * 2
                return .nothing
            case .unknown, .kind(.eventStream): break
            case .kind(let kind): hint = " (this looks like \(description(of: kind)))"
            }
        }
        isDecided = true
        defer { held = [] }
        return held.isEmpty ? .nothing : .held(held)
    }

    /// A prelude that exceeds a limit is one too. Its error says how to accept it.
    private static func beginsWithPrelude(_ bytes: RawSpan) -> Bool {
        EventStreamPrelude.firstOffset(
            in: bytes.extracting(first: EventStreamPrelude.length), limits: .unlimited) != nil
    }

    /// Describes what was found, and how to read it.
    private func description(of kind: EventStreamInputKind) -> String {
        switch kind {
        case .json, .markup: "\(kind): \(shownText())"
        case .httpResponse(let bodyOffset?): "\(kind); its body begins at byte \(bodyOffset)"
        case .chunkedBody: "\(kind); pipe it through eventstream chunked decode"
        case .base64: "\(kind); use --input base64"
        case .hexadecimal: "\(kind); use --input hex"
        case .byteLiteral: "\(kind); use --input literal"
        case .decodedAsText: "\(kind), which cannot be undone"
        case .middleOfStream(let messageOffset): "\(kind); the first whole one is at byte \(messageOffset)"
        default: "\(kind)"
        }
    }

    /// Returns the beginning of the text, escaped, cut before the character or escape that would exceed the limit.
    private func shownText() -> String {
        let text = String(decoding: held.prefix(Self.shownBytes), as: UTF8.self)
        var shown = ""
        var count = 0
        for scalar in text.unicodeScalars {
            let escaped = SafeText.singleLine(String(scalar))
            count += escaped.unicodeScalars.count
            guard count <= Self.shownCharacters else { break }
            shown += escaped
        }
        return shown
    }
}
