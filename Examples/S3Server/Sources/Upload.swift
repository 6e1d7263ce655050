import EventStreamCodec
import EventStreamCrypto
import Foundation
import NIOCore
import NIOHTTP1

/// The body of a request: decoded if it is in aws-chunked, and compared with each checksum that the request declares.
struct Upload {
    /// The data so far. It is verified when ``finish()`` has returned.
    private(set) var data = ByteBuffer()

    private var chunked: AWSChunkedDecoder<AWSNoSigner, AnyAWSChecksum>?
    private var plain: PlainChecksums

    /// The most bytes of one request, because the store is in memory. Larger objects come in parts.
    private static let limit = 64 << 20

    init(_ head: HTTPRequestHead) throws {
        plain = try PlainChecksums(head)
        do throws(AWSChunkedError) {
            // S3 adds a CRC-64/NVME if the client sends no checksum.
            chunked = try AWSChunkedDecoder(
                requestHeaders: head.headers.map { (name: $0.name, value: $0.value) }, checksums: AnyAWSChecksum.self,
                computing: [.crc64NVME], limits: AWSChunkedLimits(decodedLength: UInt64(Self.limit)))
        } catch {
            guard error.code == .requestNotAWSChunked else { throw error }
        }
    }

    /// Takes the next bytes of the body.
    mutating func receive(_ bytes: ByteBuffer) throws {
        try bytes.withUnsafeReadableBytes { bytes in
            if chunked != nil {
                try chunked?.decode(bytes) { element in
                    if case .data(let piece) = element { piece.withUnsafeBytes { _ = data.writeBytes($0) } }
                }
            } else {
                guard data.readableBytes + bytes.count <= Self.limit else { throw S3Failure.tooLarge }
                data.writeBytes(bytes)
                plain.update(bytes)
            }
        }
    }

    /// Verifies the data.
    ///
    /// - Returns: The checksums to store with it: the declared ones, otherwise the CRC-64/NVME.
    mutating func finish() throws -> [Checksum] {
        guard let checksums = try chunked?.finish().checksums else { return try plain.finish() }
        let declared = checksums.filter { $0.declared != nil }
        return (declared.isEmpty ? checksums : declared).compactMap { found in found.value.map { (found.name, $0) } }
    }
}

/// The checksums of a body that is not in aws-chunked, which headers declare.
private struct PlainChecksums {
    /// A checksum and the value that it must have. Those that are only verified are not stored.
    private var verified: [(checksum: AnyAWSChecksum, declared: String, isStored: Bool)] = []

    /// The checksums whose algorithm is not provided: xxHash.
    private var unverified: [Checksum] = []

    private var crc = AWSCRC64NVMEChecksum()

    init(_ head: HTTPRequestHead) throws {
        // In the request that completes a multipart upload, the checksums are those of the object.
        for (name, value) in head.headers where head.method == .PUT {
            guard let algorithm = AWSChecksumAlgorithm(trailerName: name) else { continue }
            try append(algorithm, value, isStored: true)
        }
        if let digest = head.headers.first(name: "content-md5") { try append(.md5, digest, isStored: false) }
        // Otherwise it is UNSIGNED-PAYLOAD or announces aws-chunked.
        if let digest = head.headers.first(name: "x-amz-content-sha256"), digest.utf8.count == 64 {
            let bytes = stride(from: 0, to: 64, by: 2).compactMap { UInt8(digest.dropFirst($0).prefix(2), radix: 16) }
            try append(.sha256, AWSChecksumAlgorithm.base64(bytes), isStored: false)
        }
    }

    private mutating func append(_ algorithm: AWSChecksumAlgorithm, _ value: String, isStored: Bool) throws {
        guard algorithm.isWellFormed(value) else { throw S3Failure.malformedChecksum(algorithm.trailerName) }
        if let checksum = AnyAWSChecksum(algorithm: algorithm) {
            verified.append((checksum, value, isStored))
        } else {
            unverified.append((algorithm.trailerName, value))
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        for index in verified.indices { verified[index].checksum.update(bytes.rawSpan) }
        crc.update(bytes.rawSpan)
    }

    func finish() throws -> [Checksum] {
        for (checksum, declared, _) in verified where checksum.value != declared {
            throw S3Failure.badDigest(checksum.trailerName)
        }
        let stored = verified.filter(\.isStored).map { ($0.checksum.trailerName, $0.declared) } + unverified
        return stored.isEmpty ? [(crc.trailerName, crc.value)] : stored
    }
}

/// An error as S3 answers with it.
struct S3Failure: Error {
    let status: HTTPResponseStatus
    let code: String
    let message: String

    static let tooLarge = S3Failure(.badRequest, "EntityTooLarge", "The body exceeds the limit of this server.")
    static let noSuchKey = S3Failure(.notFound, "NoSuchKey", "There is no object with this key.")
    static let noSuchUpload = S3Failure(.notFound, "NoSuchUpload", "There is no multipart upload with this ID.")
    static let unknownChecksumType = S3Failure(
        .badRequest, "InvalidRequest", "The value of x-amz-checksum-type is neither FULL_OBJECT nor COMPOSITE.")

    static func badDigest(_ name: String) -> S3Failure {
        S3Failure(.badRequest, "BadDigest", "The \(name) that was declared is not that of the data.")
    }

    static func malformedChecksum(_ name: String) -> S3Failure {
        S3Failure(.badRequest, "InvalidRequest", "The value of \(name) is not a checksum in base64.")
    }

    init(_ status: HTTPResponseStatus, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The answer to any error.
    init(_ error: any Error) {
        guard let error = error as? AWSChunkedError else {
            self = error as? S3Failure ?? S3Failure(.internalServerError, "InternalError", "\(error)")
            return
        }
        self.init(.badRequest, error.s3Code, "\(error)")
    }
}
