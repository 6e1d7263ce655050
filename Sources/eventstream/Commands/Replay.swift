import ArgumentParser
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// `eventstream replay`: a server for tests of clients.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve a recorded stream on loopback, with faults at exact positions.",
        discussion: """
            FILE is an event stream, or the lines of 'eventstream decode --time', whose times are kept: a message is sent \
            as long after the request as it was received after the first byte. Each message is one HTTP chunk. Every \
            request is answered with the stream, whatever its path, method and body. HEAD gets the header fields.

            The URL is printed on standard output. Ctrl-C ends the command.

            Positions are those of the stream, not of HTTP. BYTE is the number of bytes that precede the fault. BIT is 8 \
            times a byte's position, plus 0 for its lowest bit to 7 for its highest. A stall does not delay what is due \
            after it.

            EXAMPLES
              eventstream replay capture.bin --port 8080
              curl -N … | eventstream decode --time > lines.json; eventstream replay lines.json --speed 2
              eventstream replay capture.bin --cut-at 1000         the connection ends inside the body
              eventstream replay capture.bin --flip-bit 800        byte 100 is wrong
              eventstream replay capture.bin --stall-at 500:90000  longer than the client's timeout
            """
    )

    @Argument(help: "The stream or the lines; standard input if '-'.", completion: .file())
    var file: String

    @Option(help: ArgumentHelp("The port on 127.0.0.1 (default: one that is free).", valueName: "n"))
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("What recorded times are divided by, or 'max' for no delays.", valueName: "x|max"))
    var speed = ReplaySpeed(factor: 1)

    @Option(help: ArgumentHelp("Close the connection after this many bytes.", valueName: "byte"))
    var cutAt: Int?

    @Option(help: ArgumentHelp("Flip a bit.", valueName: "bit"))
    var flipBit: Int?

    @Option(help: ArgumentHelp("Wait after this many bytes, for this many milliseconds.", valueName: "byte:ms"))
    var stallAt: StallPosition?

    @Option(help: ArgumentHelp("The HTTP status. The body is the stream with any status.", valueName: "n"))
    var status = 200

    func validate() throws {
        // RFC 9110 §15: these have no body.
        guard (200...599).contains(status), ![204, 205, 304].contains(status) else {
            throw ValidationError("--status takes a status with a body: 200 to 599 without 204, 205 and 304.")
        }
        for (option, position) in [("--cut-at", cutAt), ("--flip-bit", flipBit)] {
            if let position, position < 0 { throw ValidationError("\(option) takes a position from 0.") }
        }
    }

    func run() throws {
        let input = try InputFile(file)
        let name = input.name
        let recording = try Recording(reading: input)
        try check("--cut-at", cutAt, isAtMost: recording.bytes.count, "bytes", of: name)
        try check("--stall-at", stallAt?.byte, isAtMost: recording.bytes.count, "bytes", of: name)
        try check("--flip-bit", flipBit, isAtMost: recording.bytes.count * 8 - 1, "bits", of: name)
        let plan = ReplayPlan(
            recording, status: status, speed: speed.factor,
            faults: ReplayPlan.Faults(
                cut: cutAt, flippedBit: flipBit, stall: stallAt.map { ($0.byte, $0.milliseconds * 1_000) }))

        // The system closes the connections.
        for ending in [SIGINT, SIGTERM] { _ = signal(ending) { _ in _exit(0) } }
        var server: ReplayServer
        do throws(Errno) {
            server = try ReplayServer(port: port, plan: plan)
        } catch {
            throw CommandFailure(
                status: CommandFailure.Status.unavailable, message: "port \(port) of 127.0.0.1: \(error); see --port")
        }
        var output = OutputFile()
        let url = server.url
        try output.print { $0 += Array("\(url)\n".utf8) }
        try output.flush()
        server.run()
    }

    /// Checks that a fault is inside the stream. One outside would never occur.
    private func check(
        _ option: String, _ position: Int?, isAtMost most: Int, _ unit: String, of name: String
    ) throws {
        guard let position, position > most else { return }
        throw CommandFailure(
            status: CommandFailure.Status.usage,
            message: "\(name): found \(option) \(position), expected at most \(most): the stream has "
                + "\(unit == "bits" ? most + 1 : most) \(unit)")
    }
}

/// The argument of `--speed`.
struct ReplaySpeed: ExpressibleByArgument {
    /// What times are divided by.
    var factor: Double

    init(factor: Double) {
        self.factor = factor
    }

    init?(argument: String) {
        if argument == "max" {
            factor = .infinity
        } else {
            guard let factor = Double(argument), factor > 0, factor.isFinite else { return nil }
            self.factor = factor
        }
    }

    var defaultValueDescription: String { factor == .infinity ? "max" : factor == 1 ? "1" : "\(factor)" }
}

/// The argument of `--stall-at`.
struct StallPosition: ExpressibleByArgument {
    var byte: Int
    var milliseconds: Int64

    /// The longest wait: 366 days.
    private static let longest: Int64 = 366 * 86_400 * 1_000

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let byte = Int(parts[0]), let milliseconds = Int64(parts[1]), byte >= 0,
            (0...Self.longest).contains(milliseconds)
        else { return nil }
        self.byte = byte
        self.milliseconds = milliseconds
    }
}
