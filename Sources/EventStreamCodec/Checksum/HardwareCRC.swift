#if HardwareChecksum
import CHardwareChecksum

/// The instructions that move a CRC's register.
///
/// The CRCs use the fastest path that the processor has. Only tests choose another one. The values are those of
/// `hardware_crc_level`.
package enum CRCPath: UInt32, Sendable, CaseIterable {
    /// Tables and folding, in Swift.
    case software = 1
    /// Multiplication of 64 bits: PCLMULQDQ on x86-64; PMULL and the CRC32 instructions on arm64.
    case multiplication128 = 2
    /// Two such multiplications at once: VPCLMULQDQ with AVX2 on x86-64.
    case multiplication256 = 3

    /// The paths that this processor has.
    package static var available: [CRCPath] {
        allCases.filter { $0.rawValue <= hardware_crc_level().rawValue }
    }
}
#endif
