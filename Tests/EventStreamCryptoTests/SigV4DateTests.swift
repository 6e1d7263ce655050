#if Crypto
import EventStreamCodec
import EventStreamCrypto
import Foundation
import Testing

@Suite("Dates from Foundation")
struct SigV4DateTests {
    @Test("A date has the milliseconds of Foundation's")
    func dates() {
        #expect(SigV4Date(Date(timeIntervalSince1970: 1.9996)).milliseconds == 1_999)
        #expect(SigV4Date(Date(timeIntervalSince1970: -0.0005)).milliseconds == -1)
        #expect(SigV4Date(Date(timeIntervalSince1970: 1e300)).milliseconds == .max)
        #expect(SigV4Date(Date(timeIntervalSince1970: -1e300)).milliseconds == .min)
        #expect(abs(SigV4Date.now.milliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
    }
}
#endif
