import EventStreamCodec
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves objects like S3, on the loopback address: `S3Server [PORT]`.
@main struct S3Server {
    let store = ObjectStore()

    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 9002
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        print("S3Server: http://127.0.0.1:\(listener.channel.localAddress?.port ?? port)")
        fflush(nil)
        let server = S3Server()
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { clients in
                for try await client in clients {
                    // One failing connection must not end the others.
                    group.addTask { try? await server.serve(client) }
                }
            }
        }
    }

    private func serve(_ client: NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>) async throws {
        try await client.executeThenClose { inbound, outbound in
            var parts = inbound.makeAsyncIterator()
            while case .head(let head)? = try await parts.next() {
                if head.headers["expect"].contains("100-continue") {
                    try await outbound.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
                }
                var answer: Answer
                do {
                    var upload = try Upload(head)
                    read: while true {
                        switch try await parts.next() {
                        case .body(let bytes): try upload.receive(bytes)
                        case .end: break read
                        case .head, nil: return  // The client has disconnected.
                        }
                    }
                    answer = try await self.answer(to: head, upload.data, checksums: upload.finish())
                } catch {
                    answer = Answer(S3Failure(error))
                }
                print(head.method, head.uri, answer.status.code)
                let status = HTTPResponseHead(version: .http1_1, status: answer.status, headers: answer.headers)
                try await outbound.write(.head(status))
                if head.method != .HEAD { try await outbound.write(.body(.byteBuffer(answer.body))) }
                try await outbound.write(.end(nil))
                if answer.headers["connection"].contains("close") { return }
            }
        }
    }

    private func answer(
        to head: HTTPRequestHead, _ body: ByteBuffer, checksums: [Checksum]
    ) async throws -> Answer {
        let url = URLComponents(string: head.uri)
        let path = url?.percentEncodedPath ?? head.uri
        let query = Dictionary(url?.queryItems?.map { ($0.name, $0.value ?? "") } ?? []) { $1 }
        guard path.split(separator: "/").count > 1 else {
            // Every bucket exists.
            return Answer(.ok, xml: "<LocationConstraint>us-east-1</LocationConstraint>")
        }
        switch (head.method, query["uploadId"]) {
        case (.PUT, let id):
            let type = head.headers.first(name: "content-type") ?? "binary/octet-stream"
            let object = StoredObject(body, checksums: checksums, contentType: type)
            if let id {
                try await store.put(object, number: query["partNumber"].flatMap { Int($0) } ?? 1, of: id)
            } else {
                await store.put(object, at: path)
            }
            return Answer(.ok, about: object)
        case (.POST, nil) where query["uploads"] != nil:
            let id = await store.begin(try MultipartUpload(head.headers))
            return Answer(
                .ok, xml: "<InitiateMultipartUploadResult><UploadId>\(id)</UploadId></InitiateMultipartUploadResult>")
        case (.POST, let id?):
            let numbers = String(buffer: body).matches(of: /<PartNumber>([0-9]{1,5})<\/PartNumber>/).compactMap {
                Int($0.1)
            }
            let object = try await store.complete(id, parts: numbers, at: path)
            let fields = object.checksums.compactMap { checksum in
                AWSChecksumAlgorithm(trailerName: checksum.name).map {
                    "<Checksum\($0.name)>\(checksum.value)</Checksum\($0.name)>"
                }
            }
            return Answer(
                .ok,
                xml: "<CompleteMultipartUploadResult><ETag>\(object.etag)</ETag>\(fields.joined())"
                    + "<ChecksumType>\(object.checksumType)</ChecksumType></CompleteMultipartUploadResult>")
        case (.DELETE, let id):
            await store.delete(path, upload: id)
            return Answer(.noContent)
        case (.GET, nil), (.HEAD, nil):
            guard let object = await store[path] else { throw S3Failure.noSuchKey }
            return try Answer(object, range: head.headers.first(name: "range"))
        default:
            throw S3Failure(.notImplemented, "NotImplemented", "This server does not support the request.")
        }
    }
}
