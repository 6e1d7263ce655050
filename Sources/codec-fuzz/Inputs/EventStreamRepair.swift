import ReferenceDecoders

/// Makes checksums right after mutation, so that a decoder looks at what they protect.
enum EventStreamRepair {
    /// Repairs the checksums of all messages, as far as lengths lead from one to the next.
    ///
    /// - Parameter lengthsToo: Whether lengths that do not fit into the input and each other are made to.
    static func repair(_ bytes: inout [UInt8], lengthsToo: Bool) {
        var position = 0
        while bytes.count - position >= 12 {
            let rest = bytes.count - position
            var total = bytes.number(at: position)
            if lengthsToo, rest >= 16 {
                if total < 16 || total > rest {
                    total = rest
                    bytes.store(UInt32(total), at: position)
                }
                if bytes.number(at: position + 4) > total - 16 {
                    bytes.store(UInt32(bytes.number(at: position + 4) % (total - 15)), at: position + 4)
                }
            }
            bytes.store(ReferenceCRC32.checksum(bytes[position..<(position + 8)]), at: position + 8)
            guard total >= 16, total <= rest else { return }
            sign(&bytes, messageAt: position..<(position + total))
            position += total
        }
    }

    /// Stores both checksums of the message that stands at `range`, at least 16 bytes.
    static func sign(_ bytes: inout [UInt8], messageAt range: Range<Int>) {
        let start = range.lowerBound
        bytes.store(ReferenceCRC32.checksum(bytes[start..<(start + 8)]), at: start + 8)
        bytes.store(ReferenceCRC32.checksum(bytes[start..<(range.upperBound - 4)]), at: range.upperBound - 4)
    }
}
