import EventStreamCodec
import EventStreamNIO
import Foundation
import NIOCore

/// An event as the HTML standard defines it (section 9.2).
struct ServerSentEvent {
    let bytes: ByteBuffer

    /// Whether no event can follow.
    let isFailure: Bool

    /// The name of the event after an error. `error` is the browser's own, when it loses the connection.
    static let failure = "failure"

    /// An event with text, which becomes one field `data` for each line.
    init(_ name: String, _ text: String = "") {
        var bytes = ByteBuffer()
        // A name from another server must not add fields.
        bytes.writeString("event: \(name.filter { !$0.isNewline })\n")
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            bytes.writeString("data: \(line)\n")
        }
        bytes.writeString("\n")
        self.bytes = bytes
        isFailure = name == Self.failure
    }

    /// The event for a message: named after its type, with its payload. A payload that is not text is in base64. Exceptions and
    /// errors of the service become failures.
    init(_ message: EventStreamMessageBuffer) {
        switch message.kind {
        case .event(let type): self.init(type, message.payload)
        case .exception(let type): self.init(Self.failure, "\(type): \(String(buffer: message.payload))")
        case .error(let code, let text): self.init(Self.failure, "\(code ?? "error"): \(text ?? "")")
        default: self.init("message", message.payload)
        }
    }

    private init(_ name: String, _ payload: ByteBuffer) {
        if let text = String(payload.readableBytesSpan) {
            self.init(name, text)
        } else {
            self.init("\(name);base64", Data(payload.readableBytesView).base64EncodedString())
        }
    }
}

/// Shows the text of an answer while it arrives.
let page = ByteBuffer(
    string: """
        <!doctype html>
        <title>EventStreamToSSE</title>
        <p id="answer"></p>
        <p id="state">waiting</p>
        <script>
        const answer = document.getElementById("answer"), state = document.getElementById("state")
        const source = new EventSource("/events")
        const end = text => { state.textContent = text; source.close() }
        source.addEventListener("contentBlockDelta", event => {
            state.textContent = "answering"
            answer.append(JSON.parse(event.data).delta.text ?? "")
        })
        source.addEventListener("end", () => end("complete"))
        source.addEventListener("failure", event => end(event.data))
        </script>
        """)
