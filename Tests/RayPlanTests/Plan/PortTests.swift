import TestSupport
import Testing

@testable import RayPlan

@Suite struct PortTests {
  @Test(arguments: [("1", 1), ("6379", 6379), ("65535", 65535), ("0080", 80)])
  func `digits from 1 to 65535 are a port`(text: String, number: Int) {
    #expect(Port(text) == Port(number))
    #expect(Port(text)?.description == String(number))
  }

  @Test(arguments: [
    "", "0", "65536", "99999", "-1", "+1", "1.0", "1e3", " 1", "1 ", "abc", "0x50", "٤", "$PORT",
    "99999999999999999999",
  ])
  func `anything else is none: 0 is random to Ray, and no Service can list it`(text: String) {
    #expect(Port(text) == nil)
  }

  @Test(arguments: [Int.min, -1, 0, 65536, Int.max])
  func `numbers out of the range are none`(number: Int) {
    #expect(Port(number) == nil)
  }

  @Test(arguments: [(10002, 49, 10051), (65535, 1, 65535), (1, 0, 1), (10, -5, 10), (1, Int.max, 65535)])
  func `advancing stops at the last port`(number: Int, distance: Int, result: Int) throws {
    #expect(try #require(Port(number)).advanced(by: distance) == Port(result))
  }

  @Test func `ports are ordered by number, not by text`() throws {
    #expect(try #require(Port(6379)) < #require(Port(10001)))
  }
}

@Suite struct PortSetTests {
  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `ports, ranges and lists join as in any set`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var (set, plain) = (PortSet(), Set<Int>())
    for _ in 0..<4 {
      let first = Int.random(in: 1...65535, using: &random)
      let last = min(first + Int.random(in: 0...200, using: &random), 65535)
      let (lower, upper) = (try #require(Port(first)), try #require(Port(last)))
      switch Int.random(in: 0...2, using: &random) {
      case 0:
        #expect(set.insert(lower) == plain.insert(first).inserted)
      case 1:
        set.insert(WorkerPorts(ports: .range(lower...upper), added: []))
        plain.formUnion(first...last)
      default:
        set.insert(WorkerPorts(ports: .list(PortRanges(joining: [upper...upper, lower...lower, upper...upper]))))
        plain.formUnion([first, last])
      }
    }
    #expect(set.count == plain.count)
    #expect(set.runs.ranges.flatMap { Int($0.lowerBound.number)...Int($0.upperBound.number) } == plain.sorted())
    #expect(set.runs.count == plain.count && PortRanges(joining: set.runs.ranges.shuffled()) == set.runs)
  }

  @Test func `all ports there are fit`() throws {
    var set = PortSet()
    set.insert(WorkerPorts(ports: .range(try #require(Port(1))...(try #require(Port(65535)))), added: []))
    #expect(set.count == 65535)
    #expect(set.runs.ranges == [.known(1)...(.known(65535))])
  }
}
