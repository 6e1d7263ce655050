/// What an input showed to be false.
struct FuzzFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws when `condition` is false.
func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(FuzzFailure) {
    guard condition else { throw FuzzFailure(what()) }
}
