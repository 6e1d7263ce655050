/// A recipe: commands for one task. `eventstream help` shows it under its name.
///
/// A line that begins with two spaces and `$` is a command, and the lines below it are its output. Tests run each command with a
/// vector under the name of its file, and compare the output.
struct Recipe {
    /// The topic. It must differ from the names of commands.
    var name: String

    /// The task, in a few words.
    var title: String

    /// What to do, without the title.
    var body: String

    /// The whole recipe.
    var text: String { title + "\n\n" + body }

    /// The names and titles, one per line.
    static var list: String {
        let width = all.map(\.name.count).max() ?? 0
        return all.map { recipe in
            "  " + recipe.name + String(repeating: " ", count: width - recipe.name.count) + "  " + recipe.title
        }.joined(separator: "\n")
    }

    /// All recipes.
    static let all = [bedrock, s3Select, complete, live, damaged, send, record]

    private static let bedrock = Recipe(
        name: "bedrock",
        title: "A Bedrock answer as text",
        body: #"""
            ConverseStream sends the text in the event contentBlockDelta, as JSON:

              $ eventstream decode --event contentBlockDelta --format payload converse.bin \
                  | jq -j '.delta.text // empty'
              Streams carry small pieces of text , “quoted” , naïve , 日本 or 🙂 , one event each .

            InvokeModelWithResponseStream sends the model's own JSON, in base64 in {"bytes":…}. Look at it first, because each
            model has other keys:

              $ eventstream decode --unwrap-bytes --format payload invoke.bin | head -n 1 | head -c 59
              {"index":0,"outputText":"Streams ","completionReason":null}

              $ eventstream decode --unwrap-bytes --format payload invoke.bin | jq -j .outputText
              Streams carry small pieces of text , “quoted” , naïve , 日本 or 🙂 , one event each .

            An exception in the stream ends the command with status 76, and standard error says which one.
            """#)

    private static let s3Select = Recipe(
        name: "s3-select",
        title: "The rows of S3 Select, without progress and statistics",
        body: #"""
            Rows are in the event Records. Progress and Stats may come between two parts of a row:

              $ eventstream decode --event Records --format payload select.bin
              1,Zoë,"a, b"
              2,李雷,c
              3,🙂,d

            Without the event End, rows are missing:

              $ eventstream decode --event Records --expect-last End --format payload cut.bin > rows.csv
              eventstream: cut.bin: byte 790: found the end of the stream after 12 bytes of a message, expected 56
            """#)

    private static let complete = Recipe(
        name: "complete",
        title: "Is this stream complete?",
        body: #"""
            A connection that breaks between two messages leaves a stream that looks whole. Only the service's last event tells:
            InvokeComplete (Lambda), End (S3 Select), metadata (Bedrock ConverseStream).

              $ eventstream decode --format payload --expect-last InvokeComplete lambda.bin > /dev/null && echo complete
              complete

            A stream that ends inside a message is an error in any case. Both have the exit status 75:

              $ eventstream decode cut.bin > /dev/null; echo "status $?"
              eventstream: cut.bin: byte 790: found the end of the stream after 12 bytes of a message, expected 56
              status 75
            """#)

    private static let live = Recipe(
        name: "live",
        title: "Does it really stream?",
        body: #"""
            A proxy or a load balancer on the way may hold the stream back until it is complete. --summary shows when the
            messages arrived:

              $ curl -sN https://service.example/stream | eventstream decode --summary > /dev/null
              event Records: 5 messages, 34 payload bytes
              event Cont: 1 message, 0 payload bytes
              event Progress: 1 message, 160 payload bytes
              event Stats: 1 message, 156 payload bytes
              event End: 1 message, 0 payload bytes
              first byte 180.322 ms, first message 180.401 ms, longest gap 61.204 ms, last message 903.55 ms

            If the first and the last message arrive nearly together, it does not stream. --time shows each message's time:

              $ curl -sN https://service.example/stream | eventstream decode --format json --time | jq -c '[.time, .length]' | wc -l
              9
            """#)

    private static let damaged = Recipe(
        name: "damaged",
        title: "Read what is left of a damaged stream",
        body: #"""
            'eventstream inspect' shows where it is damaged. --resync continues after the damage and says what it left out:

              $ eventstream decode --resync --format json damaged.bin | jq -c '[.offset, .length]'
              [0,28]
              [82,29]
              eventstream: damaged.bin: bytes 28 to 82: skipped 54 bytes: byte 78: found message CRC fef461a3, …

            The exit status is still 65.
            """#)

    private static let send = Recipe(
        name: "send",
        title: "Send a request and watch the answer",
        body: #"""
            'eventstream request' signs the request with your AWS credentials and decodes the answer while it arrives:

              $ eventstream request https://bedrock-runtime.eu-west-1.amazonaws.com/model/MODEL/converse-stream \
                  --data @body.json --event contentBlockDelta --format payload | jq -j '.delta.text // empty'
              Streams carry small pieces of text , “quoted” , naïve , 日本 or 🙂 , one event each .

            The same for a Lambda function: eventstream lambda invoke --function NAME
            """#)

    private static let record = Recipe(
        name: "record",
        title: "Test a client with a recorded stream",
        body: #"""
            Record a stream with the times of its messages, and serve it:

              $ curl -sN https://service.example/stream | eventstream decode --format json --time > recorded.json
              $ eventstream replay recorded.json --port 8080
              http://127.0.0.1:8080

            Then send the client there:

              $ curl -sN http://127.0.0.1:8080 | eventstream decode --event Records --format payload
              1,Zoë,"a, b"
              2,李雷,c
              3,🙂,d

            --cut-at, --flip-bit and --stall-at show what the client does when the network fails.
            """#)
}
