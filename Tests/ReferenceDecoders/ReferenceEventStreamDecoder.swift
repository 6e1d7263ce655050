/// The event stream specification, rule by rule, over an input that is all there. Slow, and plain enough to be checked by
/// reading it beside the specification and the tables in Tests/Vectors/README.md.
package struct ReferenceEventStreamDecoder {
    private let input: [UInt8]
    private let rules: ReferenceEventStream.Rules
    private var position = 0

    private struct Stop: Error {
        var code: String
        var offset: Int
    }

    private init(_ input: [UInt8], _ rules: ReferenceEventStream.Rules) {
        self.input = input
        self.rules = rules
    }

    /// What comes of `input`.
    package static func decode(_ input: [UInt8], rules: ReferenceEventStream.Rules) -> ReferenceEventStream {
        var decoder = ReferenceEventStreamDecoder(input, rules)
        var stream = ReferenceEventStream()
        do {
            while decoder.position < input.count { stream.messages.append(try decoder.message()) }
        } catch let stop as Stop {
            stream.failure = ReferenceEventStream.Failure(code: stop.code, offset: stop.offset)
        } catch {}
        return stream
    }

    /// What comes of a header block that stands by itself.
    package static func decodeHeaders(
        _ block: [UInt8], rules: ReferenceEventStream.Rules
    ) -> (headers: [ReferenceEventStream.Header], failure: ReferenceEventStream.Failure?) {
        var decoder = ReferenceEventStreamDecoder(block, rules)
        do {
            guard block.count <= rules.longestHeaders else { throw Stop(code: "headersTooLong", offset: 0) }
            return (try decoder.headers(until: block.count), nil)
        } catch let stop as Stop {
            return ([], ReferenceEventStream.Failure(code: stop.code, offset: stop.offset))
        } catch {
            return ([], nil)
        }
    }

    private mutating func message() throws -> ReferenceEventStream.Message {
        let start = position
        try need(start + 12)
        let total = number(at: start, bytes: 4)
        let headersLength = number(at: start + 4, bytes: 4)
        let preludeCRC = number(at: start + 8, bytes: 4)

        // The order of checks is the specification's; each is possible as soon as the prelude is there.
        guard preludeCRC == checksum(start..<(start + 8)) else {
            throw Stop(code: "preludeCRCMismatch", offset: start + 8)
        }
        guard total >= 16 else { throw Stop(code: "messageLengthTooSmall", offset: start) }
        guard headersLength <= total - 16 else { throw Stop(code: "headersLengthTooLarge", offset: start + 4) }
        guard total <= rules.longestMessage else { throw Stop(code: "messageTooLong", offset: start) }
        guard headersLength <= rules.longestHeaders else { throw Stop(code: "headersTooLong", offset: start + 4) }
        guard total - 16 - headersLength <= rules.longestPayload else {
            throw Stop(code: "payloadTooLong", offset: start)
        }

        let end = start + total
        try need(end)
        let messageCRC = number(at: end - 4, bytes: 4)
        guard messageCRC == checksum(start..<(end - 4)) else { throw Stop(code: "messageCRCMismatch", offset: end - 4) }

        position = start + 12
        let headers = try headers(until: start + 12 + headersLength)
        let payload = Array(input[position..<(end - 4)])
        position = end
        return ReferenceEventStream.Message(
            offset: start, length: total, headers: headers, payload: payload, preludeCRC: UInt32(preludeCRC),
            messageCRC: UInt32(messageCRC))
    }

    private mutating func headers(until end: Int) throws -> [ReferenceEventStream.Header] {
        var headers: [ReferenceEventStream.Header] = []
        var starts: [Int] = []
        while position < end {
            starts.append(position)
            headers.append(try header(until: end))
        }
        if !rules.acceptsRepeatedNames {
            var seen: Set<[UInt8]> = []
            for (header, start) in zip(headers, starts) where !seen.insert(header.name).inserted {
                throw Stop(code: "headerNameDuplicate", offset: start)
            }
        }
        return headers
    }

    private mutating func header(until end: Int) throws -> ReferenceEventStream.Header {
        let start = position
        let nameLength = try field(bytes: 1, until: end)
        if input[nameLength.lowerBound] == 0, !rules.acceptsEmptyNames {
            throw Stop(code: "headerNameEmpty", offset: start)
        }
        let name = try field(bytes: Int(input[nameLength.lowerBound]), until: end)
        let type = input[try field(bytes: 1, until: end).lowerBound]
        let valueLength: Int
        switch type {
        case 0, 1: valueLength = 0
        case 2: valueLength = 1
        case 3: valueLength = 2
        case 4: valueLength = 4
        case 5, 8: valueLength = 8
        case 9: valueLength = 16
        case 6, 7:
            let length = try field(bytes: 2, until: end)
            valueLength = number(at: length.lowerBound, bytes: 2)
            guard valueLength <= rules.longestHeaderValue else {
                throw Stop(code: "headerValueTooLong", offset: length.lowerBound)
            }
        default: throw Stop(code: "headerValueTypeUnknown", offset: position - 1)
        }
        let value = try field(bytes: valueLength, until: end)
        if let offset = ReferenceUTF8.firstIllFormedSequence(in: input[name]) {
            throw Stop(code: "headerNameNotUTF8", offset: offset)
        }
        if type == 7, let offset = ReferenceUTF8.firstIllFormedSequence(in: input[value]) {
            throw Stop(code: "headerValueNotUTF8", offset: offset)
        }
        return ReferenceEventStream.Header(name: Array(input[name]), type: type, value: Array(input[value]))
    }

    /// The next field of a header block that ends at `end`.
    private mutating func field(bytes: Int, until end: Int) throws -> Range<Int> {
        guard position + bytes <= end else { throw Stop(code: "headerTruncated", offset: position) }
        defer { position += bytes }
        return position..<(position + bytes)
    }

    private func need(_ end: Int) throws {
        guard end <= input.count else { throw Stop(code: "unexpectedEnd", offset: input.count) }
    }

    private func number(at offset: Int, bytes: Int) -> Int {
        input[offset..<(offset + bytes)].reduce(0) { $0 << 8 | Int($1) }
    }

    private func checksum(_ range: Range<Int>) -> Int {
        Int(ReferenceCRC32.checksum(input[range]))
    }
}
