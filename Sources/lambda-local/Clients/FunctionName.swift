import NIOCore
import TextCoding

/// The function's name, with its ARN and version.
struct FunctionName: Sendable {
    var name: String
    var region: String

    /// The account in the function's ARN. The emulator has no accounts.
    private static let account = "000000000000"

    /// The only version.
    static let version = "$LATEST"

    var arn: String { "arn:aws:lambda:\(region):\(Self.account):function:\(name)" }

    /// Checks that a request names the function: by name, partial ARN or ARN, with or without a qualifier.
    ///
    /// - Throws: ``ServiceError`` of status 404 for another function or version.
    func check(_ encoded: Substring, query: String) throws(ServiceError) {
        let text = encoded.utf8.percentDecoded()
        var words = text.split(separator: ":", omittingEmptySubsequences: false)
        // arn:aws:lambda:REGION:ACCOUNT:function:NAME, or ACCOUNT:function:NAME. A function may be named "function".
        for marker in [5, 1] where words.count > marker + 1 && words[marker] == "function" {
            words.removeFirst(marker + 1)
            break
        }
        let qualifier = words.count > 1 ? words[1] : QueryItem.parse(query).first { $0.name == "Qualifier" }?.value[...]
        guard words.first.map(String.init) == name, words.count <= 2 else {
            var other = self
            other.name = words.first.map(String.init) ?? ""
            throw .functionNotFound(other.arn)
        }
        guard qualifier == nil || qualifier == Self.version[...] else {
            throw .functionNotFound("\(arn):\(qualifier ?? "")")
        }
    }
}

/// What is known about the function, as `GetFunction` and `GetFunctionConfiguration` return it (API reference).
struct FunctionConfiguration: Sendable {
    var function: FunctionName
    var handler: String
    var timeout: Duration

    /// The memory in MB.
    var memorySize: Int

    /// Returns the configuration as JSON.
    ///
    /// - Parameter isWrapped: Whether it is the member `Configuration` of an object, as `GetFunction` returns it.
    func json(isWrapped: Bool) -> ByteBuffer {
        var json: [UInt8] = []
        json.append(json: isWrapped ? "{\"Configuration\":{" : "{")
        json.append(json: "\"FunctionName\":")
        json.append(jsonString: function.name)
        json.append(json: ",\"FunctionArn\":")
        json.append(jsonString: function.arn)
        json.append(json: ",\"Version\":")
        json.append(jsonString: FunctionName.version)
        json.append(json: ",\"Handler\":")
        json.append(jsonString: handler)
        // The program brings its own runtime.
        json.append(json: ",\"Runtime\":\"provided.al2023\",\"PackageType\":\"Zip\",\"MemorySize\":")
        json.append(json: memorySize)
        // Lambda counts whole seconds.
        json.append(json: ",\"Timeout\":")
        json.append(json: (timeout.milliseconds + 999) / 1_000)
        json.append(json: ",\"State\":\"Active\",\"LastUpdateStatus\":\"Successful\"}")
        if isWrapped { json.append(UInt8(ascii: "}")) }
        return ByteBuffer(bytes: json)
    }
}
