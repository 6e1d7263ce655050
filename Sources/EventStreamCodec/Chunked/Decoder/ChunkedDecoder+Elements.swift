extension ChunkedDecoder {
    /// A cursor over the elements in an input, valid until the body that it was lent to returns.
    public struct Elements: ~Copyable, ~Escapable {
        /// The line that earlier inputs began and this one ended, while it has not been delivered.
        private let line: RawSpan

        private let input: RawSpan

        /// The number of bytes of the input that have been consumed.
        public private(set) var consumed: Int

        private(set) var progress: ChunkedDecoder.Progress

        @_lifetime(copy line, copy input)
        init(line: RawSpan, input: RawSpan, consumed: Int, progress: ChunkedDecoder.Progress) {
            self.line = line
            self.input = input
            self.consumed = consumed
            self.progress = progress
        }

        /// The size of the current chunk: the one whose extensions or data were lent last.
        public var chunkSize: UInt64 { progress.machine.chunkSize }

        /// The bytes of the current chunk's data that are still to come; 0 after its last.
        public var remainingInChunk: UInt64 { progress.machine.remaining }

        /// Gives back to the budget of extensions what a layer above has understood.
        mutating func creditExtensions(_ count: Int) {
            progress.machine.creditExtensions(count)
        }

        /// The next element, or nil when more bytes are needed or the body is complete.
        ///
        /// - Throws: What is wrong with the body; from then on always the same.
        @_lifetime(copy self)
        public mutating func next() throws(ChunkedError) -> ChunkedElement? {
            if let failure = progress.failure { throw failure }
            if progress.hasCarriedLine {
                progress.hasCarriedLine = false
                if let element = element(ofLine: line) { return element }
            }
            do throws(ChunkedError) {
                return try read()
            } catch {
                progress.failure = error
                throw error
            }
        }

        /// Calls `body` with the data of each chunk that comes next and is plain and whole.
        @inline(__always)
        mutating func readPlainChunks(_ body: (RawSpan) -> Void) {
            guard progress.failure == nil, !progress.hasCarriedLine else { return }
            let input = input
            progress.machine.readPlainChunks(input, from: &consumed) { data in
                // INVARIANT: a plain chunk's data lies in the bytes that it was found in.
                body(unsafe input.extracting(unchecked: data))
            }
        }

        @_lifetime(copy self)
        private mutating func read() throws(ChunkedError) -> ChunkedElement? {
            while true {
                switch try progress.machine.step(input, from: &consumed) {
                case .needsMore: return nil
                case .data(let range): return .data(input.extracting(range))
                case .end: return .end
                case .extensions(let length), .trailer(let length):
                    let end = consumed &- 2
                    if let element = element(ofLine: input.extracting((end &- length)..<end)) { return element }
                }
            }
        }

        /// What a line that has ended says; nil for whitespace that a policy let pass.
        @_lifetime(copy line)
        private func element(ofLine line: RawSpan) -> ChunkedElement? {
            let machine = progress.machine
            if machine.trailerLine.hasEnded {
                return .trailer(ChunkedTrailerView(validated: line, nameLength: machine.trailerLine.nameLength))
            }
            guard machine.sizeLine.hasExtensions else { return nil }
            let chunk = machine.chunkSize == 0 ? machine.chunkCount : machine.chunkCount &- 1
            return .extensions(ChunkExtensionsView(validated: line, chunk: chunk, size: machine.chunkSize))
        }
    }
}
