import FoundationEssentials

extension Duration {
    /// The duration in whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }

    /// The duration in milliseconds, with two decimals.
    var formattedMilliseconds: String {
        Self.formatted(components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000, per: 1_000)
    }

    /// The duration in seconds, with two decimals.
    var formattedSeconds: String { Self.formatted(milliseconds, per: 1_000) }

    private static func formatted(_ number: Int64, per unit: Int64) -> String {
        let hundredths = (number * 100 + unit / 2) / unit
        let fraction = String(hundredths % 100)
        return "\(hundredths / 100)." + (fraction.count < 2 ? "0" : "") + fraction
    }
}

extension Int64 {
    /// The current time in milliseconds since the epoch.
    static var millisecondsSinceEpoch: Int64 { Date.now.millisecondsSinceEpoch }
}

/// The formats of dates in events, HTTP fields and the names of log streams, all in UTC.
extension Date {
    var millisecondsSinceEpoch: Int64 { Int64(timeIntervalSince1970 * 1_000) }

    /// As in `24/Nov/2026:15:01:00 +0000`.
    var commonLogTime: String {
        let parts = utc
        return "\(parts.day)/\(parts.month)/\(parts.year):\(parts.time) +0000"
    }

    /// As in `Tue, 24 Nov 2026 15:01:00 GMT` (RFC 9110 §5.6.7).
    var httpDate: String {
        let parts = utc
        return "\(parts.weekday), \(parts.day) \(parts.month) \(parts.year) \(parts.time) GMT"
    }

    /// As in `2026/11/24`.
    var logStreamDate: String {
        let parts = utc
        return "\(parts.year)/\(parts.monthNumber)/\(parts.day)"
    }

    private typealias Parts = (
        year: String, month: String, monthNumber: String, day: String, weekday: String, time: String
    )

    private var utc: Parts {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .weekday, .hour, .minute, .second], from: self)
        func digits(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        return (
            "\(parts.year ?? 0)", months[(parts.month ?? 1) - 1], digits(parts.month), digits(parts.day),
            weekdays[(parts.weekday ?? 1) - 1], "\(digits(parts.hour)):\(digits(parts.minute)):\(digits(parts.second))"
        )
    }
}
