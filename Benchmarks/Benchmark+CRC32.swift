import EventStreamCodec
import ZlibReference

extension Benchmark {
    /// Computing the checksum of inputs of one length.
    static func crc32() -> [Benchmark] {
        [16, 64, 256, 1024, 4096, 16_384, 65_536, 1_048_576].map { length in
            Benchmark(
                name: "crc32/\(length)", bytesPerOperation: length, unit: "checksums", referenceName: "zlib crc32"
            ) {
                let inputs = Windows(of: Traffic.bytes(max(Traffic.length, 2 * length)), length: length)
                return Run(
                    ours: { operations in
                        unsafe inputs.sum(operations) { input in unsafe UInt64(CRC32.checksum(of: input)) }
                    },
                    reference: Zlib.installed.map { zlib in
                        { operations in unsafe inputs.sum(operations) { input in unsafe UInt64(zlib.crc32(0, input)) } }
                    })
            }
        }
    }
}
