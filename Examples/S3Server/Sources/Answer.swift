import EventStreamCodec
import Foundation
import NIOCore
import NIOHTTP1

/// A response.
struct Answer {
    var status: HTTPResponseStatus
    var headers = HTTPHeaders()
    var body = ByteBuffer()

    init(_ status: HTTPResponseStatus, body: ByteBuffer = ByteBuffer(), type: String = "application/xml") {
        self.status = status
        self.body = body
        // A response with the status 204 has no length.
        if status != .noContent { headers.add(name: "Content-Length", value: "\(body.readableBytes)") }
        headers.add(name: "Content-Type", value: type)
    }

    init(_ status: HTTPResponseStatus, xml: String) {
        self.init(status, body: ByteBuffer(string: #"<?xml version="1.0" encoding="UTF-8"?>"# + xml))
    }

    init(_ failure: S3Failure) {
        self.init(
            failure.status, xml: "<Error><Code>\(failure.code)</Code><Message>\(failure.message)</Message></Error>")
        // After an error in the body, the rest of it is not read. An object is not found when the whole request has been read.
        if failure.status != .notFound { headers.add(name: "Connection", value: "close") }
    }

    /// An empty response with what is known about an object.
    init(_ status: HTTPResponseStatus, about object: StoredObject) {
        self.init(status)
        describe(object)
    }

    /// An object, or the range of it that is requested. A range has no checksum, because it would be that of the object.
    init(_ object: StoredObject, range: String?) throws {
        guard let range else {
            self.init(.ok, body: object.data, type: object.contentType)
            describe(object)
            return
        }
        let length = object.data.readableBytes
        guard let match = range.wholeMatch(of: /bytes=([0-9]{1,15})-([0-9]{1,15})?/),
            let first = Int(match.1), let last = match.2.map({ Int($0) }) ?? length - 1, first <= last,
            let part = object.data.getSlice(at: first, length: min(last + 1, length) - first)
        else {
            throw S3Failure(.rangeNotSatisfiable, "InvalidRange", "The range is not in the object.")
        }
        self.init(.partialContent, body: part, type: object.contentType)
        headers.add(name: "ETag", value: object.etag)
        headers.add(name: "Content-Range", value: "bytes \(first)-\(first + part.readableBytes - 1)/\(length)")
    }

    private mutating func describe(_ object: StoredObject) {
        headers.add(name: "ETag", value: object.etag)
        for (name, value) in object.checksums { headers.add(name: name, value: value) }
        headers.add(name: "x-amz-checksum-type", value: object.checksumType)
    }
}
