#if LambdaRuntime
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import LambdaStreaming

extension RuntimeAPIEndpoint {
    /// The endpoint that Lambda names in the environment.
    static func ofEnvironment() throws -> RuntimeAPIEndpoint {
        guard let authority = ProcessInfo.processInfo.environment["AWS_LAMBDA_RUNTIME_API"], !authority.isEmpty else {
            throw LambdaRuntimeError.noEndpoint
        }
        return try RuntimeAPIEndpoint(authority: authority)
    }

    /// Host and port of the authority: `host:port`, `[address]:port`, or either without a port, which is then 80.
    var hostAndPort: (host: String, port: Int) {
        var host = Substring(authority)
        var port = 80
        if let colon = authority.lastIndex(of: ":"), let number = UInt16(authority[authority.index(after: colon)...]) {
            host = authority[..<colon]
            port = Int(number)
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        return (String(host), port)
    }
}
#endif
