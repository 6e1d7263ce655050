import LambdaStreamingRuntime

/// A page with a link to each function. The links are relative, so they work with any host and port.
func index(_ responseStream: ResponseStream) async throws {
    let body = try HTTPResponseStream.from(
        responseStream, HTTPResponsePrelude(headers: ["Content-Type": "text/html; charset=utf-8"]))
    try await body.end(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Streaming functions</title>
        <link rel="icon" href="data:,">
        <style>
        body { font: 1.1em/1.5 system-ui, sans-serif; max-width: 40em; margin: 3em auto; padding: 0 1em }
        td { padding: 0.2em 1.5em 0.2em 0 }
        </style>
        </head>
        <body>
        <h1>Streaming functions</h1>
        <table>
        <tr><td><a href="hello">hello</a></td><td>text in three writes</td><td><code>curl -N</code></td></tr>
        <tr><td><a href="gzip">gzip</a></td><td>the event, compressed while it is sent</td>
        <td><code>curl -N --compressed</code></td></tr>
        <tr><td><a href="photo">photo</a></td><td>a photo from disk</td><td><code>curl -o photo.jpg</code></td></tr>
        <tr><td><a href="page">page</a></td><td>a page that is rendered in pieces</td><td>a browser</td></tr>
        <tr><td><a href="page?fail=1">page?fail=1</a></td><td>a page that fails in the middle</td><td>a browser</td></tr>
        </table>
        <p>An SDK selects a function with the event <code>{"rawPath":"/hello"}</code>.</p>
        </body>
        </html>

        """)
}

/// Status 404 and the reason.
func notFound(_ path: String, _ responseStream: ResponseStream) async throws {
    let body = try HTTPResponseStream.from(
        responseStream, HTTPResponsePrelude(statusCode: 404, headers: ["Content-Type": "text/plain; charset=utf-8"]))
    try await body.end("There is no function at \(path). / has a list.\n")
}
