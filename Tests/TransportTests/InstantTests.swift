import Testing
import Transport

struct InstantTests {
  @Test func `what is added lies between`() {
    let instant = Instant.now
    #expect(instant.duration(to: instant + .seconds(2)) == .seconds(2))
    #expect((instant + .milliseconds(5)).duration(to: instant) == .milliseconds(-5))
    #expect(instant - .nanoseconds(1) < instant)
    #expect(instant - .seconds(3) + .seconds(3) == instant)
  }

  @Test func `it goes as the continuous clock goes`() {
    for _ in 0..<1000 {
      let outer = ContinuousClock.now
      let inner = Instant.now
      let passed = inner.duration(to: .now)
      #expect(passed >= .zero)
      #expect(passed <= outer.duration(to: .now))
    }
  }
}
