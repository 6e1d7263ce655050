import NIOCore
import NIOHTTP1

/// Runs an invocation: queues it, delivers the function's response to the client, and logs the outcome.
struct InvocationRun {
    let queue: InvocationQueue

    /// Whether responses are limited to the bandwidth of production.
    let hasProductionBandwidth: Bool

    /// Runs an invocation and delivers its response.
    ///
    /// - Parameters:
    ///   - invocation: An invocation that is not in the queue yet.
    ///   - label: The name of the request in the log.
    ///   - watch: Reports when the client disconnects.
    ///   - delivery: Receives the response.
    /// - Throws: ``ServiceError`` if the queue is full.
    func callAsFunction(
        _ invocation: Invocation, _ label: String, _ watch: PeerWatch, _ delivery: inout some ResponseDelivery
    ) async throws {
        try await queue.submit(invocation)
        let queue = queue
        var account = Account(label: label)
        await watch.watching(onDeparture: { Task { await queue.withdraw(invocation) } }) {
            await pass(invocation, to: &delivery, &account)
        }
        account.report(invocation, delivery.outcome)
        if account.clientHasGone { throw ChannelError.alreadyClosed }
    }

    /// Runs events until the task is cancelled. A failed event is run again while it has attempts left.
    ///
    /// - Parameter events: Events that are in the queue already.
    func events(_ events: AsyncStream<Invocation>) async {
        await withDiscardingTaskGroup { group in
            for await event in events {
                group.addTask { await self.event(event) }
            }
        }
        let count = await queue.unfinishedEventCount
        if count > 0 { EventLog.note("\(count) accepted events have not been run to their end") }
    }

    private func event(_ first: Invocation) async {
        var next: Invocation? = first
        while let invocation = next, let attempt = invocation.attempt {
            var delivery = DiscardingDelivery()
            let number = attempt == 1 ? "" : ", attempt \(attempt) of \(Invocation.maximumAttempts)"
            var account = Account(label: "Invoke, as an event\(number)")
            await pass(invocation, to: &delivery, &account)
            // Events that no runtime has taken when this program ends are counted but not listed.
            guard !account.wasCutOff || invocation.hasStarted else { return }
            account.report(invocation, delivery.outcome)
            next = invocation.retry
        }
    }

    private func pass(
        _ invocation: Invocation, to delivery: inout some ResponseDelivery, _ account: inout Account
    ) async {
        var bandwidth = hasProductionBandwidth ? Bandwidth() : nil
        // A task that still waits to send a part must not wait any longer.
        defer { invocation.response.finish() }
        for await part in invocation.response {
            do {
                // If the client has disconnected, the function continues, as in Lambda, and its response is dropped.
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

    /// The content of the log line.
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

        func report(_ invocation: Invocation, _ outcome: (status: HTTPResponseStatus?, error: InvocationFailure?)) {
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

/// The bandwidth of a streamed response in production: 6 MiB at once, then 2 MiB per second.
///
/// A token bucket. Source: AWS Lambda developer guide, "Response streaming for Lambda functions".
struct Bandwidth {
    private static let burst = 6 << 20
    private static let bytesPerSecond = 2 << 20

    private var available = Double(Self.burst)
    private var time = ContinuousClock.now

    /// Waits until `count` bytes may be sent.
    mutating func pass(_ count: Int) async throws {
        let now = ContinuousClock.now
        let elapsed = Double((now - time).milliseconds) / 1_000
        available = min(available + elapsed * Double(Self.bytesPerSecond), Double(Self.burst)) - Double(count)
        time = now
        if available < 0 {
            try await Task.sleep(for: .seconds(-available / Double(Self.bytesPerSecond)))
        }
    }
}
