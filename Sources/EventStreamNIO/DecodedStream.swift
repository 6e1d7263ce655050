#if NIO
import EventStreamCodec
import NIOCore

/// The elements of a stream that arrives as an asynchronous sequence of buffers, such as the body of a response.
///
/// An element is delivered as soon as its last byte has arrived. An element that lies in one buffer is a slice of it; one that
/// straddles buffers is copied once. The next buffer is requested only when all elements of the buffers before have been taken, so
/// back-pressure reaches the source. Iteration runs where its caller runs: on an actor, it does not leave the actor.
///
/// The sequence ends if its source ends between two elements. Iteration throws, after the elements before,
///
/// - the source's error,
/// - the decoder's error (`EventStreamError`, `ChunkedError`), also if the stream ends inside an element,
/// - `CancellationError` if the stream ends inside an element because the task was cancelled: many sources simply end then.
///
/// After an error, an iterator returns nil.
@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
public struct DecodedStream<Source: AsyncSequence, Decoder: StreamBufferDecoder>: AsyncSequence
where Source.Element == ByteBuffer {
    /// An element of the stream.
    public typealias Element = Decoder.InboundOut

    private let source: Source
    private let decoder: Decoder

    /// Creates a sequence of the elements in a source's buffers.
    ///
    /// - Parameters:
    ///   - source: Buffers, which need not end where elements end.
    ///   - decoder: A decoder at the start of the stream.
    public init(_ source: Source, decoder: Decoder) {
        self.source = source
        self.decoder = decoder
    }

    /// Returns an iterator at the start of the stream.
    ///
    /// - Returns: The iterator.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(source.makeAsyncIterator(), decoder)
    }

    /// Reads buffers and decodes their elements.
    public struct AsyncIterator: AsyncIteratorProtocol {
        // Compiled into the programs that call it, where the decoder and the source are known types.

        /// Nil when the stream has ended or failed.
        @usableFromInline var source: Source.AsyncIterator?
        @usableFromInline var decoder: BufferedDecoder<Decoder>

        init(_ source: Source.AsyncIterator, _ decoder: Decoder) {
            self.source = source
            self.decoder = BufferedDecoder(decoder)
        }

        /// Returns the next element.
        ///
        /// - Returns: The element, or nil at the end of the stream and after an error.
        /// - Throws: The source's error, the decoder's error or `CancellationError`; see ``DecodedStream``.
        @inlinable
        public mutating func next() async throws -> Element? {
            if let element = try nextArrived() { return element }
            return try await nextElement(isolation: #isolation)
        }

        /// Returns the next element.
        ///
        /// - Parameter actor: The actor to run on.
        /// - Returns: The element, or nil at the end of the stream and after an error.
        /// - Throws: The source's error, the decoder's error or `CancellationError`; see ``DecodedStream``.
        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)
        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Element? {
            if let element = try nextArrived() { return element }
            return try await nextElement(isolation: actor)
        }

        /// Returns the next element in the buffers that have arrived, or nil if there is none or the stream has ended.
        @inlinable
        mutating func nextArrived() throws -> Element? {
            guard source != nil else { return nil }
            do {
                return try decoder.next()
            } catch {
                source = nil
                throw error
            }
        }

        /// Requests buffers until they complete an element.
        @inlinable
        mutating func nextElement(isolation actor: isolated (any Actor)?) async throws -> Element? {
            do {
                while source != nil, !decoder.decoder.isComplete {
                    guard let buffer = try await nextBuffer(isolation: actor) else {
                        try finish()
                        break
                    }
                    decoder.append(buffer)
                    if let element = try decoder.next() { return element }
                }
                source = nil
                return nil
            } catch {
                source = nil
                throw error
            }
        }

        @inlinable
        mutating func nextBuffer(isolation actor: isolated (any Actor)?) async throws -> ByteBuffer? {
            if #available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *) {
                return try await source?.next(isolation: actor)
            }
            // An older system's iterators have no parameter for the actor. INVARIANT: nothing else uses this one meanwhile.
            nonisolated(unsafe) var iterator = source
            defer { source = unsafe iterator }
            return try await unsafe iterator?.next()
        }

        @usableFromInline
        mutating func finish() throws {
            do {
                try decoder.finish()
            } catch {
                throw Task.isCancelled ? CancellationError() : error
            }
        }
    }
}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension DecodedStream: Sendable where Source: Sendable, Decoder: Sendable {}

@available(macOS 10.15, iOS 13, tvOS 13, watchOS 6, *)
extension AsyncSequence where Element == ByteBuffer {
    /// Returns the event-stream messages in these buffers.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of messages whose payloads are slices of the buffers.
    public func eventStreamMessages(
        limits: EventStreamLimits = .decoding, policy: EventStreamPolicy = .strict
    ) -> DecodedStream<Self, EventStreamBufferDecoder> {
        DecodedStream(self, decoder: EventStreamBufferDecoder(limits: limits, policy: policy))
    }

    /// Returns the parts of the event-stream messages in these buffers, for payloads of any length.
    ///
    /// - Parameters:
    ///   - limits: The lengths to accept.
    ///   - policy: What to do where implementations disagree.
    /// - Returns: A sequence of parts, which are slices of the buffers.
    public func eventStreamSegments(
        limits: EventStreamLimits = .segments, policy: EventStreamPolicy = .strict
    ) -> DecodedStream<Self, EventStreamBufferSegmentDecoder> {
        DecodedStream(self, decoder: EventStreamBufferSegmentDecoder(limits: limits, policy: policy))
    }

    /// Returns the parts of the chunked body in these buffers, for a transport that does not decode HTTP itself.
    ///
    /// - Parameters:
    ///   - limits: The limits on overhead.
    ///   - policy: What to accept beyond the grammar.
    /// - Returns: A sequence of parts, whose data are slices of the buffers. Bytes after the body are not read.
    public func chunkedElements(
        limits: ChunkedLimits = .standard, policy: ChunkedPolicy = .strict
    ) -> DecodedStream<Self, ChunkedBufferDecoder> {
        DecodedStream(self, decoder: ChunkedBufferDecoder(limits: limits, policy: policy))
    }
}
#endif
