import LambdaStreamingRuntime

/// A page that is rendered while the browser shows what there is of it.
func page(_ request: SampleRequest, _ responseStream: ResponseStream) async throws {
    let body = try HTTPResponseStream.from(
        responseStream,
        HTTPResponseMetadata(headers: ["Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"]))
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
        <p>The rest is being rendered; nothing waits for it.</p>
        <ol>

        """)
    for (number, line) in ["A query has answered.", "Another one, slower.", "The slowest of all."].enumerated() {
        try await request.rest()
        try await body.write("<li id=\"item\(number + 1)\">\(line)</li>\n")
    }
    try await request.rest()
    try await body.end("</ol>\n<footer id=\"last\">This was the last piece.</footer>\n</body>\n</html>\n")
}
