#if Network
import AsyncHTTPClient
import EventStreamCodec
import EventStreamCrypto
import NIOCore
import NIOHTTP1

/// One request to a service, signed or not, whose response is read as it arrives.
struct ServiceRequest: ~Copyable {
    /// The URL for messages.
    let name: String
    private let secrets: SecretFilter
    private var exchange: HTTPExchange

    /// The parts of a request.
    struct Content {
        var url: RequestURL
        var method: String
        var headers: [(name: String, value: String)] = []
        /// Nil for a request without a body.
        var body: [UInt8]?
    }

    /// What a request is signed with.
    struct Signing {
        var credentials: AWSCredentials
        var region: String
        var service: String
    }

    /// The most bytes of an error's body that are read.
    private static let errorLength = 65_536

    /// The fields whose values are secrets.
    private static let secretFields: Set<String> = [
        "authorization", "cookie", "proxy-authorization", "x-amz-security-token", "x-api-key",
    ]

    /// Signs a request and sends it.
    ///
    /// - Parameters:
    ///   - content: The request.
    ///   - signing: What to sign it with; nil for a request that is not signed.
    ///   - settings: How the server is reached.
    /// - Throws: ``CommandFailure`` if the request cannot be signed or is not valid.
    init(_ content: Content, signing: Signing?, settings: ConnectionSettings) throws {
        let url = content.url
        var secrets = SecretFilter()
        var headers = content.headers
        for (name, value) in headers where Self.secretFields.contains(name.lowercased()) { secrets.add(value) }
        if !headers.contains(where: { $0.name.lowercased() == "host" }) { headers.append(("Host", url.host)) }
        if let signing {
            secrets.add(signing.credentials.secretAccessKey)
            secrets.add(signing.credentials.sessionToken)
            let signed = try Self.sign(content, headers, signing)
            let replaced = Set(signed.map { $0.name.lowercased() })
            headers.removeAll { replaced.contains($0.name.lowercased()) }
            headers += signed
        }
        do {
            let request = try HTTPClient.Request(
                url: url.absolute, method: HTTPMethod(rawValue: content.method), headers: HTTPHeaders(headers),
                body: content.body.map { .byteBuffer(ByteBuffer(bytes: $0)) })
            exchange = HTTPExchange(request, name: url.name, settings: settings)
        } catch let error as HTTPClientError {
            throw CommandFailure(status: CommandFailure.Status.usage, message: "\(url.name): invalid request: \(error)")
        }
        self.secrets = secrets
        name = url.name
    }

    /// Returns the header fields of the signature.
    private static func sign(
        _ content: Content, _ headers: [(name: String, value: String)], _ signing: Signing
    ) throws -> [(name: String, value: String)] {
        var signer = SigV4RequestSigner(signing.credentials, region: signing.region, service: signing.service)
        let request = SigV4Request(method: content.method, target: content.url.target, headers: headers)
        do throws(SigV4Error) {
            return try signer.sign(request, at: .now, payload: SigV4Payload(content.body ?? [])).headers
        } catch {
            // The clock of this machine is beyond the year 9999.
            throw CommandFailure(status: CommandFailure.Status.usage, message: "\(content.url.name): \(error)")
        }
    }

    /// Waits for the head of the response, with any status.
    ///
    /// - Throws: ``CommandFailure`` if there is no response.
    mutating func readHead() throws -> HTTPResponseHead { try exchange.readHead() }

    /// Waits for the head of the response.
    ///
    /// - Throws: ``CommandFailure`` if there is no response, or if its status is not 2xx.
    @discardableResult
    mutating func begin() throws -> HTTPResponseHead {
        let head = try exchange.readHead()
        guard !(200...299).contains(head.status.code) else { return head }
        var body: [UInt8] = []
        while body.count < Self.errorLength,
            (try? exchange.readNext { body.append(contentsOf: $0) }) == true
        {}
        let error = ServiceError(Array(body.prefix(Self.errorLength)), header: head.headers["x-amzn-errortype"].first)
        var found = "status \(head.status.code)"
        if let code = error.code { found += " \(code)" }
        if let location = head.headers["location"].first, (300...399).contains(head.status.code) {
            found += " to \(location.prefix { $0 != "?" }), which is not followed"
        }
        if let message = error.message { found += ": \(message)" }
        throw CommandFailure(
            status: CommandFailure.Status.exceptionInStream,
            message: "\(name): found \(secrets.filtered(found)), expected status 2xx")
    }

    /// Waits for the next bytes of the body.
    ///
    /// - Parameter body: Receives the bytes, in any number of pieces.
    /// - Returns: False at the end of the response.
    mutating func readNext(_ body: (RawSpan) throws -> Void) throws -> Bool {
        try exchange.readNext(body)
    }
}
#endif
