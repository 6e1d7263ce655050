import FoundationEssentials

/// The environment variables that Lambda defines for a function with a custom runtime (developer guide, "Using Lambda
/// environment variables").
///
/// `AWS_EXECUTION_ENV` and `_X_AMZN_TRACE_ID` are not among them: Lambda does not define them for custom runtimes.
struct FunctionVariables {
    var configuration: FunctionConfiguration

    /// Host and port of the Runtime API.
    var runtimeAPI: String

    /// The folder that the function is started in.
    var folder: String

    /// The name of the log stream of the execution environment.
    var logStream: String

    /// Whether the AWS SDKs find credentials in files.
    var hasCredentialFiles: Bool

    /// The handler if the caller names none.
    static let handler = "function.handler"

    /// Returns the variables to add to `own`, the variables of this program. Variables in `own` are kept, except those that
    /// describe this emulator.
    func added(to own: [String: String]) -> [String: String] {
        let function = configuration.function
        var variables = [
            "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": FunctionName.version,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/\(function.name)",
            "AWS_LAMBDA_LOG_STREAM_NAME": logStream,
        ]
        let runtimeFolder = own["LAMBDA_RUNTIME_DIR"] ?? "/var/runtime"
        let taskRoot = own["LAMBDA_TASK_ROOT"] ?? folder
        let defaults = [
            "_HANDLER": configuration.handler,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "\(configuration.memorySize)",
            "LAMBDA_TASK_ROOT": taskRoot,
            "LAMBDA_RUNTIME_DIR": runtimeFolder,
            "TZ": ":UTC",
            "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            "LD_LIBRARY_PATH":
                "/lib64:/usr/lib64:\(runtimeFolder):\(runtimeFolder)/lib:\(taskRoot):\(taskRoot)/lib:/opt/lib",
        ]
        for (name, value) in defaults where own[name] == nil { variables[name] = value }
        if !hasCredentialFiles, !own.keys.contains(where: Self.namesOfCredentials.contains) {
            // Lambda always provides credentials. These reach local services only.
            variables["AWS_ACCESS_KEY_ID"] = "local"
            variables["AWS_SECRET_ACCESS_KEY"] = "local"
            variables["AWS_SESSION_TOKEN"] = "local"
        }
        return variables
    }

    /// Variables that tell an AWS SDK where to find credentials. If one of them is set, no credentials are added.
    private static let namesOfCredentials: Set = [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
        "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ]

    /// Whether the AWS SDKs find credentials in the files of this user.
    static func hasCredentialFiles(_ own: [String: String]) -> Bool {
        guard let home = own["HOME"] else { return false }
        return ["credentials", "config"].contains { FileManager.default.fileExists(atPath: "\(home)/.aws/\($0)") }
    }

    /// Returns a name for the log stream of an execution environment that starts now.
    static func logStream() -> String {
        let digits = UUID().uuidString.lowercased().filter { $0 != "-" }
        return "\(Date.now.logStreamDate)/[\(FunctionName.version)]\(digits)"
    }
}
