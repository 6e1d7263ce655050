import ArgumentParser

/// When to colour.
enum ColorMode: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    /// The style for standard output.
    var style: Style {
        switch self {
        case .always: Style(isColored: true)
        case .never: Style(isColored: false)
        // NO_COLOR: https://no-color.org. The terminal type "dumb" has no escape sequences.
        case .auto:
            Style(
                isColored: standardOutputIsTerminal && environmentVariable("NO_COLOR") == nil
                    && environmentVariable("TERM") != "dumb")
        }
    }
}

/// Wraps text in the escape sequences of a terminal, or leaves it plain.
struct Style {
    var isColored: Bool

    func heading(_ text: String) -> String { wrap(text, "1;36") }
    func name(_ text: String) -> String { wrap(text, "33") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func right(_ text: String) -> String { wrap(text, "32") }
    func wrong(_ text: String) -> String { wrap(text, "1;31") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColored && !text.isEmpty ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
