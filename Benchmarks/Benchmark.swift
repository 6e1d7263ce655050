/// One row: an operation of ours, and what it is compared with.
struct Benchmark {
    /// Runs a number of operations, one after the other, and returns something that depends on all of them.
    typealias Operations = (Int) -> UInt64

    /// The operations, over inputs that are made and ready.
    struct Run {
        var ours: Operations
        var reference: Operations?
    }

    let name: String

    /// The bytes that an operation reads: of the checksummed input, the encoded message, the chunk's data.
    let bytesPerOperation: Int

    /// What an operation handles, in the plural.
    let unit: String

    /// What the reference is called.
    let referenceName: String

    /// Makes the inputs.
    let prepare: () throws -> Run

    /// All rows, in the order in which they are run and printed.
    static func all() throws -> [Benchmark] {
        crc32() + (try eventStreamDecoding()) + (try eventStreamSplitDecoding()) + (try eventStreamEncoding())
            + chunkDecoding() + chunkEncoding() + (try growthByLength()) + (try growthByHeaders())
    }
}
