import EventStreamCodec
import TextCoding

/// The headers of the message before, and how they are printed. Most messages of a stream have the same headers as the message
/// before them, so they are checked and formatted once.
struct HeaderMemory: ~Copyable {
    /// What is printed for the headers.
    private var text = TextBuffer()

    /// Whether `:content-type` says that the payload is CBOR, which may be UTF-8 by chance.
    private(set) var isCBOR = false

    /// The header block; empty if nothing is remembered.
    private var block: [UInt8] = []

    private let allowsDuplicates: Bool

    /// A longer block is not remembered, because it would cost more to compare.
    private static let longestBlock = 1_024

    init(allowsDuplicates: Bool) {
        self.allowsDuplicates = allowsDuplicates
    }

    /// Checks headers, and formats them unless they are those of the message before.
    ///
    /// - Parameter format: Appends what is printed for the headers.
    /// - Throws: ``DuplicateHeaderError`` if a name occurs twice and that is not allowed.
    mutating func update(
        for headers: EventStreamHeadersView, format: (EventStreamHeadersView, inout TextBuffer) -> Void
    ) throws(DuplicateHeaderError) {
        if !block.isEmpty, block.rawSpan.elementsEqual(headers.encoded) { return }
        block.removeAll(keepingCapacity: true)
        if !allowsDuplicates { try DuplicateHeaderError.check(headers) }
        isCBOR = headers.announcesCBOR
        text.removeAll()
        format(headers, &text)
        if headers.encoded.byteCount <= Self.longestBlock { block.append(contentsOf: headers.encoded) }
    }

    /// Appends what is printed for the headers.
    borrowing func append(to output: inout TextBuffer) {
        text.withBytes { output.append($0) }
    }
}

extension EventStreamHeadersView {
    /// Whether `:content-type` is `application/cbor`, with or without parameters.
    fileprivate var announcesCBOR: Bool {
        guard let type = string(named: EventStreamHeaderName.contentType) else { return false }
        let name: StaticString = "application/cbor"
        let length = name.utf8CodeUnitCount
        guard type.utf8.byteCount >= length else { return false }
        for position in 0..<length where !name.hasLetter(type.utf8.byte(at: position), at: position) { return false }
        return type.utf8.byteCount == length || type.utf8.byte(at: length) == UInt8(ascii: ";")
    }
}

/// A header name that occurs twice in a message.
struct DuplicateHeaderError: Error {
    /// The position of the second header in the stream.
    let offset: UInt64

    /// The position of the first header in the stream.
    let first: UInt64

    /// The name of both.
    let name: String

    /// Throws if a name occurs twice in a block that has been checked otherwise.
    static func check(_ headers: EventStreamHeadersView) throws(DuplicateHeaderError) {
        // The names of nearly every block differ in the bit that their lengths and last bytes choose.
        var seen: UInt64 = 0
        var isSuspicious = false
        var iterator = headers.makeIterator()
        while let header = iterator.next() {
            let name = header.name.utf8
            let end = name.byteCount
            let last =
                end >= 8
                ? name.bigEndian(UInt64.self, at: end &- 8) : UInt64(name.isEmpty ? 0 : name.byte(at: end &- 1))
            let bit: UInt64 = 1 &<< (((last ^ UInt64(end)) &* 0x9e37_79b9_7f4a_7c15) &>> 58)
            if seen & bit != 0 { isSuspicious = true }
            seen |= bit
        }
        guard isSuspicious else { return }
        do throws(EventStreamError) {
            _ = try EventStreamHeadersView.parse(
                headers.encoded, streamOffset: headers.offset, limits: .unlimited, policy: .strict)
        } catch {
            guard error.code == .headerNameDuplicate else { return }
            throw DuplicateHeaderError(error, in: headers)
        }
    }

    private init(_ error: EventStreamError, in headers: EventStreamHeadersView) {
        offset = error.offset
        first = error.found ?? 0
        let position = Int(truncatingIfNeeded: error.offset &- headers.offset)
        do throws(EventStreamError) {
            name = String(try EventStreamHeaderView.parse(headers.encoded, at: position, limits: .unlimited).name)
        } catch {
            name = ""
        }
    }

    /// What was found, and what was expected.
    var message: String {
        "byte \(offset): found a second header \"\(SafeText.singleLine(name, atMost: 255))\", which already occurs at byte "
            + "\(first), expected each name only once; --allow-duplicate-headers accepts it"
    }
}
