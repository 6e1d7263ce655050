#if Network
import EventStreamCodec

/// One `InvokeWithResponseStream`, whose response is read as it arrives.
struct InvokeRequest: ~Copyable {
    private var request: ServiceRequest

    /// Whether a status other than 200 is answered like that of any signed request.
    private let isSigned: Bool

    /// The number of bytes of an unexpected response's body that are shown.
    private static let shownBytes = 1_000

    /// Sends the request.
    ///
    /// - Parameters:
    ///   - url: The URL of the operation.
    ///   - event: The body.
    ///   - signing: What to sign it with; nil for an emulator.
    ///   - settings: How the server is reached.
    /// - Throws: ``CommandFailure``.
    init(
        to url: RequestURL, event: [UInt8], signing: ServiceRequest.Signing?, settings: ConnectionSettings
    ) throws {
        let headers = [("Content-Type", "application/json"), ("X-Amz-Log-Type", "Tail")]
        let content = ServiceRequest.Content(url: url, method: "POST", headers: headers, body: event)
        request = try ServiceRequest(content, signing: signing, settings: settings)
        isSigned = signing != nil
    }

    /// The URL for messages.
    var name: String { request.name }

    /// Waits for the head of the response.
    ///
    /// - Throws: ``CommandFailure`` if there is no response, or one that is not an event stream.
    mutating func begin() throws {
        let head = isSigned ? try request.begin() : try request.readHead()
        guard isSigned || head.status == .ok else {
            throw CommandFailure(
                status: CommandFailure.Status.noInput,
                message: "\(name): found status \(head.status.code) and \(shownBody()), expected status 200")
        }
        let type = head.headers["content-type"].first ?? "no content type"
        guard type.lowercased().hasPrefix("application/vnd.amazon.eventstream") else {
            throw CommandFailure(
                status: CommandFailure.Status.corruptData,
                message: "\(name): found \(type), expected application/vnd.amazon.eventstream")
        }
    }

    /// Waits for the next bytes of the event stream.
    ///
    /// - Parameter body: Receives the bytes, in any number of pieces.
    /// - Returns: False at the end of the response.
    mutating func readNext(_ body: (RawSpan) throws -> Void) throws -> Bool {
        try request.readNext(body)
    }

    /// Returns the beginning of a body that explains why there is no event stream.
    private mutating func shownBody() -> String {
        var text: [UInt8] = []
        while text.count < Self.shownBytes, (try? request.readNext { text.append(contentsOf: $0) }) == true {}
        return text.isEmpty ? "no body" : String(decoding: text.prefix(Self.shownBytes), as: UTF8.self)
    }
}
#endif
