/// A point in time as a date in UTC, in the proleptic Gregorian calendar of ISO 8601.
enum CivilTime {
    /// The time `milliseconds` after 1970-01-01T00:00:00Z, as `1970-01-01T00:00:00.000Z`; nil outside the years 0 to
    /// 9999, which ISO 8601 writes in four digits.
    static func text(millisecondsSinceEpoch milliseconds: Int64) -> String? {
        guard (-62_167_219_200_000..<253_402_300_800_000).contains(milliseconds) else { return nil }
        let (day, rest) = floorDivide(milliseconds, by: 86_400_000)
        let millisecond = Int(rest)
        let (year, month, dayOfMonth) = date(ofDay: Int(day))
        let second = millisecond / 1_000
        return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(dayOfMonth, 2) + "T" + digits(second / 3_600, 2)
            + ":" + digits(second / 60 % 60, 2) + ":" + digits(second % 60, 2) + "." + digits(millisecond % 1_000, 3)
            + "Z"
    }

    /// The date of a day counted from 1970-01-01.
    ///
    /// Years are counted from March, so that the day that leap years have more is the last, in eras of 400 years, which
    /// all have 146,097 days.
    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivide(day + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private static func floorDivide<T: SignedInteger>(_ value: T, by divisor: T) -> (quotient: T, remainder: T) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(width - text.utf8.count, 0)) + text
    }
}
