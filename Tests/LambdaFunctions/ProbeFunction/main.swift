// A function that shows the tests what the runtime does to its process.

#if LambdaRuntime
import LambdaStreamingRuntime

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

struct Failure: Error, CustomStringConvertible {
    var description: String
}

/// Prints a line, whatever buffers there are.
func say(_ line: String) {
    print(line)
    fflush(nil)
}

/// What a signal does.
func disposition(of number: CInt) -> String {
    var action = sigaction()
    unsafe sigaction(number, nil, &action)
    // The handler is the first member, on Linux and on Darwin.
    let handler = unsafe withUnsafeBytes(of: action) { unsafe $0.loadUnaligned(as: UInt.self) }
    switch handler {
    case unsafe unsafeBitCast(SIG_DFL, to: UInt.self): return "default"
    case unsafe unsafeBitCast(SIG_IGN, to: UInt.self): return "ignored"
    case unsafe unsafeBitCast(own, to: UInt.self): return "own"
    default: return "other"
    }
}

let own: @convention(c) (CInt) -> Void = { _ in }

/// The file that a descriptor of this process refers to.
func file(of descriptor: CInt) -> String {
    var path = [CChar](repeating: 0, count: 1_024)
    let count = unsafe readlink("/proc/self/fd/\(descriptor)", &path, path.count)
    return String(decoding: path.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

// What the signals do before the runtime starts.
for argument in CommandLine.arguments.dropFirst() {
    switch argument {
    case "ignore-SIGINT": signal(SIGINT, SIG_IGN)
    case "own-SIGTERM": signal(SIGTERM, own)
    default: fatalError("found \(argument), expected an option of this program")
    }
}

try await streamifyResponse { event, responseStream, context in
    switch event.text {
    case #""hold""#:
        say("SIGTERM \(disposition(of: SIGTERM)), SIGINT \(disposition(of: SIGINT))")
        // Until the test says so, and the runtime has handled the signal that the test has sent before.
        _ = readLine()
        while disposition(of: SIGTERM) == "other" { try await Task.sleep(for: .milliseconds(1)) }
        try await responseStream.write("held")
    case #""take SIGINT""#:
        signal(SIGINT, SIG_IGN)
        say("taken")
        _ = readLine()
    case #""files""#:
        try await responseStream.write((0...2).map(file).joined(separator: " "))
    case #""lines""#: throw Failure(description: "one\ntwo\r\nthree")
    default: throw Failure(description: String(repeating: "x", count: 1_000))
    }
}
say("SIGTERM \(disposition(of: SIGTERM)), SIGINT \(disposition(of: SIGINT))")
#endif
