/// One benchmark: an operation of the codec, and the operation that it is compared with.
struct Benchmark {
    /// Runs a number of operations in sequence, and returns a value that depends on all of them.
    typealias Operations = (Int) -> UInt64

    /// The operations on inputs that have been prepared.
    struct Run {
        var ours: Operations
        var reference: Operations?
    }

    let name: String

    /// The number of bytes per operation: of the input of a checksum, of an encoded message, of the data of a chunk.
    let bytesPerOperation: Int

    /// The name of what an operation processes, in the plural.
    let unit: String

    /// The name of the reference.
    let referenceName: String

    /// Prepares the inputs.
    let prepare: () throws -> Run

    /// All benchmarks, in the order in which they run and are printed.
    static func all() throws -> [Benchmark] {
        crc32() + otherCRCs()
            + (try eventStreamDecoding()) + (try eventStreamMixedDecoding()) + (try eventStreamSplitDecoding())
            + eventStreamDecodersInTurn() + (try eventStreamEncoding())
            + chunkDecoding() + chunkEncoding() + (try growthByLength()) + (try growthByHeaders())
            + (try bufferDecoding())
    }
}
