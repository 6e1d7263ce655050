import SystemPackage

/// Answers requests on loopback with a recording. One thread serves all connections.
struct ReplayServer: ~Copyable {
    private let listener: LoopbackListener
    private let plan: ReplayPlan
    private var connections: [ReplayConnection] = []

    /// When connections are accepted again after the process ran out of descriptors; nil if they are accepted now.
    private var acceptTime: MonotonicTime?

    /// The wait after an error of `accept`, in microseconds.
    private static let acceptPause: Int64 = 100_000

    /// Begins to listen. Clients can connect when this returns.
    ///
    /// - Parameters:
    ///   - port: The port, or 0 for one that is free.
    ///   - plan: The answer to each request.
    /// - Throws: `Errno`.
    init(port: UInt16, plan: ReplayPlan) throws(Errno) {
        listener = try LoopbackListener(port: port)
        self.plan = plan
    }

    /// The URL of the server. Each path has the same answer.
    var url: String { "http://127.0.0.1:\(listener.port)" }

    /// Serves until the process ends. Never returns.
    mutating func run() {
        while true {
            var readiness = ReadinessSet()
            let listens = acceptTime == nil
            readiness.add(listener.descriptor, input: listens, output: false)
            for connection in connections {
                readiness.add(connection.socket, input: connection.waitsForInput, output: connection.waitsForOutput)
            }
            let times = connections.map(\.nextTime) + (acceptTime.map { [$0] } ?? [])
            readiness.wait(until: times.min())
            for (index, connection) in connections.enumerated() {
                let isReady = readiness.isReady(index + 1)
                if isReady || connection.nextTime <= MonotonicTime.now { connection.advance(isReady: isReady) }
            }
            connections.removeAll(where: \.hasEnded)
            if let acceptTime, MonotonicTime.now >= acceptTime { self.acceptTime = nil }
            if listens && readiness.isReady(0) { acceptAll() }
        }
    }

    private mutating func acceptAll() {
        do throws(Errno) {
            while let socket = try listener.accept() {
                connections.append(ReplayConnection(socket, plan: plan))
            }
        } catch {
            // The others go on, and each one that ends returns a descriptor.
            acceptTime = MonotonicTime.now + Self.acceptPause
        }
    }
}

/// The statuses of HTTP (RFC 9110 §15).
enum HTTPStatus {
    /// Returns a status and its reason phrase, as in a status line.
    static func line(_ status: Int) -> String {
        "\(status) \(reasons[status] ?? "")"
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 206: "Partial Content",
        300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 307: "Temporary Redirect",
        308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed",
        413: "Content Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable",
        417: "Expectation Failed", 421: "Misdirected Request", 422: "Unprocessable Content", 424: "Failed Dependency",
        426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests",
        431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
        502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}
