import FoundationEssentials
import Glibc

/// The memory that the function's processes have used, as Linux counts it.
enum ProcessMemory {
    /// Returns the sum of the peaks of all processes of a group in bytes, or nil if the group has no process.
    static func peak(ofGroup group: Int32) -> Int? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var sum: Int?
        for name in names {
            guard let identifier = Int32(name), getpgid(identifier) == group, let peak = peak(of: identifier) else {
                continue
            }
            sum = (sum ?? 0) + peak
        }
        return sum
    }

    /// The largest peak of a child of this program that has ended, in bytes.
    static var peakOfEndedChildren: Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }

    /// The line is as in `VmHWM:     45056 kB`; a process that has ended has none.
    private static func peak(of identifier: Int32) -> Int? {
        guard let status = FileManager.default.contents(atPath: "/proc/\(identifier)/status") else { return nil }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
        return Int(line.filter(\.isNumber)).map { $0 * 1_024 }
    }
}
