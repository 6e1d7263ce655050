#if FUZZING
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import TestSupport

/// The target that libFuzzer runs, from the environment variable `CODEC_FUZZ_TARGET`.
private let target: FuzzTarget = {
    let name = unsafe getenv("CODEC_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
        fatalError("CODEC_FUZZ_TARGET is none of: \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
    }
    return target
}()

/// The entry point of libFuzzer: checks one input. A failure ends the process, so that libFuzzer keeps the input.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    if let failure = thrown(by: { () throws(FuzzFailure) in try target.check(input) }) {
        fatalError("\(target.name): \(failure)")
    }
    return 0
}

@_silgen_name("LLVMFuzzerMutate")
private func mutateByFuzzer(_ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ maximum: Int) -> Int

/// The mutator of libFuzzer: uses libFuzzer's own mutations and those of the generator. Both are repaired, so that they get
/// past checksums and sizes.
@c(LLVMFuzzerCustomMutator)
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ maximum: Int, _ seed: CUnsignedInt) -> Int {
    var random = SeededGenerator(seed: UInt64(seed))
    var input: [UInt8]
    switch random.below(8) {
    case 0: input = target.shape.make(&random)
    case 1, 2:
        input = unsafe Array(UnsafeBufferPointer(start: data, count: size))
        target.shape.mutate(&input, &random)
    default:
        let count = unsafe mutateByFuzzer(data, size, maximum)
        input = unsafe Array(UnsafeBufferPointer(start: data, count: count))
        target.shape.repair(&input, &random)
    }
    let count = min(input.count, maximum)
    unsafe data?.update(from: input, count: count)
    return count
}
#endif
