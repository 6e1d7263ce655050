/// Why this program cannot begin, or go on.
struct StartFailure: Error, CustomStringConvertible {
    /// The exit status, as `sysexits.h` has it.
    var status: Int32

    var description: String

    /// There is no such program.
    static let noInput: Int32 = 66

    /// A port cannot be had.
    static let unavailable: Int32 = 69
}
