import Foundation
import TestSupport
import Testing

/// The output of `lambda-local` and the function while nothing reads it.
@Suite(
    .enabled(if: Client.python.isInstalled, "python3 is not installed"),
    .enabled(if: Client.curl.isInstalled, "curl is not installed"))
struct UnreadOutputTests {
    /// The number of lines of 1,000 bytes: more than the pipe and the queue hold.
    private let count = 8_000

    @Test func linesThatNothingReadsAreDroppedAndCounted() throws {
        let lambda = try LocalLambda()
        #expect(try Client.curl(lambda.url("shout/\(count)")).text == #""shouted""#)
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        // Now the output is read. Every printed line is there as a whole or has been counted.
        let note = try lambda.line(containing: "of log output, because nothing read it")
        let dropped = try #require(note.split(separator: " ").compactMap { Int($0) }.first)
        let line = String(repeating: "x", count: 999)
        let lines = lambda.lines().filter { $0.contains("x") }
        let whole = lines.count { $0 == line }
        print("\(dropped) of \(count) lines were dropped")
        #expect(dropped > 0 && lines.allSatisfy { $0 == line || !$0.contains("xx") })
        #expect(whole + dropped >= count && whole < count)
        #expect(try Client.curl(lambda.url("print")).text == #""printed""#)
        _ = try lambda.line(containing: "something for the log")
        #expect(try lambda.stop() == 0)
    }

    @Test func itIsAnsweredAndEndsWithoutAReader() throws {
        let lambda = try LocalLambda()
        #expect(try Client.curl(lambda.url("shout/\(count)")).text == #""shouted""#)
        for _ in 0..<20 { #expect(try Client.curl(lambda.url("ping")).text == "pong") }
        let start = ContinuousClock.now
        lambda.send(SIGTERM)
        #expect(try lambda.finishUnread() == 0)
        print("lambda-local, its output unread, ended \(ContinuousClock.now - start) after SIGTERM")
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func aReaderThatGoesAwayIsNotMissed() throws {
        let lambda = try LocalLambda()
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        lambda.closeOutput()
        for _ in 0..<3 { #expect(try Client.curl(lambda.url("shout/1000")).text == #""shouted""#) }
        #expect(try Client.curl(lambda.url("ping")).text == "pong")
        #expect(try lambda.stop() == 0)
    }

    @Test func aLineWithoutAnEndIsPassedOn() throws {
        let lambda = try LocalLambda(function: ["bash", "-c", "printf 'a prompt: '; exec sleep 300"])
        #expect(try lambda.read(10) == "a prompt: ")
        // A line of lambda-local starts a new line.
        #expect(try Client.status(lambda.url(), "-H", "Host:") == "400")
        #expect(try lambda.nextLine().isEmpty)
        #expect(try lambda.nextLine().hasPrefix("lambda-local: a request of 127.0.0.1: 400"))
    }
}
