#if Crypto
import EventStreamCodec

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SigV4Date {
    /// Creates a date from Foundation's. Fractions of a millisecond are dropped.
    ///
    /// - Parameter date: The date. One beyond 64 bits of milliseconds becomes the first or last date.
    public init(_ date: Date) {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded(.down)
        self.init(milliseconds: Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max))
    }

    /// The date now.
    public static var now: SigV4Date { SigV4Date(Date()) }
}
#endif
