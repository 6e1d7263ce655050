import NIOCore
import NIOHTTP1

/// `Invoke` of the type `Event`: nobody waits for the response.
struct DiscardingDelivery: ResponseDelivery {
    private(set) var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) = (.accepted, nil)

    mutating func begin(_ head: ResponseHead) {}

    mutating func deliver(_ data: ByteBuffer) {}

    mutating func end(_ error: InvocationFailure?) {
        outcome.error = error
    }
}
