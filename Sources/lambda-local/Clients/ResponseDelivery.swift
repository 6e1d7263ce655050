import NIOCore
import NIOHTTP1

/// How the parts of a function's response become the response that a client gets.
///
/// Every method returns when what it was given is on its way, and throws when the client has gone.
protocol ResponseDelivery {
    /// The response begins.
    mutating func begin(_ head: ResponseHead) async throws

    /// The next bytes of the response.
    mutating func deliver(_ data: ByteBuffer) async throws

    /// The response is whole, or the function failed, with or without a response begun before.
    mutating func end(_ error: InvocationFailure?) async throws

    /// The status that the client got, and what is wrong if something is.
    var outcome: (status: HTTPResponseStatus?, error: InvocationFailure?) { get }
}
