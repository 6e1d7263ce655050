#if LambdaRuntime
import LambdaStreaming
import NIOCore

/// Writes all elements of `source` to the response and ends it.
///
/// The next element is requested when the connection has taken the one before. A slow reader therefore slows down the
/// source, and memory does not grow.
///
/// - Parameters:
///   - source: The pieces of the response.
///   - responseStream: The response.
/// - Throws: The error that the source throws. If the response has begun, it fails with that error in its trailers.
public func pipeline<Source: AsyncSequence>(
    _ source: Source, _ responseStream: ResponseStream
) async throws where Source.Element: ResponseBytes {
    try await failing(responseStream) {
        for try await piece in source { try await responseStream.write(piece) }
        try await responseStream.end()
    }
}

/// Writes all elements of `source`, transformed, to the response and ends it.
///
/// ```swift
/// try await pipeline(source, Gzip(), responseStream)
/// ```
///
/// - Parameters:
///   - source: The pieces of the response before the transform.
///   - transform: The transform, such as a compressor.
///   - responseStream: The response.
/// - Throws: The error that the source or the transform throws. If the response has begun, it fails with that error in
///   its trailers.
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

/// Runs `body`. If it throws, the response fails with that error, so that a handler that ignores the error cannot send
/// half a body as a complete one.
///
/// Before the first write, the handler may still send another response.
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

/// Changes the bytes of a response before they are written. Compression is an example.
public protocol ResponseTransform {
    /// Transforms the next bytes.
    ///
    /// - Parameters:
    ///   - input: The next bytes.
    ///   - output: The buffer to append the result to. The result may be empty.
    /// - Throws: An error that ends the response.
    mutating func transform(_ input: ByteBuffer, into output: inout ByteBuffer) throws

    /// Appends the rest of the output after all input was transformed.
    ///
    /// - Parameter output: The buffer to append to.
    /// - Throws: An error that ends the response.
    mutating func finish(into output: inout ByteBuffer) throws
}

extension ResponseTransform {
    /// Returns a transform that applies this transform and then `second`.
    ///
    /// - Parameter second: The transform to apply to the output of this one.
    /// - Returns: The combined transform.
    public func then<Second: ResponseTransform>(_ second: Second) -> ChainedTransform<Self, Second> {
        ChainedTransform(self, second)
    }
}

/// Two transforms, one after the other; see ``ResponseTransform/then(_:)``.
public struct ChainedTransform<First: ResponseTransform, Second: ResponseTransform>: ResponseTransform {
    private var first: First
    private var second: Second

    init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    /// Transforms the next bytes with both transforms.
    ///
    /// - Parameters:
    ///   - input: The next bytes.
    ///   - output: The buffer to append the result to.
    /// - Throws: The first error of either transform.
    public mutating func transform(_ input: ByteBuffer, into output: inout ByteBuffer) throws {
        var between = ByteBuffer()
        try first.transform(input, into: &between)
        if between.readableBytes > 0 { try second.transform(between, into: &output) }
    }

    /// Appends the rest of the output of both transforms.
    ///
    /// - Parameter output: The buffer to append to.
    /// - Throws: The first error of either transform.
    public mutating func finish(into output: inout ByteBuffer) throws {
        var between = ByteBuffer()
        try first.finish(into: &between)
        if between.readableBytes > 0 { try second.transform(between, into: &output) }
        try second.finish(into: &output)
    }
}
#endif
