extension Duration {
    /// In whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }

    /// In milliseconds, with two decimals.
    var formattedMilliseconds: String {
        Self.formatted(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000, per: 1_000)
    }

    /// In seconds, with two decimals.
    var formattedSeconds: String { Self.formatted(milliseconds, per: 1_000) }

    private static func formatted(_ number: Int64, per unit: Int64) -> String {
        let hundredths = (number * 100 + unit / 2) / unit
        let fraction = String(hundredths % 100)
        return "\(hundredths / 100)." + (fraction.count < 2 ? "0" : "") + fraction
    }
}
