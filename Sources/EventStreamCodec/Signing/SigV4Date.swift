/// A date of a signature: milliseconds since 1970-01-01T00:00:00Z, as in the header `:date`.
///
/// The library has no clock. `EventStreamCrypto` creates dates from Foundation's, and ``EventStreamHeaderValueView/timestamp``
/// has this unit too.
public struct SigV4Date: Sendable, Hashable, BitwiseCopyable {
    /// The milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// Creates a date.
    ///
    /// - Parameter milliseconds: The milliseconds since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Creates a date.
    ///
    /// - Parameter seconds: The seconds since 1970-01-01T00:00:00Z. A number whose milliseconds exceed 64 bits becomes the
    ///   first or last date.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        milliseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Parses the text of the header `x-amz-date`, such as `20130524T000000Z`.
    ///
    /// - Parameter timestamp: Sixteen characters: year, month, day, `T`, hours, minutes, seconds, `Z`.
    /// - Returns: The date, or nil if the text has another format or names no date.
    public init?(timestamp: String) {
        let text = Array(timestamp.utf8)
        guard text.count == 16, text[8] == UInt8(ascii: "T"), text[15] == UInt8(ascii: "Z") else { return nil }
        /// The number in two digits, or 100.
        func pair(_ position: Int) -> Int64 {
            let (tens, ones) = (text[position] &- 0x30, text[position + 1] &- 0x30)
            return tens <= 9 && ones <= 9 ? Int64(tens * 10 + ones) : 100
        }
        let (century, yearOfCentury, month, day) = (pair(0), pair(2), pair(4), pair(6))
        let (hour, minute, second) = (pair(9), pair(11), pair(13))
        guard century < 100, yearOfCentury < 100, (1...12).contains(month), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        let days = Self.days(year: century * 100 + yearOfCentury, month: month, day: day)
        self.init(seconds: days * 86_400 + hour * 3_600 + minute * 60 + second)
        // A day that its month does not have would become one of the next month.
        guard let date = try? calendar(), date.day == day, date.month == month else { return nil }
    }

    /// Returns the date in the format of `x-amz-date`, such as `20130524T000000Z`. Milliseconds are dropped.
    ///
    /// - Returns: Sixteen characters.
    /// - Throws: ``SigV4Error/Code/dateOutOfRange`` if the year is not one of 0 to 9999.
    public func timestamp() throws(SigV4Error) -> String {
        String(decoding: try encodedTimestamp(), as: UTF8.self)
    }
}

extension SigV4Date {
    private static let millisecondsPerDay: Int64 = 86_400_000

    /// The number of the day, from 0 for 1970-01-01.
    var dayNumber: Int64 {
        let quotient = milliseconds / Self.millisecondsPerDay
        return milliseconds % Self.millisecondsPerDay < 0 ? quotient - 1 : quotient
    }

    /// Returns the sixteen bytes of the timestamp. The first eight are the day.
    func encodedTimestamp() throws(SigV4Error) -> [UInt8] {
        let (year, month, day) = try calendar()
        let seconds = (milliseconds - dayNumber * Self.millisecondsPerDay) / 1000
        var text: [UInt8] = []
        text.reserveCapacity(16)
        func append(_ pair: Int64) {
            text.append(UInt8(truncatingIfNeeded: 0x30 + pair / 10))
            text.append(UInt8(truncatingIfNeeded: 0x30 + pair % 10))
        }
        append(year / 100)
        append(year % 100)
        append(month)
        append(day)
        text.append(UInt8(ascii: "T"))
        append(seconds / 3_600)
        append(seconds / 60 % 60)
        append(seconds % 60)
        text.append(UInt8(ascii: "Z"))
        return text
    }

    /// Returns the calendar date in UTC.
    private func calendar() throws(SigV4Error) -> (year: Int64, month: Int64, day: Int64) {
        // 400 years have 146,097 days. Years are counted from March, so that a leap day is the last day of its year.
        let day = dayNumber + Self.daysBefore1970
        let lastDay = Self.days(year: 9999, month: 12, day: 31)
        guard day >= Self.daysBefore1970 + Self.days(year: 0, month: 1, day: 1), dayNumber <= lastDay else {
            throw SigV4Error(.dateOutOfRange)
        }
        let era = (day >= 0 ? day : day - 146_096) / 146_097
        let dayOfEra = day - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// The days from 0000-03-01 to 1970-01-01.
    private static let daysBefore1970: Int64 = 719_468

    /// Returns the days from 1970-01-01 to a date of the years 0 to 9999.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - daysBefore1970
    }
}

extension SigV4Date: CustomStringConvertible {
    /// The timestamp, or the milliseconds if the year has more than four digits.
    public var description: String { (try? timestamp()) ?? "\(milliseconds)" }
}
