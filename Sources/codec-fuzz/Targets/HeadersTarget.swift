import EventStreamCodec
import ReferenceDecoders

extension FuzzTarget {
    /// A header block is accepted if and only if the reference accepts it. Iteration, lookup and encoding give equal headers.
    static let headers = FuzzTarget(
        name: "headers", about: "a header block: accepted by the same rules, walked, looked up, encoded again",
        shape: .headerBlock
    ) { input throws(FuzzFailure) in
        for rules in StreamRules.all {
            let reference = ReferenceEventStreamDecoder.decodeHeaders(input, rules: rules.reference)
            let failure = reference.failure
            var mismatch: FuzzFailure?
            let error = thrown { () throws(EventStreamError) in
                try input.withBytes { block throws(EventStreamError) in
                    let view = try EventStreamHeadersView.parse(block, limits: rules.limits, policy: rules.policy)
                    mismatch = thrown { () throws(FuzzFailure) in try compare(view, reference.headers, rules) }
                }
            }
            if let mismatch { throw mismatch }
            try require(
                error?.code.description == failure?.code && error?.offset == failure.map { UInt64($0.offset) },
                "\(rules): \(text(error)), the reference says \(failure.map { "\($0)" } ?? "nothing")")
        }
    }

    private static func compare(
        _ view: EventStreamHeadersView, _ expected: [ReferenceEventStream.Header], _ rules: StreamRules
    ) throws(FuzzFailure) {
        try require(view.count == expected.count && view.isEmpty == expected.isEmpty, "another number of headers")
        var iterator = view.makeIterator()
        var position = 0
        for header in expected {
            guard let found = iterator.next() else { throw FuzzFailure("walking ends early") }
            try require([UInt8](found.name.utf8) == header.name, "another name")
            try require(found.type.rawValue == header.type, "another type")
            try require([UInt8](found.encodedValue) == header.value, "another value")
            try require(found.offset == UInt64(position), "another place")
            position += found.encoded.byteCount
        }
        try require(position == view.encoded.byteCount && iterator.next() == nil, "walking does not end with the block")
        try requireLookUp(view, expected)

        // Copied and encoded again, the headers have the same bytes.
        let owned = EventStreamHeaders(view)
        let block = [UInt8](view.encoded)
        var message: [UInt8] = []
        let error = thrown { () throws(EventStreamError) in
            message = try EventStreamMessage(headers: owned).encoded(limits: rules.limits, policy: rules.policy)
        }
        // The tight rules limit the length of the message, which is more than the block.
        guard error?.code != .messageTooLong else { return }
        try require(error == nil, "encoding again threw \(text(error))")
        try require(Array(message.dropFirst(12).dropLast(4)) == block, "encoded again, other bytes")
    }

    private static func requireLookUp(
        _ view: EventStreamHeadersView, _ expected: [ReferenceEventStream.Header]
    ) throws(FuzzFailure) {
        for header in expected.prefix(20) {
            let first = expected.first { $0.name == header.name }
            guard let first, let value = view[String(decoding: header.name, as: UTF8.self)] else {
                throw FuzzFailure("a name is not found")
            }
            switch value {
            case .string(let string): try require([UInt8](string.utf8) == first.value, "found another string")
            case .byteArray(let bytes): try require([UInt8](bytes) == first.value, "found other bytes")
            case .boolean(let isTrue): try require(first.type == (isTrue ? 0 : 1), "found another boolean")
            case .byte(let number): try require(number == Int8(truncatingIfNeeded: first.number), "found another byte")
            case .short(let number):
                try require(number == Int16(truncatingIfNeeded: first.number), "found another short")
            case .integer(let number):
                try require(number == Int32(truncatingIfNeeded: first.number), "found another integer")
            case .long(let number): try require(first.type == 5 && number == first.number, "found another long")
            case .timestamp(let number):
                try require(first.type == 8 && number == first.number, "found another timestamp")
            case .uuid(let uuid):
                let digits = first.value.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                try require(uuid.description.filter { $0 != "-" } == digits, "found another UUID")
            }
        }
        try require(view["\u{0}absent\u{0}"] == nil, "found a name that is not there")
    }
}

extension ReferenceEventStream.Header {
    /// The value as a number, sign extended.
    fileprivate var number: Int64 {
        value.enumerated().reduce(0) { number, byte in
            byte.offset == 0 ? Int64(Int8(bitPattern: byte.element)) : number << 8 | Int64(byte.element)
        }
    }
}
