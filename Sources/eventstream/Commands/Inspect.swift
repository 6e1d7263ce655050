import ArgumentParser
import EventStreamCodec

/// `eventstream inspect`: every field of every message, byte by byte.
struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show every field of an event stream: offset, bytes, name, meaning.",
        discussion: """
            An annotated hex dump. A field that is wrong is marked, with what was expected; the dump goes on to the \
            end of that message, as far as its lengths can be trusted, and stops there.

            EXAMPLES
              eventstream inspect capture.bin
              eventstream inspect capture.bin --color always | less -R
              eventstream inspect broken.bin | grep WRONG
            """
    )

    @Argument(help: "The stream; absent or '-' is standard input.", completion: .file())
    var file: String?

    @Option(help: "When to colour.")
    var color = ColorMode.auto

    func run() throws {
        var inspector = Inspector(input: PulledInput(try InputFile(file)), style: color.style)
        try inspector.run()
    }
}
