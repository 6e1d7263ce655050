import EventStreamCodec
import TestSupport
import Testing

@Suite("Errors of signatures")
struct SigV4ErrorTests {
    @Test("A description has the offset, what was found and what was expected")
    func descriptions() {
        let expected: [(SigV4Error, String, String)] = [
            (
                SigV4Error(.dateOutOfRange), "dateOutOfRange",
                "byte 0: found a date outside of the years 0 to 9999, expected a year in four digits"
            ),
            (
                SigV4Error(.keyInvalid), "keyInvalid",
                "byte 0: found credentials without a signing key, expected credentials from which a key can be derived"
            ),
            (
                SigV4Error(.signingFailed), "signingFailed",
                "byte 0: found no signature, expected a signature from the key"
            ),
            (
                SigV4Error(.streamEnded, at: 83), "streamEnded",
                "byte 83: found a message after the end of the signed stream, expected no more messages"
            ),
            (
                SigV4Error(.headersUnexpected, at: 12), "headersUnexpected",
                "byte 12: found unexpected headers, expected exactly :date (timestamp) and :chunk-signature (byte array)"
            ),
            (
                SigV4Error(.signatureMalformed, at: 1, found: 33, expected: 32), "signatureMalformed",
                "byte 1: found a signature of 33 bytes, expected 1 to 32"
            ),
            (
                SigV4Error(.signatureMismatch, at: 2), "signatureMismatch",
                "byte 2: found a signature that does not match, expected the signature of this message, which continues the "
                    + "previous one"
            ),
            (
                SigV4Error(.innerLengthMismatch, at: 79, found: 20, expected: 16), "innerLengthMismatch",
                "byte 79: found a payload of 20 bytes, expected exactly one message, of 16 bytes"
            ),
            (
                SigV4Error(.endMissing, at: 3), "endMissing",
                "byte 3: found the end of the stream, expected an empty signed message before it"
            ),
            (
                SigV4Error(EventStreamError(.headerValueTypeUnknown, at: 9, found: 10)), "message",
                "byte 9: found header value type 10, expected a type from 0 to 9"
            ),
        ]
        for (error, name, description) in expected {
            #expect(error.code.description == name)
            #expect(error.description == description)
        }
        #expect(Set(expected.map(\.0.code)).count == expected.count)
    }

    @Test("Only an error of a message has one")
    func messages() {
        let message = EventStreamError(.payloadTooLong, at: 4, found: 2, expected: 1)
        #expect(SigV4Error(message).message == message)
        #expect(SigV4Error(.signatureMismatch).message == nil)
        #expect(SigV4Error(.signatureMismatch).found == nil && SigV4Error(.signatureMismatch).expected == nil)
    }

    @Test("A key whose signatures exceed a header value is an error before anything is signed")
    func endlessSignature() {
        var signer = EventStreamKeySigner(key: HugeKey(), seedSignature: SigV4Signature([]))
        var bytes: [UInt8] = []
        do throws(SigV4Error) {
            try signer.end(at: SigV4Date(milliseconds: 0), to: &bytes)
            Issue.record("signing must throw")
        } catch {
            #expect(error.message?.code == .headerValueTooLong)
            #expect(error.found == 70_000 && error.expected == 65_535)
        }
        #expect(bytes.isEmpty && !signer.isEnded)
    }
}

/// A key with signatures that no header value can hold.
private struct HugeKey: AWSSigningKey {
    typealias Hash = ReferenceSHA256

    static var algorithm: String { "HUGE" }
    static var maximumSignatureLength: Int { 70_000 }
    var scopeSuffix: String { "" }

    func sign(_ stringToSign: RawSpan, at date: SigV4Date) -> SigV4Signature { SigV4Signature([]) }
}
