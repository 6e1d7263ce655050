import LambdaStreaming
import Testing

/// Errors as JSON and as trailers.
@Suite struct FunctionErrorTests {
    @Test func anErrorComesBackFromItsJSON() {
        let error = LambdaFunctionError(
            type: "A\"\\\n", message: "\u{1}\u{1f}é🎉\u{2028}", stackTrace: ["", "\t at x"])
        #expect(LambdaFunctionError(json: error.json) == error)
    }

    @Test(arguments: [
        (#"{"errorType":"T","errorMessage":"M","trace":["x"]}"#, "T", "M"),
        (#"{"errorMessage":null}"#, "", ""),
        (#" { "errorMessage" : "\ud83c\udf89\u00e9\ud800x" } "#, "", "🎉é\u{fffd}x"),
        (#"{"errorMessage":"\ud83c\u0041"}"#, "", "\u{fffd}A"),
    ])
    func whatOtherRuntimesWriteIsRead(json: String, type: String, message: String) {
        let error = LambdaFunctionError(json: Array(json.utf8))
        #expect(error?.type == type && error?.message == message)
    }

    @Test(arguments: [
        "", "[]", "{", "{}x", #"{"a":1,}"#, #"{"a" 1}"#, #"{'a':1}"#, #"{"a":01}"#, #"{"a":1.}"#, #"{"a":-}"#,
        #"{"a":1e}"#, #"{"a":tru}"#, #"{"a":"\x"}"#, #"{"a":"\u12g4"}"#, "{\"a\":\"\n\"}", #"{"a":"#, #"{"a":""#,
        "{\"a\":\"\u{0}\"}", String(repeating: "[", count: 100_000), String(repeating: #"{"a":"#, count: 100_000),
    ])
    func whatIsNoJSONIsRefused(json: String) {
        #expect(LambdaFunctionError(json: Array(json.utf8)) == nil)
    }

    @Test func illFormedUTF8IsRefused() {
        #expect(LambdaFunctionError(json: Array(#"{"errorType":""#.utf8) + [0xff] + Array(#""}"#.utf8)) == nil)
    }

    @Test(
        arguments: [
            (nil, nil, nil),
            ("T", nil, LambdaFunctionError(type: "T", message: "")),
            (nil, "eyJlcnJvclR5cGUiOiJYIn0=", LambdaFunctionError(type: "X", message: "")),
            ("T", "eyJlcnJvclR5cGUiOiJYIn0=", LambdaFunctionError(type: "T", message: "")),
            ("T", "bm8ganNvbg==", LambdaFunctionError(type: "T", message: "no json")),
            ("T", "!", LambdaFunctionError(type: "T", message: "!")),
            (nil, "", LambdaFunctionError(type: "Function.Unknown", message: "")),
        ] as [(String?, String?, LambdaFunctionError?)])
    func trailersAreReadAsTheyCome(type: String?, body: String?, error: LambdaFunctionError?) {
        var trailers = LambdaFunctionErrorTrailers()
        trailers.receive(name: "x-other", value: "1")
        if let type { trailers.receive(name: "lambda-runtime-function-error-type", value: type) }
        if let body { trailers.receive(name: "LAMBDA-RUNTIME-FUNCTION-ERROR-BODY", value: body) }
        #expect(trailers.error == error)
        #expect(trailers.isFailure == (error != nil))
        #expect(trailers.completion(logTail: [1])?.errorCode == error?.type)
    }

    @Test func detailsAreToldAsTheFunctionWroteThem() {
        var trailers = LambdaFunctionErrorTrailers()
        trailers.receive(name: "Lambda-Runtime-Function-Error-Body", value: "eyJlcnJvclR5cGUiOiJYIiwiYSI6MX0=")
        let complete = trailers.completion(logTail: Array("log".utf8))
        #expect(complete?.errorDetails == #"{"errorType":"X","a":1}"#)
        #expect(complete?.logResult == "bG9n" && complete?.logTail == Array("log".utf8))
    }
}
