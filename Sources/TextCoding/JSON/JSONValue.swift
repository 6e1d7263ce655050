import EventStreamCodec

/// A JSON value, owned.
package enum JSONValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// A number as written.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members in the order of the text.
    case object([Member])

    /// A member of an object.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var value: JSONValue

        package init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// Reads the value in `text`.
    ///
    /// - Throws: ``JSONError`` if `text` is anything but one value with whitespace around it.
    package init(_ text: RawSpan, rules: JSONRules = .strict) throws(JSONError) {
        var reader = try JSONReader(text, rules: rules)
        self = try reader.value()
        try reader.end()
    }

    /// Reads the value in `text`.
    ///
    /// - Throws: ``JSONError`` if `text` is anything but one value with whitespace around it.
    package init(_ text: [UInt8], rules: JSONRules = .strict) throws(JSONError) {
        self = try text.withBytes { text throws(JSONError) in try JSONValue(text, rules: rules) }
    }

    /// The members of an object.
    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements of an array.
    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text of a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Returns the exact value of a number that is an integer of type `T`, also if it is written as `1.0` or `1e3`;
    /// otherwise nil.
    package func integer<T: FixedWidthInteger>(as type: T.Type = T.self) -> T? {
        guard case .number(let text) = self else { return nil }
        return text.withUTF8Bytes { text in
            do throws(JSONError) {
                var reader = try JSONReader(text)
                return try reader.number().integer()
            } catch {
                return nil
            }
        }
    }

    /// The value of an object's member, of the last one if several have this key; nil for anything but an object.
    ///
    /// - Complexity: O(number of members)
    package subscript(key: String) -> JSONValue? {
        members?.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }
}

extension JSONReader {
    /// Reads the next value. Nesting costs memory, not stack.
    package mutating func value() throws(JSONError) -> JSONValue {
        var partials: [Partial] = []
        while true {
            // Nil for a container that has been opened.
            var complete: JSONValue?
            switch try kind() {
            case .object:
                try beginObject()
                partials.append(Partial(isObject: true))
            case .array:
                try beginArray()
                partials.append(Partial(isObject: false))
            case .string: complete = .string(try string().text)
            case .number: complete = .number(try number().text)
            case .boolean: complete = .boolean(try boolean())
            case .null:
                try null()
                complete = .null
            }
            // Adds the value to its container, and that to its own where it ends.
            while true {
                let top = partials.count &- 1
                if let complete {
                    if top < 0 { return complete }
                    partials[top].append(complete)
                }
                if try moveToNextValue(of: &partials[top]) { break }
                complete = partials.removeLast().value
            }
        }
    }

    private mutating func moveToNextValue(of partial: inout Partial) throws(JSONError) -> Bool {
        guard partial.isObject else { return try nextElement() }
        guard let key = try nextKey() else { return false }
        partial.key = key.text
        return true
    }

    /// A container whose end has not been read.
    private struct Partial {
        var isObject: Bool
        var elements: [JSONValue] = []
        var members: [JSONValue.Member] = []
        /// The key of the member whose value is next.
        var key = ""

        init(isObject: Bool) {
            self.isObject = isObject
        }

        mutating func append(_ value: JSONValue) {
            if isObject {
                members.append(JSONValue.Member(key: key, value: value))
            } else {
                elements.append(value)
            }
        }

        var value: JSONValue { isObject ? .object(members) : .array(elements) }
    }
}
