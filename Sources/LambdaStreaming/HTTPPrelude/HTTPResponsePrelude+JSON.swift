import EventStreamCodec

extension HTTPResponsePrelude {
    /// The prelude as it stands before the body: JSON, then the eight NUL bytes.
    public var encoded: [UInt8] {
        json + repeatElement(0, count: Self.delimiterByteCount)
    }

    /// The prelude as a JSON object: `statusCode`, `headers`, and `multiValueHeaders` and `cookies` when there are any.
    public var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(json: "{\"statusCode\":\(statusCode),\"headers\":")
        bytes.append(jsonObject: headers) { value, bytes in bytes.append(jsonString: value) }
        if !multiValueHeaders.isEmpty {
            bytes.append(json: ",\"multiValueHeaders\":")
            bytes.append(jsonObject: multiValueHeaders) { values, bytes in
                bytes.append(jsonList: values) { value, bytes in bytes.append(jsonString: value) }
            }
        }
        if !cookies.isEmpty {
            bytes.append(json: ",\"cookies\":")
            bytes.append(jsonList: cookies) { cookie, bytes in bytes.append(jsonString: cookie) }
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Reads a prelude from its JSON, without the NUL bytes.
    ///
    /// Every key may be absent or null; the status is then 200. Values of headers may be numbers and booleans, as
    /// functions write them. Unknown keys are passed over.
    ///
    /// - Throws: ``HTTPResponsePreludeError/Code/malformed``; ``HTTPResponsePreludeError/Code/statusCodeInvalid``;
    ///   ``HTTPResponsePreludeError/Code/fieldInvalid`` when a name is no token or a value has a control character, so
    ///   that what was read can be written into the head of a response.
    public init(json: RawSpan) throws(HTTPResponsePreludeError) {
        let value: JSONValue
        do throws(JSONReader.Malformed) {
            value = try JSONReader.read(json)
        } catch {
            throw HTTPResponsePreludeError(.malformed, at: error.offset)
        }
        guard let members = value.members else { throw HTTPResponsePreludeError(.malformed, at: 0) }
        self.init()
        if let status = members["statusCode"], status != .null {
            guard let code = status.integer, (100...599).contains(code) else {
                throw HTTPResponsePreludeError(.statusCodeInvalid, at: 0)
            }
            statusCode = code
        }
        for (name, value) in try Self.object(members["headers"]) { headers[name] = try Self.text(value, of: name) }
        for (name, values) in try Self.object(members["multiValueHeaders"]) {
            multiValueHeaders[name] = try Self.texts(values, of: name)
        }
        cookies = try Self.texts(members["cookies"], of: "Set-Cookie")
    }

    private static func object(_ value: JSONValue?) throws(HTTPResponsePreludeError) -> [String: JSONValue] {
        guard let value, value != .null else { return [:] }
        guard let members = value.members else { throw HTTPResponsePreludeError(.malformed, at: 0) }
        return members
    }

    private static func texts(_ value: JSONValue?, of name: String) throws(HTTPResponsePreludeError) -> [String] {
        guard let value, value != .null else { return [] }
        guard let elements = value.elements else { throw HTTPResponsePreludeError(.malformed, at: 0) }
        var texts: [String] = []
        for element in elements { texts.append(try text(element, of: name)) }
        return texts
    }

    /// The value of a field that can be written: one that stays within its field, of a name that is one.
    private static func text(_ value: JSONValue, of name: String) throws(HTTPResponsePreludeError) -> String {
        guard let text = value.scalarText, name.isToken, text.utf8.allSatisfy({ HTTPByte.isFieldValue($0) }) else {
            throw HTTPResponsePreludeError(.fieldInvalid, at: 0)
        }
        return text
    }
}
