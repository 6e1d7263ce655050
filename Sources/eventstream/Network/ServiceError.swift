#if Network
import EventStreamCodec
import TextCoding

/// What the body of an error response says: AWS's JSON and XML, or other text.
struct ServiceError {
    /// The error's code, such as `AccessDeniedException`; nil if there is none.
    private(set) var code: String?

    /// The message; nil if there is none.
    private(set) var message: String?

    /// The most characters of a body that are shown if it is not an error in JSON or XML.
    private static let shownCount = 200

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: The body, or its beginning.
    ///   - header: The field `x-amzn-errortype`, which services with JSON have.
    init(_ body: [UInt8], header: String?) {
        code = header.flatMap(Self.codeName)
        let text = String(decoding: body, as: UTF8.self)
        if let value = try? JSONValue(body) {
            read(value)
        } else if let tag = body.first(where: { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }), tag == UInt8(ascii: "<") {
            code = code ?? Self.element("Code", of: text)
            message = Self.element("Message", of: text) ?? Self.element("message", of: text)
        } else if let first = try? Self.firstMessage(of: body) {
            (code, message) = (code ?? first.code, first.message)
        }
        if message == nil, !body.isEmpty { message = SafeText.singleLine(text, atMost: Self.shownCount) }
    }

    /// Reads `message`, `Message` or `errorMessage`, which may be in `error` or `Error`, and the code beside it.
    private mutating func read(_ value: JSONValue) {
        let inner = value["error"] ?? value["Error"]
        for value in [value, inner].compactMap(\.self) {
            for key in ["message", "Message", "errorMessage"] {
                message = message ?? value[key]?.string
            }
            for key in ["__type", "code", "Code", "errorType", "type"] {
                code = code ?? value[key]?.string.flatMap(Self.codeName)
            }
        }
        message = message ?? inner?.string
    }

    /// Returns the name of an error: `aws.x#Name:http://…` is `Name`.
    private static func codeName(_ text: String) -> String? {
        let name = text.prefix { $0 != ":" }.split(separator: "#").last.map(String.init)
        return name.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Returns the text of the first XML element with a name.
    private static func element(_ name: String, of text: String) -> String? {
        let parts = text.divided(at: "<\(name)>")
        guard parts.count > 1 else { return nil }
        let ends = parts[1].divided(at: "</\(name)>")
        guard ends.count > 1 else { return nil }
        var content = ends[0]
        // The ampersand comes last: `&amp;lt;` is the text `&lt;`.
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&"),
        ]
        for (entity, character) in entities { content = content.divided(at: entity).joined(separator: character) }
        return content
    }

    /// Returns the error in the first message, if the body is an event stream.
    private static func firstMessage(of body: [UInt8]) throws -> (code: String?, message: String?)? {
        var decoder = EventStreamDecoder()
        return try decoder.withMessages(in: body) { messages -> (code: String?, message: String?)? in
            guard let message = try messages.next() else { return nil }
            let payload = [UInt8](message.payload)
            let text = (try? JSONValue(payload))?["message"]?.string
            switch message.kind {
            case .exception(let type): return (String(type), text ?? String(decoding: payload, as: UTF8.self))
            case .error(let code, let message): return (String?(code), String?(message))
            case .event, .unrecognized: return (nil, "an event stream")
            }
        }
    }
}

/// Removes secrets from text of a server. AWS's answer to a wrong signature repeats the request, including the session token.
struct SecretFilter {
    private var secrets: [String] = []

    /// Adds a secret. Very short ones are not, because they would be found everywhere.
    mutating func add(_ secret: String?) {
        guard let secret, secret.utf8.count >= 4 else { return }
        secrets.append(secret)
    }

    /// Returns the text with `(secret)` in place of each secret.
    func filtered(_ text: String) -> String {
        secrets.reduce(text) { $0.divided(at: $1).joined(separator: "(secret)") }
    }
}

extension String {
    /// Divides the text at each occurrence of another one.
    func divided(at separator: String) -> [String] {
        let (text, separator) = (Array(utf8), Array(separator.utf8))
        var parts: [String] = []
        var (start, position) = (0, 0)
        while position + separator.count <= text.count {
            guard text[position] == separator[0], text[position...].starts(with: separator) else {
                position += 1
                continue
            }
            parts.append(String(decoding: text[start..<position], as: UTF8.self))
            position += separator.count
            start = position
        }
        return parts + [String(decoding: text[start...], as: UTF8.self)]
    }
}
#endif
