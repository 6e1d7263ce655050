/// What is answered to each request: a status, the bytes of a recording, and when they are sent.
struct ReplayPlan {
    let status: Int

    /// The body. `--flip-bit` has been applied.
    let bytes: [UInt8]

    /// The parts of the body in order. The sum of their lengths is less than the body's if the connection is closed before its end.
    let steps: [Step]

    /// Whether the connection is closed after the last part, without the end of the body.
    let isCut: Bool

    /// The latest time of a step, in microseconds: more than a century.
    private static let latest = 4e15

    /// Bytes that are sent at once.
    struct Step {
        var range: Range<Int>

        /// The earliest time, in microseconds since the answer began.
        var time: Int64

        /// How long to wait before these bytes are sent, in microseconds.
        var stall: Int64 = 0
    }

    /// Faults at exact positions of the stream.
    struct Faults {
        /// The number of bytes after which the connection is closed.
        var cut: Int?

        /// The bit to flip: 0 is the lowest bit of the first byte, 8 the lowest bit of the second.
        var flippedBit: Int?

        /// The number of bytes after which to wait, and for how many microseconds.
        var stall: (position: Int, time: Int64)?
    }

    /// Creates a plan.
    ///
    /// - Parameters:
    ///   - recording: The recording.
    ///   - status: The status of the answer.
    ///   - speed: What the recorded times are divided by; infinite to send without delays.
    ///   - faults: The faults. Their positions are in the stream.
    init(_ recording: Recording, status: Int, speed: Double, faults: Faults) {
        var bytes = recording.bytes
        if let bit = faults.flippedBit { bytes[bit / 8] ^= 1 << (bit % 8) }
        let end = faults.cut ?? bytes.count
        var steps: [Step] = []
        for part in recording.parts where part.range.lowerBound < end {
            let range = part.range.clamped(to: 0..<end)
            // A very low speed must not exceed 64 bits.
            let time = Int64(min(Double(part.time) / speed, Self.latest))
            // The bytes before a stall are sent before it.
            if let stall = faults.stall, range.contains(stall.position), stall.position > range.lowerBound {
                steps.append(Step(range: range.lowerBound..<stall.position, time: time))
                steps.append(Step(range: stall.position..<range.upperBound, time: time))
            } else {
                steps.append(Step(range: range, time: time))
            }
        }
        if let stall = faults.stall, stall.position <= end {
            if stall.position == end { steps.append(Step(range: end..<end, time: 0)) }
            let index = steps.firstIndex { $0.range.lowerBound == stall.position }
            if let index { steps[index].stall = stall.time }
        }
        self.status = status
        self.bytes = bytes
        self.steps = steps
        isCut = faults.cut != nil
    }
}
