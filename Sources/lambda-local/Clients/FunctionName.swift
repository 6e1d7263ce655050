/// The function's name, and the other ways to say it.
struct FunctionName: Sendable {
    var name: String
    var region: String

    /// The account of the function's ARN; there is none here.
    private static let account = "000000000000"

    /// The version that runs; there is no other here.
    static let version = "$LATEST"

    var arn: String { "arn:aws:lambda:\(region):\(Self.account):function:\(name)" }

    /// Checks that a request names the function: by name, partial ARN or ARN, with or without a qualifier.
    ///
    /// - Throws: ``ServiceError`` of status 404 when it means another function or version.
    func check(_ encoded: Substring, query: String) throws(ServiceError) {
        let text = encoded.percentDecoded
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
