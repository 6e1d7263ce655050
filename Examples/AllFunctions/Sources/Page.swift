import LambdaStreamingRuntime

/// The part of the event that this function uses: `?fail=1`.
private struct PageRequest: Decodable {
    var queryStringParameters: [String: String]?
}

/// A fault in the middle of a page.
private struct QueryFailed: Error, CustomStringConvertible {
    var description: String { "the slowest query failed" }
}

/// Renders a page in pieces. The browser shows each piece when it arrives. With `?fail=1`, the last query fails.
func page(_ event: InvocationEvent, _ responseStream: ResponseStream, _ context: InvocationContext) async throws {
    let request = try event.decoded(as: PageRequest.self)
    let body = try HTTPResponseStream.from(
        responseStream,
        HTTPResponsePrelude(headers: ["Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"]))
    try await body.write(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <title>Rendered in pieces</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 1.2em/1.5 system-ui, sans-serif; max-width: 34em; margin: 3em auto; padding: 0 1em }
        li { animation: appear 0.4s } @keyframes appear { from { opacity: 0 } }
        footer { color: #567 }
        </style>
        </head>
        <body>
        <h1 id="first">The head is here</h1>
        <p>The rest is still being rendered.</p>
        <ol>

        """)
    for (number, line) in ["A query has answered.", "Another one, slower.", "The slowest of all."].enumerated() {
        try await Task.sleep(for: .milliseconds(500))
        // The caller learns that the page is incomplete: a browser from the aborted transfer, an SDK from the error.
        if number == 2, request.queryStringParameters?["fail"] != nil { throw QueryFailed() }
        try await body.write("<li id=\"item\(number + 1)\">\(line)</li>\n")
    }
    try await body.end("</ol>\n<footer id=\"last\">This was the last piece.</footer>\n</body>\n</html>\n")
}
