import NIOCore
import NIOHTTP1

/// Takes an invocation through: queue, function, client; and writes the line that tells how it went.
struct InvocationRun {
    let queue: InvocationQueue

    /// Whether responses are held to the bandwidth of production.
    let hasProductionBandwidth: Bool

    /// Runs an invocation and delivers its response.
    ///
    /// - Parameters:
    ///   - invocation: An invocation that is not in the queue yet.
    ///   - label: The request as the log names it.
    ///   - watch: Who tells when the client goes.
    ///   - delivery: Where the response goes.
    /// - Throws: ``ServiceError`` when the queue is full.
    func callAsFunction(
        _ invocation: Invocation, _ label: String, _ watch: PeerWatch?, _ delivery: inout some ResponseDelivery
    ) async throws {
        guard await queue.submit(invocation) else { throw ServiceError.throttled }
        let queue = queue
        var account = Account(label: label)
        if let watch {
            await watch.watching(onDeparture: { Task { await queue.withdraw(invocation) } }) {
                await pass(invocation, to: &delivery, &account)
            }
        } else {
            await pass(invocation, to: &delivery, &account)
        }
        account.report(invocation, delivery.outcome)
        if account.clientHasGone { throw ChannelError.alreadyClosed }
    }

    private func pass(
        _ invocation: Invocation, to delivery: inout some ResponseDelivery, _ account: inout Account
    ) async {
        var bandwidth = hasProductionBandwidth ? Bandwidth() : nil
        // Whoever still has a part to send learns that nobody takes it.
        defer { invocation.response.finish() }
        for await part in invocation.response {
            do {
                // When the client has gone, the function goes on, as Lambda lets it, and what it says is dropped.
                switch part {
                case _ where account.clientHasGone: break
                case .head(let head): try await delivery.begin(head)
                case .data(let data):
                    try await bandwidth?.pass(data.readableBytes)
                    try await delivery.deliver(data)
                    account.count(data.readableBytes)
                case .end(let error): try await delivery.end(error)
                }
            } catch {
                account.clientHasGone = true
            }
            if case .end = part { return }
        }
        account.wasCutOff = true
    }

    /// What the log line says.
    private struct Account {
        let label: String
        var clientHasGone = false

        /// Whether this program has ended before the function did.
        var wasCutOff = false

        private let start = ContinuousClock.now
        private var firstByte: Duration?
        private var byteCount = 0

        init(label: String) {
            self.label = label
        }

        mutating func count(_ bytes: Int) {
            byteCount += bytes
            if firstByte == nil { firstByte = ContinuousClock.now - start }
        }

        func report(_ invocation: Invocation, _ outcome: (status: HTTPResponseStatus?, error: FunctionError?)) {
            var line = "\(invocation.id) \(label)"
            if let status = outcome.status { line += " \(status.code)" }
            if let firstByte { line += ", first byte after \(firstByte.formattedMilliseconds) ms" }
            line += ", \(byteCount) bytes in \((ContinuousClock.now - start).formattedMilliseconds) ms"
            if let error = outcome.error { line += ", \(error.type): \(error.json)" }
            if clientHasGone, !wasCutOff { line += ", client gone" }
            if wasCutOff { line += ", cut off by the end of lambda-local" }
            EventLog.note(line)
        }
    }
}
