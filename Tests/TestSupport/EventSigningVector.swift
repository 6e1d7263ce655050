import EventStreamCodec
import Foundation

/// A test vector: a signed event stream and what a verifier finds in it, or signatures to compute.
package struct EventSigningVector: Sendable, CustomStringConvertible {
    /// The file's name without extension.
    package let name: String

    /// What is signed, with what, and the expected result.
    package let contents: Contents

    /// The signed stream, if there is one.
    package let stream: [UInt8]?

    package var description: String { name }

    package struct Contents: Sendable, Decodable {
        package var accessKeyID: String
        package var secretAccessKey: String
        package var region: String
        package var service: String
        package var seedSignature: String
        package var events: [Event]
        package var outcome: Outcome?
    }

    /// An event with its signature. All bytes are in hexadecimal.
    package struct Event: Sendable, Decodable {
        package var date: Int64
        package var headers: String
        package var payload: String
        package var stringToSign: String
        package var signature: String
    }

    package struct Outcome: Sendable, Decodable, Equatable {
        package var messages: Int
        package var error: Failure?

        package init(messages: Int, error: Failure?) {
            self.messages = messages
            self.error = error
        }
    }

    package struct Failure: Sendable, Decodable, Equatable {
        package var code: String
        package var offset: UInt64
    }

    /// All vectors of the package.
    package static func all() throws -> [EventSigningVector] {
        let folder = Repository.vectors.appendingPathComponent("event-signing")
        return try Repository.files(in: folder, withExtension: "json").map { file in
            let contents = try JSONDecoder().decode(Contents.self, from: try Data(contentsOf: file))
            let base = file.deletingPathExtension()
            return EventSigningVector(
                name: base.lastPathComponent, contents: contents,
                stream: contents.outcome == nil ? nil : try Repository.bytes(of: base.appendingPathExtension("bin")))
        }
    }
}

extension EventSigningVector {
    package var credentials: AWSCredentials {
        AWSCredentials(accessKeyID: contents.accessKeyID, secretAccessKey: contents.secretAccessKey)
    }

    package var seed: SigV4Signature { SigV4Signature([UInt8](hexadecimal: contents.seedSignature)) }

    package func signer<Hash: SigV4Hash>(_ hash: Hash.Type) -> EventStreamSigner<Hash> {
        EventStreamSigner(
            credentials, region: contents.region, service: contents.service, seedSignature: seed,
            encoder: EventStreamEncoder(limits: .unlimited, policy: .lenient))
    }

    package func verifier<Hash: SigV4Hash>(_ hash: Hash.Type) -> EventStreamVerifier<Hash> {
        EventStreamVerifier(credentials, region: contents.region, service: contents.service, seedSignature: seed)
    }

    /// Computes the signatures of all events.
    package func signatures<Hash: SigV4Hash>(_ hash: Hash.Type) throws -> [String] {
        var signer = signer(hash)
        return try contents.events.map { event in
            try signer.signature(
                headers: [UInt8](hexadecimal: event.headers), payload: [UInt8](hexadecimal: event.payload),
                at: SigV4Date(milliseconds: event.date)
            ).hexadecimal
        }
    }

    /// Verifies a stream, which is that of the vector unless another one is passed.
    package func verify<Hash: SigV4Hash>(_ hash: Hash.Type, _ stream: [UInt8]? = nil) -> Outcome {
        var verifier = verifier(hash)
        return Self.verify(stream ?? self.stream ?? [], &verifier)
    }

    /// Verifies a stream until its first error.
    package static func verify<Key>(_ stream: [UInt8], _ verifier: inout EventStreamKeyVerifier<Key>) -> Outcome {
        var decoder = EventStreamDecoder()
        var outcome = Outcome(messages: 0, error: nil)
        do {
            try decoder.decode(stream) { signed in
                if try verifier.verify(signed) != nil { outcome.messages += 1 }
            }
            try decoder.finish()
            try verifier.finish()
        } catch let error as SigV4Error {
            outcome.error = Failure(
                code: error.message?.code.description ?? error.code.description, offset: error.offset)
        } catch let error as EventStreamError {
            outcome.error = Failure(code: error.code.description, offset: error.offset)
        } catch {
            outcome.error = Failure(code: "\(error)", offset: 0)
        }
        return outcome
    }
}
