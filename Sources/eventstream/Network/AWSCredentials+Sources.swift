#if Network
import EventStreamCodec
import EventStreamCrypto
import TextCoding

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension AWSCredentials {
    /// Finds credentials: in the environment, or else in a profile.
    ///
    /// In a profile, keys in the file `credentials` come first, then `credential_process`, then keys in the file `config`, as in
    /// the AWS CLI.
    ///
    /// - Parameter profile: The profile.
    /// - Throws: ``CommandFailure`` of status 77 if there are none.
    static func find(in profile: AWSProfile) throws -> AWSCredentials {
        if let id = environmentVariable("AWS_ACCESS_KEY_ID") {
            guard let secret = environmentVariable("AWS_SECRET_ACCESS_KEY") else {
                throw missing("found AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY, expected both")
            }
            return AWSCredentials(
                accessKeyID: id, secretAccessKey: secret, sessionToken: environmentVariable("AWS_SESSION_TOKEN"))
        }
        let name = "profile \(profile.name)"
        if let keys = try AWSCredentials(settings: profile.credentials, of: name) { return keys }
        if let command = profile.config["credential_process"] ?? profile.credentials["credential_process"] {
            return try CredentialProcess.run(command, of: name)
        }
        if let keys = try AWSCredentials(settings: profile.config, of: name) { return keys }
        guard profile.exists else {
            if let problem = profile.problem { throw missing(problem) }
            throw missing(
                "found neither AWS_ACCESS_KEY_ID nor the profile \(profile.name) in \(profile.paths), "
                    + "expected credentials; see 'eventstream request --help'")
        }
        // The AWS CLI can log in and assume roles.
        throw missing(
            "found no keys and no credential_process in the profile \(profile.name), expected one of them; for others: "
                + "eval \"$(aws configure export-credentials --profile \(profile.name) --format env)\"")
    }

    /// Creates credentials from the settings of a profile; nil if it has no key.
    private init?(settings: [String: String], of name: String) throws {
        switch (settings["aws_access_key_id"], settings["aws_secret_access_key"]) {
        case (nil, nil): return nil
        case (let id?, let secret?) where !id.isEmpty && !secret.isEmpty:
            self.init(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: settings["aws_session_token"].flatMap { $0.isEmpty ? nil : $0 })
        default:
            throw Self.missing(
                "\(name): found one of aws_access_key_id and aws_secret_access_key, expected both")
        }
    }

    fileprivate static func missing(_ message: String) -> CommandFailure {
        CommandFailure(status: CommandFailure.Status.noCredentials, message: message)
    }
}

/// A program that prints credentials.
///
/// Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
private enum CredentialProcess {
    /// The longest output that is read.
    private static let outputLimit = 65_536

    /// Runs a program and reads the credentials that it prints. No message repeats its output.
    static func run(_ command: String, of name: String) throws -> AWSCredentials {
        let place = "\(name): credential_process"
        let (status, output) = try self.output(of: command, at: place)
        guard status == 0 else {
            throw AWSCredentials.missing("\(place): found exit status \(status), expected 0")
        }
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(output)
        } catch {
            // The error quotes the text.
            throw AWSCredentials.missing("\(place): found output that is not JSON, expected an object with credentials")
        }
        guard value["Version"]?.integer(as: Int.self) == 1 else {
            throw AWSCredentials.missing("\(place): found output without \"Version\": 1, expected it")
        }
        guard let id = value["AccessKeyId"]?.string, let secret = value["SecretAccessKey"]?.string else {
            throw AWSCredentials.missing("\(place): found no AccessKeyId or no SecretAccessKey, expected both")
        }
        if let expiration = value["Expiration"]?.string {
            guard let date = SigV4Date(iso8601: expiration) else {
                throw AWSCredentials.missing("\(place): found an Expiration that is not a date of ISO 8601")
            }
            guard date.milliseconds > SigV4Date.now.milliseconds else {
                throw AWSCredentials.missing("\(place): found credentials that have expired, expected valid ones")
            }
        }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: value["SessionToken"]?.string)
    }

    /// Runs a command in a shell. Its standard error is ours, because it may ask for a code.
    private static func output(of command: String, at place: String) throws -> (status: Int32, [UInt8]) {
        // The program must not inherit that we ignore the signal.
        _ = signal(SIGPIPE, SIG_DFL)
        defer { ignoreBrokenPipeSignal() }
        guard let pipe = unsafe popen(command, "r") else {
            throw AWSCredentials.missing("\(place): cannot be started")
        }
        var output: [UInt8] = []
        while output.count <= outputLimit {
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: 4_096) { buffer, count in
                count = unsafe fread(buffer.baseAddress, 1, 4_096, pipe)
            }
            if piece.isEmpty { break }
            output += piece
        }
        let status = unsafe pclose(pipe)
        // As in a shell: the exit status, or 128 and the signal.
        return (status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f, output)
    }
}

extension SigV4Date {
    /// Parses a date of ISO 8601 with seconds, such as `2026-11-28T10:00:00Z` or `2026-11-28T12:00:00.25+02:00`.
    init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count > 19, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        let digits = bytes[0..<4] + bytes[5..<7] + bytes[8..<10]
        let time = bytes[11..<13] + bytes[14..<16] + bytes[17..<19]
        let basic = String(decoding: digits + [UInt8(ascii: "T")] + time + [UInt8(ascii: "Z")], as: UTF8.self)
        guard let date = SigV4Date(timestamp: basic) else { return nil }
        var zone = bytes[19...]
        // Fractions of a second do not matter.
        if zone.first == UInt8(ascii: ".") {
            zone = zone.dropFirst().drop { (0x30...0x39).contains($0) }
        }
        var minutes: Int64 = 0
        if !zone.elementsEqual("Z".utf8) {
            let offset = zone.dropFirst().filter { $0 != UInt8(ascii: ":") }
            guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), offset.count == 4,
                offset.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int64(String(decoding: offset, as: UTF8.self))
            else { return nil }
            minutes = (number / 100 * 60 + number % 100) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        self.init(milliseconds: date.milliseconds - minutes * 60_000)
    }
}
#endif
