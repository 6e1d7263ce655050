#if LambdaRuntime
import LambdaStreaming
import NIOCore

/// Writes all that `source` gives to the response, and ends it.
///
/// The source is asked for a piece when the connection has taken the one before: what is slow to read is slow to be
/// produced, and memory does not grow.
///
/// - Throws: What the source throws. The response has then failed, and says so in its trailers.
public func pipeline<Source: AsyncSequence>(
    _ source: Source, _ responseStream: ResponseStream
) async throws where Source.Element: ResponseBytes {
    try await failing(responseStream) {
        for try await piece in source { try await responseStream.write(piece) }
        try await responseStream.end()
    }
}

/// Writes all that `source` gives to the response, transformed, and ends it.
///
/// ```swift
/// try await pipeline(source, Gzip(), responseStream)
/// ```
///
/// - Throws: What the source or the transform throws. The response has then failed, and says so in its trailers.
public func pipeline<Source: AsyncSequence>(
    _ source: Source, _ transform: some ResponseTransform, _ responseStream: ResponseStream
) async throws where Source.Element: ResponseBytes {
    try await failing(responseStream) {
        var transform = transform
        var output = ByteBuffer()
        for try await piece in source {
            output.clear()
            try transform.transform(piece.responseBuffer, into: &output)
            if output.readableBytes > 0 { try await responseStream.write(output) }
        }
        output.clear()
        try transform.finish(into: &output)
        if output.readableBytes > 0 { try await responseStream.write(output) }
        try await responseStream.end()
    }
}

/// Tells in the response what `body` throws; so a handler that takes no notice cannot turn half a body into a whole.
///
/// Before the first write there is nothing half; the handler may still answer something else.
private func failing(_ responseStream: ResponseStream, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch {
        if responseStream.hasBegun, !responseStream.hasEnded, !responseStream.isBroken {
            try await responseStream.fail(LambdaFunctionError(thrown: error))
        }
        throw error
    }
}
#endif
