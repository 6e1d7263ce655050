import Foundation
import LambdaStreaming
import TestSupport
import Testing

/// The package's vectors of Lambda's streams.
@Suite struct LambdaVectorTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        try Repository.bytes(of: Repository.vectors.appendingPathComponent("eventstream/lambda-\(name).bin"))
    }

    /// What comes of a vector, the same at every cut and byte by byte.
    private func decoded(_ name: String, splitsHTTPPrelude: Bool = false) throws -> InvokeResponseTests.Found {
        let bytes = try bytes(name)
        let whole = InvokeResponseTests.decode(bytes, cuts: [], splitsHTTPPrelude: splitsHTTPPrelude)
        for cuts in bytes.indices.map({ [$0] }) + [Array(bytes.indices)] {
            #expect(InvokeResponseTests.decode(bytes, cuts: cuts, splitsHTTPPrelude: splitsHTTPPrelude) == whole)
        }
        return whole
    }

    @Test(arguments: [
        "whole", "in-single-bytes", "nuls-split-into-three", "split-in-the-json", "split-in-the-nuls", "without-body",
        "body-of-nuls",
    ])
    func thePreludeIsSplitOff(name: String) throws {
        let found = try decoded("http-prelude-\(name)", splitsHTTPPrelude: true)
        let body =
            switch name {
            case "without-body": [UInt8]()
            case "body-of-nuls": [UInt8](repeating: 0, count: 9)
            default: Array("<h1>Not here</h1>".utf8)
            }
        #expect(found.payload == body && found.elements == ["prelude 404", "complete "])
        #expect(found.outcome == .succeeded(InvokeComplete()))
    }

    @Test func theOutcomesAreThoseOfTheirNames() throws {
        let whole = try decoded("invocation")
        #expect(whole.payload.starts(with: Array("Once upon a time".utf8)) && whole.payload.count > 100)
        #expect(whole.outcome == .succeeded(InvokeComplete()))
        let cut = try decoded("invocation-without-invoke-complete")
        #expect(cut.payload == whole.payload && cut.outcome == .incomplete)
        #expect(try decoded("invocation-without-payload").outcome == .succeeded(InvokeComplete()))
        #expect(try decoded("invocation-cut").error?.hasPrefix("byte 282: ") == true)
        guard case .failed(let failure) = try decoded("invocation-that-fails").outcome else {
            Issue.record("expected a failure")
            return
        }
        #expect(failure.errorCode == "Runtime.Unknown")
        let details = LambdaFunctionError(json: Array((failure.errorDetails ?? "").utf8))
        #expect(details == LambdaFunctionError(type: "Runtime.Unknown", message: #"the source "failed""#))
        guard case .succeeded(let complete) = try decoded("invocation-with-log").outcome else {
            Issue.record("expected a success")
            return
        }
        #expect(complete.logTail?.starts(with: Array("START RequestId: 6f1c".utf8)) == true)
    }

    @Test func charactersThatAreSplitComeWhole() throws {
        var response = InvokeResponseDecoder()
        var text = UTF8TextDecoder()
        var pieces: [String] = []
        try response.decode(try bytes("chunks-split-characters")) { element in
            if case .payload(let payload) = element { pieces.append(text.decode(payload)) }
        }
        #expect(pieces == ["n", "é ", "😀"] && text.finish() == "")
        #expect(try response.finish() == .succeeded(InvokeComplete()))
    }
}
