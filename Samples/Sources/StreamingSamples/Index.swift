import LambdaStreamingRuntime

/// What there is.
func index(_ responseStream: ResponseStream) async throws {
    try responseStream.setContentType("text/plain; charset=utf-8")
    try await responseStream.end(
        """
        /hello   text in three writes                 curl -N http://127.0.0.1:9000/hello
        /gzip    the event, compressed as it is sent  curl -N --compressed http://127.0.0.1:9000/gzip
        /photo   a photo from disk                    curl -o photo.jpg http://127.0.0.1:9000/photo
        /page    a page that is rendered in pieces    a browser: http://127.0.0.1:9000/page
        /broken  fails in the middle                  curl -N http://127.0.0.1:9000/broken

        With ?pause=100 the pauses between pieces have 100 milliseconds. An SDK chooses by {"sample":"hello"}.

        """)
}

/// A status of 404, and why.
func notFound(_ request: SampleRequest, _ responseStream: ResponseStream) async throws {
    let body = try HTTPResponseStream.from(
        responseStream, HTTPResponseMetadata(statusCode: 404, headers: ["Content-Type": "text/plain; charset=utf-8"]))
    try await body.end("There is no sample \(request.sample). / has a list.\n")
}
