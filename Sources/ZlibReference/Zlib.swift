#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// zlib's CRC-32, found when the program runs: the reference that ours is measured and checked against.
///
/// Loading it needs neither zlib's headers nor its linker name, so the package builds where they are missing.
/// Debian's `zlib1g`, on which the Swift toolchain itself stands, brings the library.
@safe package struct Zlib: Sendable {
    private typealias Checksum = @convention(c) (CUnsignedLong, UnsafeRawPointer?, CUnsignedInt) -> CUnsignedLong
    private typealias Version = @convention(c) () -> UnsafePointer<CChar>?

    private let checksum: Checksum

    /// zlib's own version, such as `1.2.13`.
    package let version: String

    /// zlib, or nil when this machine has none.
    package static let installed = Zlib()

    private init?() {
        #if canImport(Darwin)
        let name = "libz.dylib"
        #else
        let name = "libz.so.1"
        #endif
        guard let library = unsafe dlopen(name, RTLD_NOW),
            let checksum = unsafe dlsym(library, "crc32"),
            let versionFunction = unsafe dlsym(library, "zlibVersion"),
            let version = unsafe unsafeBitCast(versionFunction, to: Version.self)()
        else { return nil }
        unsafe self.checksum = unsafeBitCast(checksum, to: Checksum.self)
        self.version = unsafe String(cString: version)
    }

    /// `crc32(value, bytes.baseAddress, bytes.count)`: the CRC-32 `value` of what came before, continued over `bytes`.
    ///
    /// - Parameter bytes: At most `UInt32.max` of them.
    package func crc32(_ value: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        unsafe UInt32(truncatingIfNeeded: checksum(CUnsignedLong(value), bytes.baseAddress, CUnsignedInt(bytes.count)))
    }
}
