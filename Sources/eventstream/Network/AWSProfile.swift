#if Network
import SystemPackage
import TextCoding

/// The settings of one profile in AWS's two shared files.
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files". Settings of settings, in indented lines, are
/// skipped.
struct AWSProfile {
    /// The name of the profile.
    let name: String

    /// The settings in the file `credentials`.
    private(set) var credentials: [String: String] = [:]

    /// The settings in the file `config`.
    private(set) var config: [String: String] = [:]

    /// Whether one of the files has the profile.
    private(set) var exists = false

    /// The paths of the files, for messages.
    let paths: String

    /// Why a file that exists cannot be read; nil if there is no such file.
    private(set) var problem: String?

    /// Reads a profile. A file that does not exist, or cannot be read, has no profiles.
    ///
    /// - Parameter name: The name on the command line; nil for `AWS_PROFILE` or `default`.
    init(named name: String?) {
        self.name = name ?? environmentVariable("AWS_PROFILE") ?? "default"
        let credentialsPath = Self.path("AWS_SHARED_CREDENTIALS_FILE", default: "credentials")
        let configPath = Self.path("AWS_CONFIG_FILE", default: "config")
        paths = "\(credentialsPath) and \(configPath)"
        // In `config`, all profiles but the default one have a prefix.
        let sections = self.name == "default" ? ["default", "profile default"] : ["profile \(self.name)"]
        if let settings = Self.settings(of: [self.name], in: read(credentialsPath)) {
            (credentials, exists) = (settings, true)
        }
        if let settings = Self.settings(of: sections, in: read(configPath)) {
            (config, exists) = (settings, true)
        }
    }

    /// The region of the profile.
    var region: String? { config["region"] ?? credentials["region"] }

    /// Returns the path in a variable, or that of a file in `~/.aws`.
    private static func path(_ variable: String, default name: String) -> String {
        let home = environmentVariable("HOME") ?? ""
        guard let path = environmentVariable(variable) else { return "\(home)/.aws/\(name)" }
        return path.hasPrefix("~/") ? home + path.dropFirst() : path
    }

    private mutating func read(_ path: String) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            defer { try? file.close() }
            var content: [UInt8] = []
            while true {
                let piece = try unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                    count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if piece.isEmpty { return content }
                content += piece
            }
        } catch Errno.noSuchFileOrDirectory {
            return []
        } catch {
            problem = problem ?? "\(path): \(error)"
            return []
        }
    }

    /// Returns the settings of the sections with one of these names; nil if there is none.
    static func settings(of sections: [String], in content: [UInt8]) -> [String: String]? {
        var settings: [String: String]?
        var isInSection = false
        // A line feed after a carriage return is one character of Swift, so lines are split as bytes.
        for line in content.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
            guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else { continue }
            let text = trimmed(String(decoding: line, as: UTF8.self)[...])
            if first == UInt8(ascii: "["), let end = text.firstIndex(of: "]") {
                // A name in quotes may have spaces in it.
                let words = text[text.index(after: text.startIndex)..<end]
                    .split(separator: " ", maxSplits: 1).map { unquoted(trimmed($0)) }
                isInSection = sections.contains(words.joined(separator: " "))
                if isInSection { settings = settings ?? [:] }
            } else if isInSection, first != UInt8(ascii: " "), first != UInt8(ascii: "\t"),
                let equals = text.firstIndex(of: "=")
            {
                let value = trimmed(text[text.index(after: equals)...])
                settings?[trimmed(text[..<equals]).lowercased()] = String(value)
            }
        }
        return settings
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }.map { start.index(after: $0) }
        return start[..<(end ?? start.startIndex)]
    }

    private static func unquoted(_ text: Substring) -> String {
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return String(text)
    }
}
#endif
