import Testing
import Transport

@testable import Controller

/// Whether a replica leads, as its tasks see it.
struct LeadershipTests {
  @Test func `who comes to lead, goes on and ceases is told of the first and the last`() {
    let leadership = Leadership()
    #expect(leadership.deadline == nil)
    #expect(leadership.set(.now + .seconds(600)))
    #expect(!leadership.set(.now + .seconds(1200)))
    #expect(leadership.deadline != nil)
    #expect(leadership.set(nil))
    #expect(!leadership.set(nil))
  }

  @Test func `a mandate that lapsed and returns is a new one, because work was skipped meanwhile`() {
    let leadership = Leadership()
    #expect(leadership.set(.now - .milliseconds(1)))
    #expect(leadership.deadline == nil)
    #expect(leadership.set(.now + .seconds(600)))
  }

  @Test func `a mandate that has lapsed ends once`() {
    let leadership = Leadership()
    _ = leadership.set(.now - .milliseconds(1))
    #expect(leadership.set(nil))
  }
}
