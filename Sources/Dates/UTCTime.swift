/// A date and a time of day in UTC, in the Gregorian calendar.
///
/// It is arithmetic alone: it knows no time zones, and neither reads a clock nor asks the C library.
public struct UTCTime: Hashable, Sendable {
  /// The year.
  public let year: Int
  /// The month, from 1.
  public let month: Int
  /// The day of the month, from 1.
  public let day: Int
  /// The hour, from 0 to 23.
  public let hour: Int
  /// The minute of the hour.
  public let minute: Int
  /// The second of the minute.
  public let second: Int

  /// A time from its parts, which must be those of a day that exists.
  public init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
  }

  /// The time at a second since 1970. No day has a leap second, as in POSIX.
  public init(secondsSince1970 seconds: Int) {
    let (days, rest) = UTCTime.divided(seconds, by: 86_400)
    // Years begin in March here, so that a leap day is the last one of its year.
    let (era, dayOfEra) = UTCTime.divided(days + UTCTime.daysBefore1970, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    self.init(
      year: 400 * era + yearOfEra + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
  }

  /// The seconds since 1970.
  public var secondsSince1970: Int { 86_400 * daysSince1970 + 3600 * hour + 60 * minute + second }

  /// The days since 1 January 1970 (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
  private var daysSince1970: Int {
    let (era, yearOfEra) = UTCTime.divided(month <= 2 ? year - 1 : year, by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return 146_097 * era + 365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - UTCTime.daysBefore1970
  }

  /// The days from 1 March of the year 0 to 1 January 1970.
  private static let daysBefore1970 = 719_468

  /// Divides and rounds down, so that times before 1970 have remainders of 0 and more too.
  private static func divided(_ number: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = number.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension UTCTime {
  /// The time as Kubernetes and logs write it (RFC 3339): `2026-11-24T12:00:00Z`.
  public var rfc3339: String {
    "\(UTCTime.padded(year, 4))-\(UTCTime.padded(month))-\(UTCTime.padded(day))T\(clock)Z"
  }

  /// The time as HTTP writes it (`IMF-fixdate`, RFC 9110 section 5.6.7): `Tue, 24 Nov 2026 12:00:00 GMT`.
  public var httpDate: String {
    // 1 January 1970 was a Thursday.
    let weekday = UTCTime.weekdays[UTCTime.divided(daysSince1970 + 4, by: 7).remainder]
    return "\(weekday), \(UTCTime.padded(day)) \(UTCTime.months[month - 1]) \(UTCTime.padded(year, 4)) \(clock) GMT"
  }

  private var clock: String { "\(UTCTime.padded(hour)):\(UTCTime.padded(minute)):\(UTCTime.padded(second))" }

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
}
