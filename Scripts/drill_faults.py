"""The faults that Scripts/drill.py plants, one at a time: name, file under Sources/EventStreamCodec, text, replacement. The
text must occur exactly once in the file."""

PRELUDE = "EventStream/EventStreamPrelude.swift"
EVENT_MACHINE = "EventStream/EventStreamMachine.swift"
MESSAGE = "EventStream/EventStreamMessageView.swift"
LAYOUT = "EventStream/Headers/HeaderLayout.swift"
UNIQUENESS = "EventStream/Headers/HeaderNameUniqueness.swift"
VALUE_VIEW = "EventStream/Headers/EventStreamHeaderValueView.swift"
SOURCE = "EventStream/Encoder/EventStreamHeaderSource.swift"
ENCODER = "EventStream/Encoder/EventStreamEncoder.swift"
OPEN_MESSAGE = "EventStream/Encoder/EventStreamEncoder+OpenMessage.swift"
CARRY_BUFFER = "Bytes/CarryBuffer.swift"
UTF8 = "Bytes/UTF8.swift"
SIZE_LINE = "Chunked/ChunkSizeLine.swift"
TRAILER_SCANNER = "Chunked/ChunkedTrailerLine.swift"
HTTP_BYTE = "Chunked/HTTPByte.swift"
MACHINE = "Chunked/ChunkedMachine.swift"
CHUNKED_DECODER = "Chunked/ChunkedDecoder.swift"
CHUNKED_ENCODER = "Chunked/ChunkedEncoder.swift"
VERIFICATION = "AWSChunked/AWSChunkedVerification.swift"
AWS_DECODER = "AWSChunked/AWSChunkedDecoder.swift"
AWS_CREATION = "AWSChunked/AWSChunkedDecoder+Creation.swift"
AWS_POLICY = "AWSChunked/AWSChunkedPolicy.swift"
AWS_REQUEST = "AWSChunked/AWSChunkedRequest.swift"
AWS_ENCODER = "AWSChunked/AWSChunkedEncoder.swift"
CHUNKED_VIEWS = "Chunked/ChunkedViews.swift"
CRC = "Checksum/CRC32.swift"
REMAINDERS = "Checksum/CRC32+Remainders.swift"
KNOWN_HEADERS = "EventStream/Headers/KnownHeaderBlocks.swift"
BYTE_WRITING = "Bytes/ByteWriting.swift"
CHAIN = "Signing/SigV4Chain.swift"
SIGNING_KEY = "Signing/SigV4SigningKey.swift"
SIGNING_KEY_V4A = "Signing/SigV4ASigningKey.swift"
SIGNING_DATE = "Signing/SigV4Date.swift"
SIGNED_MESSAGE = "Signing/EventStreamSignedMessage.swift"
SEALING = "Signing/EventStreamSigner+Sealing.swift"
EVENT_VERIFIER = "Signing/EventStreamVerifier.swift"
CHUNK_SIGNER = "Signing/AWSChunkKeySigner.swift"
CRC32C = "Checksum/CRC32C.swift"
CRC64 = "Checksum/CRC64NVME.swift"
REFLECTED = "Checksum/ReflectedCRC.swift"
FOLDING = "Checksum/CRC+Folding.swift"
ALGORITHM = "AWSChunked/AWSChecksumAlgorithm.swift"
CHECKSUM = "AWSChunked/AWSChecksum.swift"
SEARCH = "InputKind/EventStreamPrelude+Search.swift"
EXAMINATION = "InputKind/InputExamination.swift"
KIND = "InputKind/EventStreamInputKind.swift"
ENCODED_TEXT = "InputKind/TextEncodedBytes.swift"
MODEL = "Async/EventStreamModel.swift"
EVENT_SEQUENCE = "Async/EventStreamEventSequence.swift"
BYTE_SEQUENCE = "Async/EventStreamByteEventSequence.swift"

FAULTS = [
    # Event streams: checks that are skipped or off by one.
    ("the message CRC is not checked", EVENT_MACHINE, "try checkMessageCRC(\n            view.messageCRC, expecting", "try checkMessageCRC(\n            message.crc.value, expecting"),
    ("the prelude CRC is not checked", PRELUDE, "guard crc == actual else", "guard crc == actual || true else"),
    ("a total length of 15 passes", PRELUDE, "guard total >= minimum else", "guard total >= minimum &- 1 else"),
    ("the headers length may be one too long", PRELUDE, "guard headers <= total &- minimum else", "guard headers <= total &- minimum &+ 1 else"),
    ("the limit on payloads is not kept", PRELUDE, "guard Int64(payload) <= Self.wide(limits.payloadLength) else", "guard Int64(payload) <= Self.wide(limits.payloadLength) || true else"),
    ("a value's length may exceed its limit", LAYOUT, "guard valueLength <= limits.headerValueLength else", "guard valueLength <= limits.headerValueLength &+ 1 else"),
    ("an unknown value type is taken for another", LAYOUT, "EventStreamHeaderValue.WireType.isKnown(code) else", "EventStreamHeaderValue.WireType.isKnown(code & 15) else"),
    ("an empty name passes when it is not the first", LAYOUT, "if nameLength == 0 { try", "if nameLength == 0, start == 0 { try"),
    ("a value may end one byte behind its block", LAYOUT, "guard blockEnd &- valueStart >= valueLength else", "guard blockEnd &- valueStart >= valueLength &- 1 else"),
    ("surrogates pass for UTF-8", UTF8, "(3, 0x80...0x9f)", "(3, 0x80...0xbf)"),
    ("the last of eight bytes is not looked at for UTF-8", UTF8, "at: position) & 0x8080_8080_8080_8080", "at: position) & 0x8080_8080_8080_8000"),
    ("repeated names are forgotten by the next name", UNIQUENESS, "shared |= filter & bit", "shared = filter & bit"),
    ("repeated names among many headers pass", UNIQUENESS, ": firstDuplicateBySorting(block, count: count)", ": nil"),
    # Event streams: header blocks that a decoder recognizes.
    ("a known header block is recognized by its length", KNOWN_HEADERS, "entry.length > 0 && storage.hasBytes(block, at: Int(entry.start))", "entry.length > 0"),
    ("the last bytes of a known header block are not compared", BYTE_WRITING, "return !differs(at: length &- 16)", "return length > 16 || !differs(at: 0)"),
    ("only the last bytes of a known header block are compared", BYTE_WRITING, "if differs(at: position) { return false }", ""),
    ("a header block may extend beyond the known one", KNOWN_HEADERS, "block.byteCount == Int(entry.length) && entry.length > 0 && storage.hasBytes(block, at: Int(entry.start))", "block.byteCount >= Int(entry.length) && entry.length > 0 && storage.hasBytes(block.extracting(first: Int(entry.length)), at: Int(entry.start))"),
    ("a header block is remembered before it is checked", EVENT_MACHINE, "try view.headers.check(limits: limits, policy: policy)\n            known.noteAccepted(block)", "known.noteAccepted(block)\n            try view.headers.check(limits: limits, policy: policy)"),
    ("a segment's header block is remembered before it is checked", EVENT_MACHINE, "try headers.check(limits: limits, policy: policy)\n                known.noteAccepted(block)", "known.noteAccepted(block)\n                try headers.check(limits: limits, policy: policy)"),
    ("a header block of another length keeps the old length", KNOWN_HEADERS, "latest.length = UInt32(block.byteCount)", "latest.length = latest.length == 0 ? UInt32(block.byteCount) : latest.length"),
    ("a replaced header block keeps its checksum", KNOWN_HEADERS, "latest.remainder = CRC32.remainder(of: block)", "if latest.remainder == 0 { latest.remainder = CRC32.remainder(of: block) }"),
    ("the two known header blocks have the same memory", KNOWN_HEADERS, "(UInt32(maximumLength), 0, 0)", "(0, 0, 0)"),
    ("the wrong one of two known header blocks is continued", KNOWN_HEADERS, "swap(&latest, &other)\n        return latest.remainder", "return latest.remainder"),
    ("the checksum of a known header block is wrong for some lengths", REMAINDERS, "(odd, left) = (odd &+ 4, left &- 16)", "odd = odd &+ 4"),
    ("the checksum of a known header block ignores the bytes before it", REMAINDERS, "~(Self.moved(word.byteSwapped ^ ~value, overZeros: length &+ 4) ^ remainder)", "~remainder"),
    ("the checksum of a known header block lacks the prelude CRC", REMAINDERS, "Self.moved(word.byteSwapped ^ ~value, overZeros: length &+ 4)", "Self.moved(~value, overZeros: length &+ 4)"),
    ("known header blocks of long messages are checksummed twice", PRELUDE, "guard count < EventStreamPrelude.length else { return }", ""),
    ("the memory of a large message is kept", CARRY_BUFFER, "if !isKept {", "if storage.count == 0 {"),
    ("the memory of a large message is kept after an error", EVENT_MACHINE, "carried = CarryBuffer()\n            return", "return carried.removeAll()"),
    # Event streams: state between inputs.
    ("the error is forgotten", EVENT_MACHINE, "return try readWholeMessage(bytes, &known)\n        } catch {\n            failure = error", "return try readWholeMessage(bytes, &known)\n        } catch {\n            _ = error"),
    ("a carried message is delivered twice", EVENT_MACHINE, "carried.consume(state.read.carried)", "if state.read.input > 0 { carried.consume(state.read.carried) }"),
    (
        "memory for the declared length", EVENT_MACHINE, "guard readLength() else { return taken }",
        """guard readLength() else { return taken }
        if carried.count == EventStreamPrelude.length {
            var larger = CarryBuffer()
            larger.append(ContiguousArray<UInt8>(repeating: 0, count: Swift.min(machine.neededLength, 1 << 30)).rawSpan)
            larger.removeAll()
            larger.append(carried.bytes)
            carried = larger
        }""",
    ),
    ("a new buffer for every input", CARRY_BUFFER, "let start = end", "storage = ContiguousArray(storage.map { $0 })\n        let start = end"),
    ("the first bytes of a long message are checksummed twice", PRELUDE, "Swift.max(count &- message.byteCount, 0)", "0"),
    ("a long message's checksum goes over its end", PRELUDE, "droppingFirst: known).extracting(first: end &- count)", "droppingFirst: known)"),
    ("messages left unread are forgotten", EVENT_MACHINE, "first: missing > 0 ? missing : .max", "first: Swift.max(missing, 0)"),
    ("the end inside a prelude is silent", EVENT_MACHINE, "guard arrived > 0 else { return }", "guard arrived >= 12 else { return }"),
    ("the frame layer needs too few bytes", MESSAGE, "return .incomplete(needed: machine.neededLength)", "return .incomplete(needed: Swift.max(machine.neededLength &- 1, 12))"),
    ("segments end without their CRC checked", EVENT_MACHINE, "try checkMessageCRC(found, expecting", "try checkMessageCRC(message.crc.value, expecting"),
    ("a segment decoder ends silently inside a payload", EVENT_MACHINE, "unit == .message ? 0 : message?.crc.count ?? 0", "0"),
    # Event streams: encoding.
    ("true and false change places", VALUE_VIEW, "case .booleanTrue: self = .boolean(true)", "case .booleanTrue: self = .boolean(false)"),
    ("the halves of a UUID change places", SOURCE, "output.append(bigEndian: uuid.high)\n            output.append(bigEndian: uuid.low)", "output.append(bigEndian: uuid.low)\n            output.append(bigEndian: uuid.high)"),
    ("shared headers' checksum moves by a bit too few", CRC, "var multiple = CRC32.power(length: bytes.byteCount)", "var multiple = CRC32.timesX(CRC32.power(length: bytes.byteCount))"),
    ("a payload shorter than announced passes", OPEN_MESSAGE, "guard remainingLength == 0 else", "guard remainingLength >= 0 else"),
    ("the encoder's limit on payloads is not kept", ENCODER, "guard payload >= 0, payload <= limits.payloadLength else", "guard payload >= 0 else"),
    # Chunked bodies.
    ("a bare LF ends a size line", SIZE_LINE, "case HTTPByte.semicolon: .name\n", "case HTTPByte.semicolon: .name\n        case HTTPByte.lineFeed: .end\n"),
    ("whitespace after a size passes", SIZE_LINE, "allowsEnd: policy.allowsWhitespaceAfterSize", "allowsEnd: true"),
    ("a size of 64 bits passes", SIZE_LINE, "guard size <= UInt64(Int64.max) &>> 4 else", "guard size <= UInt64.max &>> 4 else"),
    ("a quoted pair is not one", SIZE_LINE, "if byte == HTTPByte.backslash { return .quotedPair }", ""),
    ("extensions cost nothing", SIZE_LINE, "guard budget.spend(count) else", "guard budget.spend(0) else"),
    ("the LF after data may be anything", MACHINE, "guard byte == expected else", "guard byte == expected || phase == .dataLineFeed else"),
    ("one chunk more than the limit", MACHINE, "chunkCount < chunkLimit else", "chunkCount <= chunkLimit else"),
    ("what follows the body is consumed", MACHINE, "case .lastLine:\n", "case .lastLine:\n                    position = bytes.byteCount\n"),
    ("Content-Length passes as a trailer", TRAILER_SCANNER, "if forbidden.isComplete(length) {", "if length > 14, forbidden.isComplete(length) {"),
    ("one byte of trailers more than the limit", TRAILER_SCANNER, "guard budget.spend(1) else", "guard budget.spend(length == 0 ? 0 : 1) else"),
    ("whitespace stays after a trailer's value", HTTP_BYTE, "while lower < upper, HTTPByte.isWhitespace(byte(at: upper &- 1))", "if lower < upper, HTTPByte.isWhitespace(byte(at: upper &- 1))"),
    ("a body's error is forgotten", CHUNKED_DECODER, "return try read()\n            } catch {\n                progress.failure = error", "return try read()\n            } catch {\n                _ = error"),
    ("a line that straddles inputs loses a byte", CHUNKED_DECODER, "_ = carried.fill(from: input, to: length)", "_ = carried.fill(from: input, to: length &- 1)"),
    ("in place, the second chunk overwrites the first", CHUNKED_DECODER, "bodyLength &+= range.count", "bodyLength = range.count"),
    ("a chunk smaller than the one before has its size line", CHUNKED_ENCODER, "if size != plainLine.size {", "if size > plainLine.size {"),
    ("a plain size line may have seven digits", CHUNKED_ENCODER, "maximumSize: UInt64 = 0xff_ffff", "maximumSize: UInt64 = 0xfff_ffff"),
    ("an empty chunk is written, and ends the body", CHUNKED_ENCODER, "guard size > 0 else { return }", ""),
    # aws-chunked.
    ("a wrong checksum passes", VERIFICATION, "guard computed == nil else { throw", "guard computed == nil || true else { throw"),
    ("a malformed checksum is a wrong one", VERIFICATION, "if let algorithm, !algorithm.isWellFormed(declared.value) {", "if let algorithm, computed == nil, !algorithm.isWellFormed(declared.value) {"),
    ("a malformed checksum passes if it is not computed", VERIFICATION, "if let algorithm, !algorithm.isWellFormed(declared.value) {", "if let algorithm, computed != nil, !algorithm.isWellFormed(declared.value) {"),
    ("a checksum in a header is not compared", VERIFICATION, "in rules.headerChecksums + trailers { try compare", "in trailers { try compare"),
    ("a header replaces a missing trailer", VERIFICATION, "guard rules.trailerNames.allSatisfy({ declaration(ofTrailer: $0) != nil }) else", "guard rules.trailerNames.allSatisfy({ declaration(ofTrailer: $0) != nil || !rules.headerChecksums.isEmpty }) else"),
    ("a missing trailer passes", VERIFICATION, "guard rules.trailerNames.allSatisfy({ declaration(ofTrailer: $0) != nil }) else", "guard true else"),
    ("a trailer that was not announced passes", VERIFICATION, "rules.policy.allowsUnannouncedTrailers || rules", "true || rules"),
    ("a trailer passes twice", VERIFICATION, "guard !trailers.contains(where: { $0.name.hasSameUTF8(as: name) }),", "guard true,"),
    ("the last chunk's signature is not verified", VERIFICATION, "// The last chunk is signed too.\n        try verify(chunk: chunk, at: offset)", ""),
    ("the signature of trailers is not verified", VERIFICATION, "guard isValid == true else { throw AWSChunkedError(.signatureMismatch, at: offset) }", ""),
    ("a failure of the verifier is a wrong signature", VERIFICATION, "AWSChunkedError(error.code, at: offset, found: error.found, expected: error.expected, chunk: chunk)", "AWSChunkedError(.signatureMismatch, at: offset, chunk: chunk)"),
    ("a body shorter than announced passes", VERIFICATION, "rules.decodedLength, length != decodedLength {", "rules.decodedLength, length > decodedLength {"),
    ("a chunk of the least size is too small", VERIFICATION, "if size < rules.minimumChunkSize {", "if size <= rules.minimumChunkSize {"),
    ("a chunk may exceed its limit", VERIFICATION, "guard size <= rules.limits.chunkSize else", "guard size <= rules.limits.chunkSize &+ 1 else"),
    ("a body may exceed its limit", VERIFICATION, "guard end <= rules.limits.decodedLength else", "guard length <= rules.limits.decodedLength else"),
    ("chunks are counted from zero", AWS_DECODER, "ofChunk: chunkCount, size:", "ofChunk: chunkCount &- 1, size:"),
    ("signatures use up the budget of extensions", AWS_DECODER, "framing.refundExtensions(try verification.record(extensions, at: offset))", "_ = try verification.record(extensions, at: offset)"),
    ("a signature of trailers uses up their budget", AWS_DECODER, "if try verification.record(field, at: offset) { framing.refundTrailerLine() }", "_ = try verification.record(field, at: offset)"),
    ("extensions may use up the allowance of signatures", AWS_DECODER, "guard isWithin.extensions, isWithin.trailers, isFew else", "guard isWithin.trailers, isFew else"),
    ("trailers may use up the allowance of signatures", AWS_DECODER, "guard isWithin.extensions, isWithin.trailers, isFew else", "guard isWithin.extensions, isFew else"),
    ("a value that is no signature is not overhead", VERIFICATION, "byteCount == AWSChunked.sigV4SignatureLength else { return false }", "byteCount == AWSChunked.sigV4SignatureLength else { return byteCount == 1 }"),
    ("bytes after the body pass", AWS_DECODER, "guard allowsBytesAfterEnd || !verification.isComplete || !framing.hasUnreadInput else", "guard allowsBytesAfterEnd || !verification.isComplete || framing.consumed == 0 || !framing.hasUnreadInput else"),
    ("a second last chunk is a malformed trailer", AWS_DECODER, "line.isZeros, line.length > 0,", "line.isZeros, line.length > 1,"),
    ("a missing final CRLF always passes", AWS_DECODER, "isComplete || policy.allowsMissingFinalLineEnd && framing", "isComplete || framing"),
    ("a LF before a CRLF always passes", AWS_POLICY, "policy.allowsLineFeedBeforeTrailerEnd = allowsLineFeedBeforeTrailerEnd", "policy.allowsLineFeedBeforeTrailerEnd = true"),
    ("whitespace before a colon always passes", AWS_POLICY, "policy.allowsWhitespaceBeforeColon = allowsWhitespaceBeforeColon", "policy.allowsWhitespaceBeforeColon = true"),
    ("HTTP's trailers have aws-chunked's tolerances", "Chunked/ChunkedLimits.swift", "var allowsLineFeedBeforeTrailerEnd = false", "var allowsLineFeedBeforeTrailerEnd = true"),
    ("two LF before a CRLF pass", TRAILER_SCANNER, "case .extraLineFeed: return byte", "case .extraLineFeed: return byte == HTTPByte.lineFeed ? .extraLineFeed : byte"),
    ("a tolerated LF is part of the value", CHUNKED_VIEWS, "(line.byteCount &- scanner.extraLength)", "line.byteCount"),
    ("a tolerated space is part of the value", TRAILER_SCANNER, "if next == .value, state != .value { valueStart = length }", "if next == .value, state != .value { valueStart = nameLength &+ 1 }"),
    ("whitespace hides a forbidden name", TRAILER_SCANNER, "} else if state == .name {\n                if forbidden", "} else if state == .name {\n                if next == .value, forbidden"),
    ("a verifier is dropped if the request is unsigned", AWS_CREATION, "if verifier != nil, request.signing == .unsigned { throw", "if verifier != nil, request.signing == .sigV4, false { throw"),
    ("names of headers differ by case", AWS_REQUEST, "let name = name.lowercasedASCII\n        if name", "if name"),
    ("trailers may contradict the kind of payload", AWS_REQUEST, "guard signing == .unsigned || trailerNames.isEmpty else", "guard signing == .unsigned || true else"),
    ("a second decoded length replaces the first", AWS_REQUEST, "if let decodedLength, decodedLength != length {", "if let decodedLength, decodedLength != length, false {"),
    ("a decoded length wraps around", AWS_REQUEST, "guard !isTooLarge, !overflow else { return nil }", "guard !isTooLarge else { return nil }"),
    ("the list of trailers has no limit", AWS_REQUEST, "guard trailerNames.count < ChunkedLimits.defaultTrailerCount,", "guard true,"),
    ("an event stream passes for an upload", AWS_REQUEST, "throw AWSChunkedError(.contentSHA256Unknown)", "return .unspecified"),
    ("data follows the signature of the last chunk", AWS_ENCODER, "if lastChunkSignature != nil, !data.isEmpty { throw bodyFinished }", ""),
    ("a length beyond 64 bits wraps around", AWS_ENCODER, "guard high < 1 << 32 else { return .max }", "guard high < .max else { return .max }"),
    ("a flush keeps what waits", AWS_ENCODER, "try requireOpenBody()\n        while !pending.isEmpty {", "try requireOpenBody()\n        while pending.count > 1 {"),
    ("the length of a flush is two bytes too long", AWS_ENCODER, "pending.isEmpty ? 0 : owedLength &+ chunksLength(UInt64(pending.count)) &- 2", "pending.isEmpty ? 0 : owedLength &+ chunksLength(UInt64(pending.count))"),
    # Signatures.
    ("a key is kept after midnight", SIGNING_KEY, "derived.dayNumber == date.dayNumber {", "derived.dayNumber == date.dayNumber || true {"),
    ("the day is rounded towards 1970", SIGNING_DATE, "% Self.millisecondsPerDay < 0 ? quotient - 1 : quotient", "% Self.millisecondsPerDay < 0 ? quotient : quotient"),
    ("a day is not checked against its month", SIGNING_DATE, "date.day == day, date.month == month else", "date.year >= 0 else"),
    ("signatures are compared up to the first different length", SIGNING_KEY, "guard left.bytes.count == right.bytes.count else { return false }", ""),
    ("only the first byte of a signature is compared", SIGNING_KEY, ".reduce(0) { $0 | ($1.0 ^ $1.1) }", ".prefix(1).reduce(0) { $0 | ($1.0 ^ $1.1) }"),
    ("a signature does not continue the one before it", CHAIN, "previous = signature\n        return signature", "return signature"),
    ("a verified signature is not continued", CHAIN, "previous = signature\n        return true", "return true"),
    ("a failed key continues the chain", CHAIN, "let signature = try key.sign(text.rawSpan, at: date)", "previous = SigV4Signature([UInt8]())\n        let signature = try key.sign(text.rawSpan, at: date)"),
    ("a signature may be longer than announced", CHAIN, "guard signature.bytes.count <= Key.maximumSignatureLength else", "guard signature.bytes.count <= Key.maximumSignatureLength + 1 else"),
    ("a message can be signed after the end", SEALING, "guard !isEnded else { throw SigV4Error(.streamEnded) }", ""),
    ("the CRC of a signed message leaves out four bytes", SEALING, "crc.update(bigEndian: messageCRC)", ""),
    ("the length of a signed message is not checked before signing", SEALING, "_ = try encoder.encodedLength(\n                headers: EnvelopeHeaders(signatureLength: Key.maximumSignatureLength), payloadLength: length)", ""),
    ("the date's header is not signed", EVENT_VERIFIER, "Key.Hash.digest(of: signed.dateHeader), Key", "Key.Hash.digest(of: signed.payload), Key"),
    ("a wrong signature passes", EVENT_VERIFIER, "guard isValid else", "guard isValid || true else"),
    ("the end need not be there", EVENT_VERIFIER, "guard isEnded else { throw SigV4Error(.endMissing", "guard isEnded || offset > 0 else { throw SigV4Error(.endMissing"),
    ("messages after the end pass", EVENT_VERIFIER, "guard !isEnded else { throw SigV4Error(.streamEnded", "guard !isEnded || true else { throw SigV4Error(.streamEnded"),
    ("a wrong signature is forgotten", EVENT_VERIFIER, "if error.code != .signingFailed { failure = error }", ""),
    ("a third header passes", SIGNED_MESSAGE, "if let third = iterator.next() { throw", "if let third = iterator.next(), third.offset == 0 { throw"),
    ("a signature in text passes", SIGNED_MESSAGE, ", case .byteArray = signature.value else", " else"),
    ("bytes after the message in a signed message pass", SIGNED_MESSAGE, "guard message.frame.byteCount == payload.byteCount else", "guard message.frame.byteCount <= payload.byteCount else"),
    ("padding makes another valid signature", CHUNK_SIGNER, "guard text.utf8.count == Self.signatureLength, let", "guard let"),
    ("a chunk's hash is not begun again", CHUNK_SIGNER, "let signature = try sign(.payload, emptyDigest, hash.finalize())\n        hash = Key.Hash()", "let signature = try sign(.payload, emptyDigest, hash.finalize())"),
    ("a private key may be the order of the curve", SIGNING_KEY_V4A, "0xf3b9_cac2_fc63_254f", "0xf3b9_cac2_fc63_2551"),
    ("a borrow is lost when a private key is compared", SIGNING_KEY_V4A, "let second = difference < isAbove", "let second = false"),
    ("a checksum is combined for another length", OPEN_MESSAGE, "combined.combine(checksum, length: length)", "combined.combine(checksum, length: length &+ 1)"),
    # What an input is.
    ("the search for a prelude skips the last position", SEARCH, "while position <= end {", "while position < end {"),
    ("a prelude may have a total length of 15", SEARCH, "if total >= UInt32(minimumTotalLength), headers <= total &- UInt32(minimumTotalLength),", "if headers <= total &- UInt32(minimumTotalLength),"),
    ("the search for a prelude ignores the limit of headers", SEARCH, "isValid(bytes.extracting(position..<(position &+ length)), limits)", "isValid(bytes.extracting(position..<(position &+ length)), .unlimited)"),
    ("the search for a prelude begins too early", SEARCH, "var position = Swift.max(start, 0)", "var position = Swift.max(start &- 1, 0)"),
    ("a NUL is not looked for in text", EXAMINATION, "guard start.firstOffset(of: 0, from: 0) == start.byteCount else", "guard start.byteCount >= 0 else"),
    ("a short text is known too early", EXAMINATION, "return start.byteCount == Self.textLength || isAll ? .certain(kind) : .needsMoreBytes", "return start.byteCount > 100 || isAll ? .certain(kind) : .needsMoreBytes"),
    ("a byte order mark hides a text", EXAMINATION, 'bytes.starts(with: "\\u{feff}", at: 0) ? 3 : 0', "0"),
    ("a field of server-sent events may be indented", EXAMINATION, "default: return position == lineStart ? serverSentEvents(at: position) : nil", "default: return lineStart >= 0 ? serverSentEvents(at: position) : nil"),
    ("the head of an interim response ends the search for a body", EXAMINATION, "guard isInterim, bytes.starts", "guard start > bytes.byteCount, bytes.starts"),
    ("the head after an interim one is not waited for", EXAMINATION, "if isInterim, !isAll, bytes", "if isInterim, isAll, bytes"),
    ("a head whose lines end with LF has no end", EXAMINATION, "if next == 0x0a { return position &+ 1 }", ""),
    ("a chunk need not begin with a message", EXAMINATION, "return bytes.hasLineEnd(at: end) && isValidPrelude(at: data, limits) ? .kind(.chunkedBody) : nil", "return bytes.hasLineEnd(at: end) ? .kind(.chunkedBody) : nil"),
    ("encoded text need not contain a message", EXAMINATION, "if EventStreamPrelude.firstOffset(in: first, limits: limits) != nil { return", "if !first.isEmpty { return"),
    ("a message far inside of encoded text is not found", EXAMINATION, "guard bytes.byteCount > Self.encodedLength else { continue }", "guard bytes.byteCount < 0 else { continue }"),
    ("a replacement character is looked for too far", EXAMINATION, "private static let replacementLength = 16", "private static let replacementLength = 17"),
    ("a message at the start is one in the middle", EXAMINATION, "if isValidPrelude(at: 0, .unlimited) { return", "if isValidPrelude(at: 0, limits) { return"),
    ("more is examined than is said", KIND, "let examined = bytes.extracting(first: examinedLength)", "let examined = bytes.extracting(first: examinedLength &+ 1)"),
    ("base64 may go on after its padding", ENCODED_TEXT, "guard paddingCount == 0 else { throw", "guard paddingCount < 3 else { throw"),
    ("the last group of base64 loses a byte", ENCODED_TEXT, "if digitCount == 3 { output", "if digitCount == 4 { output"),
    ("half a byte may end a hexadecimal text", ENCODED_TEXT, 'guard digitCount == 0, previous != UInt8(ascii: "\\\\") else', 'guard previous != UInt8(ascii: "\\\\") else'),
    ("an x may follow any digit", ENCODED_TEXT, 'previous == UInt8(ascii: "0") && digitCount == 1', "digitCount == 1"),
    ("an octal escape may exceed a byte", ENCODED_TEXT, "guard bits < 256 else", "guard bits < 512 else"),
    ("an octal escape has any number of digits", ENCODED_TEXT, "guard (0x30...0x37).contains(byte), digitCount < 3 else", "guard (0x30...0x37).contains(byte) else"),
    ("a literal need not end", ENCODED_TEXT, "guard place == .afterLiteral else {", "guard place != .beforeLiteral else {"),
    ("anything may follow a literal", ENCODED_TEXT, "guard byte.isTextSpace else { throw unexpected(byte, \"the end of the text after the literal\") }", ""),
    # Checksums.
    ("a checksum is continued from its complement", CRC, "register = ~value", "register = value"),
    ("a size line longer than a word is recognized by its start", MACHINE, "guard length <= 8, let word", "guard length <= 16, let word"),
    ("a whole chunk's line end is not looked at", MACHINE, "guard let lineEnd = bytes.window(at: dataEnd, count: 2), lineEnd.hasLineEnd(at: 0) else", "guard bytes.window(at: dataEnd, count: 2) != nil else"),
    ("a header block may have one byte in eight beyond ASCII", UTF8, "(bits[0] | bits[1]) & 0x8080_8080_8080_8080 == 0", "(bits[0] | bits[1]) & 0x8080_8080_8080_8000 == 0"),
    ("folding in registers misses a bit", CRC, "(v.4.down32 << 8)", "(v.4.down32 << 7)"),
    ("folding in memory reaches a byte too far", CRC, "bytes[211]", "bytes[212]"),
    ("folding of CRC-32C in registers misses a bit", CRC32C, "(v.3.down32 << 2)", "(v.3.down32 << 3)"),
    ("folding of CRC-32C in memory reaches a byte too far", CRC32C, "bytes[183]", "bytes[184]"),
    ("folding of CRC-64 reaches a byte too far", CRC64, "bytes[430]", "bytes[431]"),
    ("a strand of CRC-64 is lost", CRC64, "load64(base, end &+ 16) ^ c", "load64(base, end &+ 16)"),
    ("what a fold adds to the last sixteen bytes is lost", FOLDING, "position = count &- 16\n", "position = count &- 16\n        if count & 15 != 0 { return unsafe UnsafeRawBufferPointer(start: front, count: count) }\n"),
    ("the length of joined parts is doubled", REFLECTED, "var power: Register = 1 << (Register.bitWidth - 9)", "var power: Register = 1 << (Register.bitWidth - 17)"),
    ("a checksum with bits after its last byte passes", ALGORITHM, "(digits.last.flatMap(value(of:)) ?? 0) & unused == 0", "(digits.last.flatMap(value(of:)) ?? 0) & unused <= unused"),
    ("another character than padding ends a checksum", ALGORITHM, "bytes.suffix(padding).allSatisfy({ $0 == UInt8(ascii: \"=\") })", "bytes.suffix(padding).allSatisfy({ $0 != 0 })"),
    ("names of trailers are compared with their case", ALGORITHM, "let bytes = trailerName.utf8.map(Self.lowercase)", "let bytes = Array(trailerName.utf8)"),
    ("a checksum chosen at run time forgets its bytes", CHECKSUM, "checksum.update(data)\n            self = .crc64NVME(checksum)", "checksum.update(data)"),

    # Typed events.
    ("an initial response is an unknown event", MODEL, "type == Self.initialResponseType ? nil : try", "try"),
    ("a model keeps the first closure of a type", MODEL, "model.events.insert((type, decoder), at: 0)", "model.events.append((type, decoder))"),
    ("a sequence of events goes on after an error", EVENT_SEQUENCE, "        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)\n        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Event? {\n            guard !hasEnded else { return nil }\n            hasEnded = true", "        @available(macOS 15, iOS 18, tvOS 18, watchOS 11, visionOS 2, *)\n        public mutating func next(isolation actor: isolated (any Actor)?) async throws -> Event? {\n            guard !hasEnded else { return nil }"),
    ("a byte after a message is read ahead", BYTE_SEQUENCE, "missingCount = machine.neededLength &- bytes.count", "missingCount = machine.neededLength &- bytes.count &+ 1"),
]
