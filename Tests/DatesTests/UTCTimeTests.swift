import Dates
import Foundation
import Testing

@Suite struct UTCTimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    (784_111_777, "1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
    (951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
    (1_795_608_000, "2026-11-25T12:00:00Z", "Wed, 25 Nov 2026 12:00:00 GMT"),
    (1_767_225_599, "2025-12-31T23:59:59Z", "Wed, 31 Dec 2025 23:59:59 GMT"),
    (4_102_444_800, "2100-01-01T00:00:00Z", "Fri, 01 Jan 2100 00:00:00 GMT"),
    (-1, "1969-12-31T23:59:59Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
    (4_107_542_400, "2100-03-01T00:00:00Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
  ])
  func `a second since 1970 is written as RFC 3339 and HTTP have it`(second: Int, rfc3339: String, http: String) {
    let time = UTCTime(secondsSince1970: second)
    #expect(time.rfc3339 == rfc3339)
    #expect(time.httpDate == http)
  }

  @Test func `every day from 1600 to 2400 is the one that the C library gives`() {
    for day in -135_140..<157_054 {
      var second = 86_400 * day + 86_399 * (day & 1)
      var parts = unsafe tm()
      unsafe gmtime_r(&second, &parts)
      let time = UTCTime(secondsSince1970: second)
      #expect(time.secondsSince1970 == second)
      let expected = unsafe [
        parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
      ]
      #expect([time.year, time.month, time.day, time.hour, time.minute, time.second] == expected.map(Int.init))
    }
  }
}
