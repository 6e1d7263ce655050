import ArgumentParser

#if Network
import EventStreamCodec
import NIOSSL
#endif

/// Whose credentials sign a request, and for which region.
struct AccountOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The region (default: that of the host, AWS_REGION, AWS_DEFAULT_REGION, that of the profile).",
            valueName: "r"))
    var region: String?

    @Option(
        help: ArgumentHelp(
            "The profile in ~/.aws/credentials and ~/.aws/config, if AWS_ACCESS_KEY_ID is not set (default: "
                + "AWS_PROFILE, or 'default').", valueName: "p"))
    var profile: String?
}

/// How a server is reached.
struct ConnectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Trust the authorities in this PEM file too (default: AWS_CA_BUNDLE).", valueName: "file"),
        completion: .file())
    var caFile: String?

    @Option(help: ArgumentHelp("The most seconds for connecting.", valueName: "s"))
    var connectTimeout = 10.0

    @Option(help: ArgumentHelp("The most seconds without a byte from the server (default: any).", valueName: "s"))
    var idleTimeout: Double?

    func validate() throws {
        for (option, seconds) in [("--connect-timeout", connectTimeout), ("--idle-timeout", idleTimeout ?? 1)] {
            guard seconds > 0, seconds <= 1e6 else {
                throw ValidationError("\(option) takes a positive number of seconds.")
            }
        }
    }
}

/// Reads the argument of `--data`: the data itself, `@` and the name of a file, or `-` for standard input.
enum RequestData {
    /// Returns the data, and what it is called in messages.
    ///
    /// - Throws: ``CommandFailure`` if the file cannot be read.
    static func read(_ argument: String, allowsStandardInput: Bool) throws -> (bytes: [UInt8], name: String) {
        let isStandardInput = allowsStandardInput && argument == "-"
        guard argument.hasPrefix("@") || isStandardInput else { return (Array(argument.utf8), "--data") }
        var file = try InputFile(isStandardInput ? argument : String(argument.dropFirst()))
        var bytes: [UInt8] = []
        while try file.readNext({ unsafe bytes.append(contentsOf: $0.bytes) }) {}
        return (bytes, file.name)
    }
}

#if Network
extension ConnectionOptions {
    /// Returns the settings for a URL: the options, and the proxy of the environment.
    ///
    /// - Throws: ``CommandFailure`` if the authorities cannot be read, or if the proxy is invalid.
    func settings(for url: RequestURL) throws -> ConnectionSettings {
        var settings = ConnectionSettings(
            proxy: try ProxyEnvironment.proxy(for: url), allowsHTTP2: true, connectTimeout: connectTimeout,
            idleTimeout: idleTimeout)
        if url.isSecure, let file = caFile ?? environmentVariable("AWS_CA_BUNDLE") {
            settings.authorities = try Self.authorities(in: file)
        }
        return settings
    }

    private static func authorities(in path: String) throws -> [NIOSSLCertificate] {
        var file = try InputFile(path)
        var content: [UInt8] = []
        while try file.readNext({ unsafe content.append(contentsOf: $0.bytes) }) {}
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(content)
            if !certificates.isEmpty { return certificates }
        } catch {}
        throw CommandFailure(
            status: CommandFailure.Status.corruptData,
            message: "\(file.name): found no certificate that can be read, expected certificates in PEM")
    }
}

extension AccountOptions {
    /// Finds what a request is signed with.
    ///
    /// - Parameters:
    ///   - url: The URL, whose host may name the service and the region.
    ///   - service: The signing name; nil for that of the host.
    /// - Throws: ``CommandFailure`` of status 64 if the service or region is unknown, and of status 77 without credentials.
    func signing(for url: RequestURL, service: String?) throws -> ServiceRequest.Signing {
        let host = AWSHost(url.authority.host)
        let (profile, region) = profileAndRegion(host.region)
        guard let service = service ?? host.service else {
            throw CommandFailure(
                status: CommandFailure.Status.usage,
                message: "\(url.name): found no service in the name of the host, expected --service, or --no-sign")
        }
        guard let region else { throw CommandFailure.noRegion(url.name) }
        return ServiceRequest.Signing(
            credentials: try AWSCredentials.find(in: profile), region: region, service: service)
    }

    /// Returns the profile, and the region: that of the option, that of the host, that of the environment, or that of the
    /// profile.
    func profileAndRegion(_ ofHost: String?) -> (AWSProfile, region: String?) {
        let profile = AWSProfile(named: profile)
        let region =
            region ?? ofHost ?? environmentVariable("AWS_REGION") ?? environmentVariable("AWS_DEFAULT_REGION")
            ?? profile.region
        return (profile, region)
    }
}

extension CommandFailure {
    /// No region was found.
    static func noRegion(_ name: String) -> CommandFailure {
        CommandFailure(
            status: Status.usage,
            message:
                "\(name): found no region in the name of the host, AWS_REGION, AWS_DEFAULT_REGION and the profile, "
                + "expected --region")
    }
}
#else
extension CommandFailure {
    /// This build cannot open URLs.
    ///
    /// - Parameter name: The command or the URL.
    static func noNetwork(_ name: String) -> CommandFailure {
        CommandFailure(
            status: Status.unavailable,
            message: "\(name): this build cannot open URLs; run Scripts/install, or "
                + "'swift build -c release --product eventstream --traits Network', for one that can")
    }
}
#endif
