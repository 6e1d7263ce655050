import EventStreamCodec
import TestSupport
import Testing

@Suite("Vectors of signed event streams")
struct EventSigningVectorTests {
    @Test("The signatures and the strings to sign are those of the vector", arguments: try EventSigningVector.all())
    func signatures(_ vector: EventSigningVector) throws {
        var signer = vector.signer(ReferenceSHA256.self)
        for event in vector.contents.events {
            let date = SigV4Date(milliseconds: event.date)
            let (headers, payload) = ([UInt8](hexadecimal: event.headers), [UInt8](hexadecimal: event.payload))
            #expect(try signer.stringToSign(headers: headers, payload: payload, at: date) == event.stringToSign)
            let signature = try signer.signature(headers: headers, payload: payload, at: date)
            #expect(signature.hexadecimal == event.signature)
            #expect(signer.previousSignature == signature)
        }
    }

    @Test("A verifier finds what the vector says", arguments: try EventSigningVector.all())
    func verification(_ vector: EventSigningVector) throws {
        guard let outcome = vector.contents.outcome else { return }
        #expect(vector.verify(ReferenceSHA256.self) == outcome)
    }

    @Test("Signing the messages of a valid stream again returns its bytes", arguments: try EventSigningVector.all())
    func signing(_ vector: EventSigningVector) throws {
        guard let stream = vector.stream, !vector.contents.events.isEmpty, vector.name != "stream-signature-first"
        else {
            return
        }
        var (encoded, owned, pieces) = ([UInt8](), [UInt8](), [UInt8]())
        var (first, second) = (vector.signer(ReferenceSHA256.self), vector.signer(ReferenceSHA256.self))
        var third = vector.signer(ReferenceSHA256.self)
        for event in vector.contents.events {
            let date = SigV4Date(milliseconds: event.date)
            let payload = [UInt8](hexadecimal: event.payload)
            guard !payload.isEmpty else {
                try first.end(at: date, to: &encoded)
                try second.end(at: date, to: &owned)
                try third.end(at: date, to: &pieces)
                continue
            }
            var decoder = EventStreamDecoder()
            try decoder.decode(payload) { message in
                try first.append(message, at: date, to: &encoded)
                try second.append(EventStreamMessage(message), at: date, to: &owned)
                let headers = EventStreamEncodedHeaders(message.headers)
                let parts = try third.parts(headers: headers, payload: message.payload, at: date)
                pieces += parts.head + [UInt8](message.payload) + parts.tail
            }
        }
        #expect(encoded.elementsEqual(stream))
        #expect(owned.elementsEqual(stream))
        #expect(pieces.elementsEqual(stream))
    }

    @Test("All seven published sets are among the vectors")
    func published() throws {
        let names = try EventSigningVector.all().map(\.name).filter { $0.hasPrefix("published-") }
        #expect(
            Set(names) == [
                "published-go-v2", "published-java-v2-midnight", "published-ruby", "published-smithy-java",
                "published-smithy-rs", "published-smithy-rs-test-credentials", "published-transcribe",
            ])
    }
}
