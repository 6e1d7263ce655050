import EventStreamCodec
import ZlibReference

extension Benchmark {
    /// Computing the CRC-32 of inputs of one length.
    static func crc32() -> [Benchmark] {
        crc("crc32", referenceName: "zlib crc32") { inputs in
            Run(
                ours: { operations in
                    unsafe inputs.sum(operations) { input in unsafe UInt64(CRC32.checksum(of: input)) }
                },
                reference: Zlib.installed.map { zlib in
                    { operations in unsafe inputs.sum(operations) { input in unsafe UInt64(zlib.crc32(0, input)) } }
                })
        }
    }

    /// Computing the other CRCs, in comparison with our CRC-32.
    static func otherCRCs() -> [Benchmark] {
        crc("crc32c", referenceName: "our CRC-32") { inputs in
            Run(
                ours: { operations in
                    unsafe inputs.sum(operations) { input in unsafe UInt64(CRC32C.checksum(of: input)) }
                },
                reference: { operations in
                    unsafe inputs.sum(operations) { input in unsafe UInt64(CRC32.checksum(of: input)) }
                })
        }
            + crc("crc64nvme", referenceName: "our CRC-32") { inputs in
                Run(
                    ours: { operations in
                        unsafe inputs.sum(operations) { input in unsafe CRC64NVME.checksum(of: input) }
                    },
                    reference: { operations in
                        unsafe inputs.sum(operations) { input in unsafe UInt64(CRC32.checksum(of: input)) }
                    })
            }
    }

    private static func crc(
        _ name: String, referenceName: String, _ run: @escaping (Windows) -> Run
    ) -> [Benchmark] {
        [16, 64, 256, 1024, 4096, 16_384, 65_536, 1_048_576].map { length in
            Benchmark(
                name: "\(name)/\(length)", bytesPerOperation: length, unit: "checksums", referenceName: referenceName
            ) {
                run(Windows(of: Traffic.bytes(max(Traffic.length, 2 * length)), length: length))
            }
        }
    }
}
