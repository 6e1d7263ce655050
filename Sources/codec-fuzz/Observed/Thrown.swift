/// The error that `body` throws, or nil when it throws none.
func thrown<E: Error>(by body: () throws(E) -> Void) -> E? {
    do throws(E) {
        try body()
        return nil
    } catch {
        return error
    }
}

/// An error for a line of text.
func text<E: Error>(_ error: E?) -> String {
    error.map { "\($0)" } ?? "no error"
}
