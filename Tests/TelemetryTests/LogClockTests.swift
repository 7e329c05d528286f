import Testing

@testable import Telemetry

struct LogClockTests {
  @Test func `the text follows the second and the millisecond, back too if the clock is set`() {
    let clock = LogClock()
    let instants = [
      (0, 7, "1970-01-01T00:00:00.007Z"), (0, 70, "1970-01-01T00:00:00.070Z"),
      (951_782_399, 999, "2000-02-28T23:59:59.999Z"), (951_782_400, 0, "2000-02-29T00:00:00.000Z"),
      (951_782_399, 1, "2000-02-28T23:59:59.001Z"), (-1, 500, "1969-12-31T23:59:59.500Z"),
    ]
    for (second, millisecond, text) in instants {
      #expect(clock.text(atSecond: second, millisecond: millisecond) == text)
    }
  }
}
