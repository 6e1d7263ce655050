import EventStreamCodec

/// What a ``JSONReader`` accepts beyond the grammar of RFC 8259.
package struct JSONRules: Sendable {
    /// Whether an object may have several members with the same key.
    package var allowsDuplicateKeys: Bool

    /// Whether a `\u` escape of half a surrogate pair becomes U+FFFD. Otherwise it is an error.
    package var replacesLoneSurrogates: Bool

    /// The deepest nesting of arrays and objects.
    package var maximumDepth: Int

    /// Creates rules; the defaults are the strict ones.
    package init(
        allowsDuplicateKeys: Bool = false, replacesLoneSurrogates: Bool = false, maximumDepth: Int = defaultDepth
    ) {
        self.allowsDuplicateKeys = allowsDuplicateKeys
        self.replacesLoneSurrogates = replacesLoneSurrogates
        self.maximumDepth = maximumDepth
    }

    /// The default of ``maximumDepth``: deeper than data that people write, and shallow enough to destroy a ``JSONValue``
    /// recursively on any thread's stack.
    package static let defaultDepth = 512

    /// Rejects duplicate keys and lone surrogates.
    package static let strict = JSONRules()

    /// Accepts what ECMAScript's `JSON.parse` accepts. Of members with the same key the last one counts.
    package static let ecmaScript = JSONRules(allowsDuplicateKeys: true, replacesLoneSurrogates: true)
}

/// Reads JSON (RFC 8259) value by value, without building values that the caller does not ask for.
///
/// ```swift
/// var reader = try JSONReader(line)
/// try reader.beginObject()
/// while let key = try reader.nextKey() {
///     if key == "name" { name = try reader.string().text } else { try reader.skipValue() }
/// }
/// try reader.end()
/// ```
///
/// The contract:
///
/// - Every byte is checked, also of values that are skipped: UTF-8 only, no byte order mark, no trailing commas.
/// - For any input: no traps, no recursion, linear time.
/// - The caller reads or skips exactly one value after ``beginObject()`` and ``nextKey()`` returned a key, and after
///   ``nextElement()`` returned true. After an error the reader is not used again.
package struct JSONReader: ~Escapable {
    /// The text that is read.
    package let text: RawSpan
    let rules: JSONRules

    /// The offset of the next byte that has not been read.
    package internal(set) var position = 0

    private var memory = Memory()

    /// Whether nothing has been read of the innermost container.
    private var isAtStart = false

    /// What a reader records about the containers that it is in. A caller that reads many texts passes it from one reader to
    /// the next, so that only the first ones allocate.
    package struct Memory {
        fileprivate var containers: [Container] = []

        /// The keys of all open objects, the outermost first.
        fileprivate var keys: [Key] = []

        /// Creates memory that the first reader fills.
        package init() {}
    }

    fileprivate struct Container {
        var isObject: Bool
        /// The number of keys that belong to containers around this one.
        var firstKey: Int
        /// The keys, once there are more than ``scannedKeyCount``.
        var names: Set<[UInt8]>?
    }

    fileprivate struct Key {
        var start: Int
        var end: Int
        var hasEscapes: Bool
    }

    /// The number of keys up to which an object's keys are compared one by one.
    private static let scannedKeyCount = 16

    /// Creates a reader at the start of `text`.
    ///
    /// - Throws: ``JSONError`` if `text` is not UTF-8.
    @_lifetime(copy text)
    package init(_ text: RawSpan, rules: JSONRules = .strict) throws(JSONError) {
        self.text = text
        self.rules = rules
        if let offset = text.firstIllFormedUTF8(in: text.byteOffsets) {
            throw JSONError(
                in: text, at: offset, found: "0x\(Hexadecimal.text([text.byte(at: offset)]))", expected: "UTF-8")
        }
    }

    /// Creates a reader at the start of `text` that takes its memory from a reader that has ended.
    ///
    /// - Parameter memory: The memory, which is empty until ``end(returning:)`` returns it.
    /// - Throws: ``JSONError`` if `text` is not UTF-8.
    @_lifetime(copy text)
    package init(_ text: RawSpan, rules: JSONRules = .strict, taking memory: inout Memory) throws(JSONError) {
        try self.init(text, rules: rules)
        swap(&self.memory, &memory)
    }

    /// Checks that `text` is one value with whitespace around it.
    ///
    /// - Throws: ``JSONError`` if it is anything else.
    package static func check(_ text: RawSpan, rules: JSONRules = .strict) throws(JSONError) {
        var reader = try JSONReader(text, rules: rules)
        try reader.skipValue()
        try reader.end()
    }

    /// Checks that `text` is one value with whitespace around it.
    ///
    /// - Throws: ``JSONError`` if it is anything else.
    package static func check(_ text: [UInt8], rules: JSONRules = .strict) throws(JSONError) {
        try text.withBytes { text throws(JSONError) in try check(text, rules: rules) }
    }

    /// Moves into the object that is the next value.
    ///
    /// - Parameter expected: What an error says was expected if the next value is something else.
    package mutating func beginObject(as expected: String = "an object") throws(JSONError) {
        try begin(UInt8(ascii: "{"), isObject: true, expected)
    }

    /// Moves into the array that is the next value.
    ///
    /// - Parameter expected: What an error says was expected if the next value is something else.
    package mutating func beginArray(as expected: String = "an array") throws(JSONError) {
        try begin(UInt8(ascii: "["), isObject: false, expected)
    }

    /// Reads the next key of the innermost object, and the colon after it.
    ///
    /// - Returns: The key, or nil after the last member; the reader has then left the object.
    @_lifetime(copy self)
    package mutating func nextKey() throws(JSONError) -> JSONString? {
        let isFirst = isAtStart
        guard try hasNext(closing: UInt8(ascii: "}"), expected: "'}' or ',' and another member") else { return nil }
        guard next == UInt8(ascii: "\"") else {
            throw unexpected(isFirst ? "'}' or a key in double quotes" : "a key in double quotes")
        }
        let key = try scanString()
        if !rules.allowsDuplicateKeys { try record(key) }
        skipWhitespace()
        guard skip(UInt8(ascii: ":")) else { throw unexpected("':' after a key") }
        return key
    }

    /// Moves to the next element of the innermost array.
    ///
    /// - Returns: Whether there is one; if not, the reader has left the array.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try hasNext(closing: UInt8(ascii: "]"), expected: "']' or ',' and another value")
    }

    /// Checks that only whitespace remains.
    package mutating func end() throws(JSONError) {
        skipWhitespace()
        guard next == nil else { throw unexpected("the end of the text") }
    }

    /// Checks that only whitespace remains, and returns the memory for the next reader.
    package mutating func end(returning memory: inout Memory) throws(JSONError) {
        try end()
        // A reader whose caller has not left every container keeps what it recorded.
        if self.memory.containers.isEmpty { swap(&self.memory, &memory) }
    }

    /// Checks the next value and moves past it.
    package mutating func skipValue() throws(JSONError) {
        let depth = memory.containers.count
        repeat {
            switch try kind() {
            case .object: try beginObject()
            case .array: try beginArray()
            case .string: _ = try string()
            case .number: _ = try number()
            case .boolean: _ = try boolean()
            case .null: try null()
            }
        } while try moveToNextValue(above: depth)
    }

    /// Moves past the next value if it is written with exactly the bytes of `known`, a value that a reader has accepted.
    ///
    /// - Returns: Whether it is.
    package mutating func skip(known: RawSpan) throws(JSONError) -> Bool {
        // An object or array ends with its bracket. The end of any other value depends on what follows it.
        let kind = try kind()
        guard kind == .object || kind == .array, text.byteCount &- position >= known.byteCount,
            text.extracting(position..<(position &+ known.byteCount)).elementsEqual(known)
        else { return false }
        position &+= known.byteCount
        return !known.isEmpty
    }

    /// Moves to the next value of the containers that were opened above `depth`, leaving those that end.
    ///
    /// - Returns: Whether there is such a value.
    private mutating func moveToNextValue(above depth: Int) throws(JSONError) -> Bool {
        while memory.containers.count > depth {
            if memory.containers[memory.containers.count &- 1].isObject {
                if try nextKey() != nil { return true }
            } else {
                if try nextElement() { return true }
            }
        }
        return false
    }
}

/// Containers and their keys.
extension JSONReader {
    private mutating func begin(_ bracket: UInt8, isObject: Bool, _ expected: String) throws(JSONError) {
        skipWhitespace()
        guard next == bracket else { throw unexpected(expected) }
        guard memory.containers.count < rules.maximumDepth else {
            throw error(
                at: position, found: "more than \(rules.maximumDepth) nested arrays and objects",
                expected: "at most \(rules.maximumDepth)")
        }
        position &+= 1
        memory.containers.append(Container(isObject: isObject, firstKey: memory.keys.count))
        isAtStart = true
    }

    /// Moves past a comma, or past the bracket that closes the innermost container.
    ///
    /// - Returns: Whether a member or an element must follow.
    private mutating func hasNext(closing bracket: UInt8, expected: String) throws(JSONError) -> Bool {
        skipWhitespace()
        let isFirst = isAtStart
        isAtStart = false
        if skip(bracket) {
            if let container = memory.containers.popLast() { memory.keys.removeSubrange(container.firstKey...) }
            return false
        }
        if !isFirst {
            guard skip(UInt8(ascii: ",")) else { throw unexpected(expected) }
            skipWhitespace()
        }
        return true
    }

    /// Rejects `key` if the innermost object has had it, otherwise records it.
    private mutating func record(_ key: JSONString) throws(JSONError) {
        let top = memory.containers.count &- 1
        guard top >= 0 else { return }
        let firstKey = memory.containers[top].firstKey
        var isDuplicate = false
        if memory.keys.count &- firstKey < Self.scannedKeyCount {
            for index in firstKey..<memory.keys.count where isSame(memory.keys[index], key) { isDuplicate = true }
        } else {
            // Hashed with the process's seed, so that no input makes this slow.
            if memory.containers[top].names == nil {
                var names: Set<[UInt8]> = []
                for index in firstKey..<memory.keys.count { names.insert(string(of: memory.keys[index]).bytes) }
                memory.containers[top].names = names
            }
            isDuplicate = memory.containers[top].names?.insert(key.bytes).inserted == false
        }
        if isDuplicate {
            throw error(
                at: key.offset, found: "a second \"\(SafeText.singleLine(key.text, atMost: 60))\" in an object",
                expected: "every key once")
        }
        if memory.keys.count &- firstKey < Self.scannedKeyCount {
            let start = key.offset &+ 1
            memory.keys.append(Key(start: start, end: start &+ key.raw.byteCount, hasEscapes: key.hasEscapes))
        }
    }

    private func isSame(_ key: Key, _ other: JSONString) -> Bool {
        if key.hasEscapes || other.hasEscapes { return string(of: key).bytes == other.bytes }
        return text.extracting(key.start..<key.end).hasSameBytes(as: other.raw)
    }

    @_lifetime(copy self)
    private func string(of key: Key) -> JSONString {
        JSONString(raw: text.extracting(key.start..<key.end), offset: key.start &- 1, hasEscapes: key.hasEscapes)
    }
}

/// Single bytes.
extension JSONReader {
    /// The byte at the position; nil at the end.
    var next: UInt8? { position < text.byteCount ? text.byte(at: position) : nil }

    mutating func skipWhitespace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position &+= 1 }
    }

    /// Moves past `byte`, if it is next.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position &+= 1
        return true
    }

    /// The error that the next token is not the one that was expected.
    package func unexpected(_ expected: String) -> JSONError {
        error(at: position, found: text.jsonDescription(at: position), expected: expected)
    }

    /// An error at an offset in the text.
    package func error(at offset: Int, found: String, expected: String) -> JSONError {
        JSONError(in: text, at: offset, found: found, expected: expected)
    }
}

extension RawSpan {
    /// Whether the two spans have the same bytes.
    func hasSameBytes(as other: RawSpan) -> Bool {
        elementsEqual(other)
    }
}
