import TestSupport
import Testing

/// The promise that a view cannot outlive what lent it, put to the compiler: what must not compile, does not.
///
/// Each refused piece differs from the accepted ones in the one thing that is wrong with it, so that it cannot be
/// refused for another reason.
@Suite(.enabled(if: SwiftCompiler.isAvailable, "no swiftc, or no module beside the tests"))
struct LifetimeTests {
    static let accepted: [String: String] = [
        "visiting": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws -> Int {
            try decoder.withMessages(in: bytes) { messages in
                var count = 0
                while let message = try messages.next() { count += message.payload.byteCount }
                return count
            }
        }
        """,
        "keeping an owned message": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws -> [EventStreamMessage] {
            var kept: [EventStreamMessage] = []
            try decoder.decode(bytes) { kept.append(EventStreamMessage($0)) }
            return kept
        }
        """,
        "two views at once": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws -> Int {
            try decoder.withMessages(in: bytes) { messages in
                guard let first = try messages.next(), let second = try messages.next() else { return 0 }
                return first.payload.byteCount + second.payload.byteCount
            }
        }
        """,
        "passing a view on": """
        func size(_ message: EventStreamMessageView) -> Int { message.payload.byteCount }
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws -> Int {
            try decoder.withMessages(in: bytes) { messages in
                guard let message = try messages.next() else { return 0 }
                return size(message)
            }
        }
        """,
        "an element of a chunked body": """
        func use(_ decoder: inout ChunkedDecoder, _ bytes: RawSpan) throws -> [UInt8] {
            var length = 0
            try decoder.decode(bytes) { if case .data(let data) = $0 { length += data.byteCount } }
            return [UInt8](repeating: 0, count: length)
        }
        """,
        "two elements of an upload at once": """
        func use(_ decoder: inout AWSChunkedDecoder<AWSNoSigner, AWSNoChecksum>, _ bytes: ArraySlice<UInt8>) throws -> Int {
            try decoder.withElements(in: bytes) { elements in
                guard let first = try elements.next(), let second = try elements.next() else { return 0 }
                var count = 0
                if case .data(let data) = first { count += data.byteCount }
                if case .data(let data) = second { count += data.byteCount }
                return count
            }
        }
        """,
        "a class that holds the decoder": """
        final class Connection {
            var decoder = EventStreamDecoder()
            var count = 0
            func receive(_ bytes: RawSpan) throws {
                count += try decoder.withMessages(in: bytes) { messages in
                    var count = 0
                    while try messages.next() != nil { count += 1 }
                    return count
                }
            }
        }
        """,
        "an actor that holds the decoder": """
        actor Connection {
            var decoder = EventStreamDecoder()
            var count = 0
            func receive(_ bytes: [UInt8]) throws {
                var found = 0
                try decoder.decode(bytes) { _ in found += 1 }
                count += found
            }
        }
        """,
        "awaiting with a view": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) async throws {
            try await decoder.withMessages(in: bytes) { messages in
                while let message = try messages.next() {
                    await Task.yield()
                    print(message.payload.byteCount)
                }
            }
        }
        """,
        "typed errors": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws(EventStreamError) -> Int {
            try decoder.withMessages(in: bytes) { messages throws(EventStreamError) in
                var count = 0
                while try messages.next() != nil { count += 1 }
                return count
            }
        }
        """,
    ]

    static let refused: [String: String] = [
        "returning a view": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            let view = try decoder.withMessages(in: bytes) { messages -> EventStreamMessageView? in
                try messages.next()
            }
            _ = view
        }
        """,
        "returning a payload": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            let payload = try decoder.withMessages(in: bytes) { messages -> RawSpan? in
                try messages.next()?.payload
            }
            _ = payload
        }
        """,
        "keeping a view in a variable": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            var kept: EventStreamMessageView?
            try decoder.decode(bytes) { kept = $0 }
            _ = kept
        }
        """,
        "keeping a payload in a variable": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            var kept = RawSpan()
            try decoder.decode(bytes) { kept = $0.payload }
            print(kept.byteCount)
        }
        """,
        "keeping a header's name in a variable": """
        func use(_ message: EventStreamMessageView, _ kept: inout EventStreamStringView) {
            var headers = message.headers.makeIterator()
            if let header = headers.next() { kept = header.name }
        }
        """,
        "keeping a view in an array": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            var kept: [EventStreamMessageView] = []
            try decoder.decode(bytes) { kept.append($0) }
        }
        """,
        "keeping a view in a class": """
        final class Keeper { var view: EventStreamMessageView? }
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan, _ keeper: Keeper) throws {
            try decoder.decode(bytes) { keeper.view = $0 }
        }
        """,
        "sending a view to a task": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            try decoder.decode(bytes) { message in
                Task { print(message.payload.byteCount) }
            }
        }
        """,
        "capturing a view in an escaping closure": """
        func later(_ body: @escaping () -> Void) {}
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            try decoder.decode(bytes) { message in later { print(message.payload.byteCount) } }
        }
        """,
        "sending a view through a stream": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            let (stream, continuation) = AsyncStream.makeStream(of: EventStreamMessageView.self)
            try decoder.decode(bytes) { continuation.yield($0) }
            _ = stream
        }
        """,
        "taking the cursor out of the body": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            let cursor = decoder.withMessages(in: bytes) { messages -> EventStreamDecoder.Messages in messages }
            _ = cursor
        }
        """,
        "using the decoder inside its body": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: RawSpan) throws {
            try decoder.decode(bytes) { _ in decoder.reset() }
        }
        """,
        "awaiting in an actor that holds the decoder": """
        actor Connection {
            var decoder = EventStreamDecoder()
            func receive(_ bytes: RawSpan) async throws {
                try await decoder.withMessages(in: bytes) { messages in
                    while let message = try messages.next() {
                        await Task.yield()
                        print(message.payload.byteCount)
                    }
                }
            }
        }
        """,
        "keeping a segment": """
        func use(_ decoder: inout EventStreamSegmentDecoder, _ bytes: RawSpan) throws {
            var kept: EventStreamSegmentDecoder.Segment?
            try decoder.decode(bytes) { kept = $0 }
            _ = kept
        }
        """,
        "keeping an element of a chunked body": """
        func use(_ decoder: inout ChunkedDecoder, _ bytes: RawSpan) throws {
            var kept: ChunkedDecoder.Element?
            try decoder.decode(bytes) { kept = $0 }
            _ = kept
        }
        """,
        "keeping the data of an upload": """
        func use(_ decoder: inout AWSChunkedDecoder<AWSNoSigner, AWSNoChecksum>, _ bytes: [UInt8]) throws {
            var kept = RawSpan()
            try decoder.withElements(in: bytes) { elements in
                if let element = try elements.next(), case .data(let data) = element { kept = data }
            }
            print(kept.byteCount)
        }
        """,
        "keeping a trailer's value": """
        func use(_ decoder: inout ChunkedDecoder, _ bytes: RawSpan) throws {
            var kept = RawSpan()
            try decoder.decode(bytes) { if case .trailer(let field) = $0 { kept = field.value } }
            print(kept.byteCount)
        }
        """,
        "changing the bytes while a view is alive": """
        func use(_ decoder: inout EventStreamDecoder, _ bytes: inout [UInt8]) throws {
            let span = bytes.span
            try decoder.withMessages(in: span) { messages in
                guard let message = try messages.next() else { return }
                bytes.removeAll()
                print(message.payload.byteCount)
            }
        }
        """,
        "a view of bytes that are gone": """
        func use() throws -> Int {
            var view: EventStreamFrame
            do {
                let bytes: [UInt8] = [1, 2, 3]
                view = try EventStreamFrame.parse(bytes.span.bytes)
            }
            if case .incomplete(let needed) = view { return needed }
            return 0
        }
        """,
    ]

    @Test(arguments: accepted.keys.sorted())
    func compiles(_ name: String) throws {
        let errors = try SwiftCompiler.errors(in: Self.accepted[name] ?? "")
        #expect(errors.isEmpty, "\(errors.joined(separator: "\n"))")
    }

    @Test(arguments: refused.keys.sorted())
    func doesNotCompile(_ name: String) throws {
        let errors = try SwiftCompiler.errors(in: Self.refused[name] ?? "")
        #expect(!errors.isEmpty, "this compiled")
        let reasons = ["lifetime", "escap", "Escapable", "overlapping accesses", "actor-isolated"]
        #expect(
            errors.contains { error in reasons.contains { error.contains($0) } },
            "refused for another reason: \(errors.joined(separator: "\n"))")
    }
}
