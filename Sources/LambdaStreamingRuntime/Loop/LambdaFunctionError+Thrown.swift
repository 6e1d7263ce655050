#if LambdaRuntime
import LambdaStreaming

extension LambdaFunctionError {
    /// What Lambda is told of an error that a handler threw: one that says it itself, or its Swift type and description.
    init(thrown error: any Error) {
        switch error {
        case let error as LambdaFunctionError: self = error
        case let error as StreamingResponseError: self = error.functionError
        default: self.init(type: "Function.\(Swift.type(of: error))", message: "\(error)")
        }
    }
}
#endif
