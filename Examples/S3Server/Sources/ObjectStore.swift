import EventStreamCodec
import EventStreamCrypto
import Foundation
import NIOCore
import NIOHTTP1

/// The name of a checksum's header, and its value in base64.
typealias Checksum = (name: String, value: String)

/// An object, or a part of one that is being uploaded.
struct StoredObject: Sendable {
    let data: ByteBuffer
    let checksums: [Checksum]
    let checksumType: String
    let contentType: String

    /// An entity tag is opaque. This one is the CRC-64/NVME of the data and its length.
    let etag: String

    init(_ data: ByteBuffer, checksums: [Checksum], checksumType: String = "FULL_OBJECT", contentType: String) {
        self.data = data
        self.checksums = checksums
        self.checksumType = checksumType
        self.contentType = contentType
        let crc = data.withUnsafeReadableBytes { CRC64NVME.checksum(of: $0) }
        etag = "\"\(String(crc, radix: 16))-\(data.readableBytes)\""
    }
}

/// What the request that begins a multipart upload says, and the parts so far.
struct MultipartUpload: Sendable {
    let algorithm: AWSChecksumAlgorithm
    let checksumType: String
    let contentType: String
    var parts: [Int: StoredObject] = [:]

    init(_ headers: HTTPHeaders) throws {
        algorithm =
            headers.first(name: "x-amz-checksum-algorithm").flatMap { AWSChecksumAlgorithm(name: $0) } ?? .crc64NVME
        // S3's defaults.
        checksumType =
            headers.first(name: "x-amz-checksum-type") ?? (algorithm == .crc64NVME ? "FULL_OBJECT" : "COMPOSITE")
        guard ["FULL_OBJECT", "COMPOSITE"].contains(checksumType) else { throw S3Failure.unknownChecksumType }
        contentType = headers.first(name: "content-type") ?? "binary/octet-stream"
    }

    /// The checksum of the parts, joined.
    func checksum(of parts: [StoredObject]) -> [Checksum] {
        guard var checksum = AnyAWSChecksum(algorithm: algorithm) else { return [] }
        let name = checksum.trailerName
        guard checksumType == "COMPOSITE" else {
            for part in parts { part.data.withUnsafeReadableBytes { checksum.update($0.rawSpan) } }
            return [(name, checksum.value)]
        }
        // The checksum of the parts' checksums, and their number.
        for part in parts {
            guard let value = part.checksums.first(where: { $0.name == name })?.value else { return [] }
            checksum.update([UInt8](Data(base64Encoded: value) ?? Data()).rawSpan)
        }
        return [(name, "\(checksum.value)-\(parts.count)")]
    }
}

/// The objects by path, and the multipart uploads by ID, in memory.
actor ObjectStore {
    private var objects: [String: StoredObject] = [:]
    private var uploads: [String: MultipartUpload] = [:]

    subscript(path: String) -> StoredObject? { objects[path] }

    func put(_ object: StoredObject, at path: String) { objects[path] = object }

    func delete(_ path: String, upload id: String?) {
        if let id { uploads[id] = nil } else { objects[path] = nil }
    }

    func begin(_ upload: MultipartUpload) -> String {
        let id = UUID().uuidString
        uploads[id] = upload
        return id
    }

    func put(_ part: StoredObject, number: Int, of id: String) throws {
        guard uploads[id] != nil else { throw S3Failure.noSuchUpload }
        uploads[id]?.parts[number] = part
    }

    /// Joins parts to an object, in the order of their numbers.
    func complete(_ id: String, parts numbers: [Int], at path: String) throws -> StoredObject {
        guard let upload = uploads[id] else { throw S3Failure.noSuchUpload }
        let parts = numbers.compactMap { upload.parts[$0] }
        guard parts.count == numbers.count, !parts.isEmpty, numbers == numbers.sorted() else {
            throw S3Failure(.badRequest, "InvalidPart", "A part has not been uploaded, or the parts are not in order.")
        }
        var data = ByteBuffer()
        for part in parts { data.writeImmutableBuffer(part.data) }
        let object = StoredObject(
            data, checksums: upload.checksum(of: parts), checksumType: upload.checksumType,
            contentType: upload.contentType)
        uploads[id] = nil
        objects[path] = object
        return object
    }
}
