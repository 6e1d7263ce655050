#if Network
/// The service and the region that the name of an AWS host states.
///
/// Sources: the endpoint rules and signing names in botocore's service models; AWS General Reference, "Service endpoints".
struct AWSHost: Equatable {
    /// The service's signing name, such as `bedrock`.
    var service: String?

    /// The region, such as `eu-west-1`.
    var region: String?

    /// Reads the name of a host. Both are nil if it is not one of AWS.
    ///
    /// - Parameter host: A name, such as `bedrock-runtime.eu-west-1.amazonaws.com`.
    init(_ host: String) {
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard let suffix = Self.suffixes.first(where: { name.hasSuffix("." + $0) }) else { return }
        var labels = name.dropLast(suffix.count + 1).split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init).filter { !["dualstack", "fips", "vpce"].contains($0) }
        if let index = labels.lastIndex(where: Self.isRegion) {
            region = labels.remove(at: index)
            // Older services have their name after the region: `search-x.us-east-1.es.amazonaws.com`.
            if index < labels.count { labels = Array(labels[index...]) }
        } else if let index = labels.lastIndex(where: { $0.hasPrefix("s3-") && Self.isRegion($0.dropFirst(3)) }) {
            region = String(labels[index].dropFirst(3))
            labels[index] = "s3"
        } else if labels.last == "s3" || labels.last == "s3-external-1" {
            // The global names of S3 are those of its first region.
            region = "us-east-1"
        }
        service = Self.signingName(labels)
    }

    /// The suffixes of the partitions, the longest first.
    private static let suffixes = [
        "api.amazonwebservices.com.cn", "amazonaws.com.cn", "amazonaws.com", "api.aws", "on.aws", "amazonaws.eu",
        "api.amazonwebservices.eu", "c2s.ic.gov", "sc2s.sgov.gov", "cloud.adc-e.uk", "csp.hci.ic.gov",
    ]

    /// Whether a label is a region: letters, a direction, and a number, such as `us-gov-west-1`.
    private static func isRegion(_ label: some StringProtocol) -> Bool {
        let words = label.split(separator: "-", omittingEmptySubsequences: false)
        guard words.count >= 3, let number = words.last, !number.isEmpty, number.allSatisfy(\.isWholeNumber) else {
            return false
        }
        return (2...4).contains(words[0].count) && directions.contains(String(words[words.count - 2]))
            && words.dropLast().allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x61...0x7a).contains($0) } }
    }

    private static let directions: Set<String> = [
        "central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west",
    ]

    /// Returns the signing name of a service from the labels before the region, the last of which names it.
    private static func signingName(_ labels: [String]) -> String? {
        guard let last = labels.last, !last.isEmpty else { return nil }
        let label = last.hasSuffix("-fips") ? String(last.dropLast(5)) : last
        let parent = labels.dropLast().last.map { $0.hasSuffix("-fips") ? String($0.dropLast(5)) : $0 }
        if let parent, let name = signingNames["\(parent).\(label)"] { return name }
        if let name = signingNames[label] { return name }
        // `s3express-use1-az4` names a zone, and buckets have names of their own before `s3`.
        if label.hasPrefix("s3express-") { return "s3express" }
        return label
    }

    /// The names of hosts that differ from the signing names.
    private static let signingNames = [
        "appconfigdata": "appconfig", "appstream2": "appstream", "bedrock-agent": "bedrock",
        "bedrock-agent-runtime": "bedrock", "bedrock-agentcore-control": "bedrock-agentcore",
        "bedrock-data-automation": "bedrock", "bedrock-data-automation-runtime": "bedrock",
        "bedrock-runtime": "bedrock", "cassandra-streams": "cassandra", "cloudhsmv2": "cloudhsm",
        "cloudsearchdomain": "cloudsearch", "contact-lens": "connect", "control-kinesis": "kinesis",
        "data-ats.iot": "iotdata", "data-kinesis": "kinesis", "data-signer": "signer",
        "data.iotevents": "ioteventsdata", "jobs.iot": "iot-jobs-data", "email": "ses",
        "forecastquery": "forecast", "identity-chime": "chime", "ivsrealtime": "ivs", "lambda-url": "lambda",
        "mail-manager": "ses", "marketplace": "aws-marketplace", "media-pipelines-chime": "chime",
        "meetings-chime": "chime", "memory-db": "memorydb", "messaging-chime": "chime",
        "migrationhub-config": "mgh", "models-v2-lex": "lex", "oidc": "sso-oauth",
        "participant.connect": "execute-api", "personalize-events": "personalize",
        "personalize-runtime": "personalize", "pinpoint": "mobiletargeting", "portal.sso": "awsssoportal",
        "queue": "sqs", "runtime-v2-lex": "lex", "s3-accelerate": "s3", "s3-accesspoint": "s3",
        "s3-control": "s3", "s3-external-1": "s3", "servicecatalog-appregistry": "servicecatalog",
        "streaming-logs": "logs", "streaming-rekognition": "rekognition", "transcribestreaming": "transcribe",
        "tunneling.iot": "IoTSecuredTunneling", "voice-chime": "chime",
        "agreement-marketplace": "aws-marketplace", "deployment-marketplace": "aws-marketplace",
        "discovery-marketplace": "aws-marketplace",
    ]
}
#endif
