import EventStreamCodec
import TestSupport

extension FuzzTarget {
    /// Any bytes: no trap, and memory and steps in proportion to the bytes.
    static let chunkedRaw = FuzzTarget(
        name: "chunked-raw", about: "any bytes: no trap, memory and steps in proportion", shape: .chunked
    ) { input throws(FuzzFailure) in
        for rules in BodyRules.all {
            for splitting in [.whole, .every(1), .random(seed: seed(of: input))] as [Splitting] {
                let pieces = Array(splitting.ranges(of: input.count))
                var touched = 0
                try Effort.require(bytes: input.count, calls: pieces.count, "\(rules), \(splitting)") {
                    var decoder = ChunkedDecoder(limits: rules.limits, policy: rules.policy)
                    _ = thrown { () throws(ChunkedError) in
                        for range in pieces {
                            try unsafe decoder.decode(input.span.bytes.extracting(range)) { element in
                                switch element {
                                case .data(let data): touched &+= data.byteCount
                                case .extensions(let extensions):
                                    var iterator = extensions.makeIterator()
                                    while let found = iterator.next() { touched &+= found.name.byteCount }
                                case .trailer(let field): touched &+= field.value.byteCount
                                case .end: break
                                }
                            }
                        }
                        try decoder.finish()
                    }
                }
            }
        }
    }
}
