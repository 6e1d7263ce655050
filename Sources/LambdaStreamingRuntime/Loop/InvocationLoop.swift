#if LambdaRuntime
import LambdaStreaming
import NIOCore
import NIOHTTP1

/// Fetches invocations one after the other, calls the handler, and reports its errors.
struct InvocationLoop {
    typealias Handler = (InvocationEvent, ResponseStream, InvocationContext) async throws -> Void

    let endpoint: RuntimeAPIEndpoint
    let shutdown: Shutdown

    /// Runs until the shutdown is requested.
    ///
    /// A connection that ends after it has served an invocation is replaced. One that ends before is an error.
    func run(_ handler: Handler) async throws {
        while !shutdown.isRequested {
            let connection = try await RuntimeAPIConnection.connect(to: endpoint)
            try await connection.executeThenClose { inbound, _ in
                var api = RuntimeAPIConnection(inbound, on: connection.channel)
                var served = 0
                while try await serve(&api, on: connection.channel, isFirst: served == 0, handler) { served += 1 }
            }
        }
    }

    /// Reports that the function could not be initialized. If the report fails, that is only logged: the caller throws the
    /// error anyway.
    func report(initializationError error: LambdaFunctionError) async {
        do {
            let connection = try await RuntimeAPIConnection.connect(to: endpoint)
            try await connection.executeThenClose { inbound, _ in
                var api = RuntimeAPIConnection(inbound, on: connection.channel)
                _ = try await api.answer(to: endpoint.initializationErrorRequest(error), .POST)
            }
        } catch {
            FunctionLog.note("the initialization error could not be reported: \(error)")
        }
    }

    /// Serves one invocation.
    ///
    /// - Returns: Whether the connection can and should serve another one.
    private func serve(
        _ api: inout RuntimeAPIConnection, on channel: any Channel, isFirst: Bool, _ handler: Handler
    ) async throws -> Bool {
        guard shutdown.beginWaiting(on: channel) else { return false }
        let next: RuntimeAPIConnection.Answer
        do {
            defer { shutdown.endWaiting() }
            next = try await api.answer(to: endpoint.nextRequest, .GET)
        } catch {
            // The shutdown was requested, or the other side has closed an idle connection.
            if shutdown.isRequested || !isFirst { return false }
            throw error
        }
        guard next.status == .ok, let context = InvocationContext(next.fields) else {
            throw LambdaRuntimeError(
                .unexpectedAnswer, foundDescription: "status \(next.status.code) from the Runtime API",
                expectedDescription: "an invocation")
        }
        let response = ResponseStream(
            endpoint.response(toRequest: context.requestID), to: .connection(api.writer))
        do {
            try await respond(to: InvocationEvent(next.body), context, response, on: &api, handler)
        } catch {
            FunctionLog.note("request \(context.requestID): the response could not be sent: \(error)")
            return false
        }
        return !api.closesAfterAnswer && !shutdown.isRequested
    }

    /// Calls the handler, and ends the response if the handler has not.
    private func respond(
        to event: InvocationEvent, _ context: InvocationContext, _ response: ResponseStream,
        on api: inout RuntimeAPIConnection, _ handler: Handler
    ) async throws {
        // The decoder expects one answer, either to the response or to an error report. Both are a POST.
        try await api.writer.begin(.POST)
        do {
            try await handler(event, response, context)
            if !response.hasEnded { try await response.end() }
        } catch {
            if response.isBroken { throw error }
            let failure = LambdaFunctionError(thrown: error)
            FunctionLog.note("request \(context.requestID): \(failure.type): \(failure.message)")
            if !response.hasBegun {
                let report = endpoint.errorRequest(forRequest: context.requestID, failure)
                try await api.writer.write(ByteBuffer(bytes: report))
            } else if !response.hasEnded {
                try await response.fail(failure)
            }
        }
        let answer = try await api.readAnswer()
        if answer.status.code >= 300 {
            FunctionLog.note(
                "request \(context.requestID): found status \(answer.status.code) for the response, expected 202: "
                    + String(buffer: answer.body))
        }
    }
}
#endif
