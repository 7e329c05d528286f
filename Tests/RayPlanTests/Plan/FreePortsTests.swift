import Testing

@testable import RayPlan

@Suite struct FreePortsTests {
  @Test(
    arguments: [
      (6380...6380, [], 6380...6380), (6380...6380, [6380], 6381...6381), (6380...6400, [6390], 6391...6411),
      (6400...6463, [6399, 6464], 6400...6463), (6400...6500, [6400, 6500], 6501...6601),
      (65000...65535, [65100], 1024...1559), (127...192, [128, 191], 192...257),
    ] as [(ClosedRange<Int>, [Int], ClosedRange<Int>)])
  func `a range is moved as a whole past the last port that is in its way`(
    wanted: ClosedRange<Int>, taken: [Int], free: ClosedRange<Int>
  ) throws {
    var set = PortSet()
    for number in taken { set.insert(try #require(Port(number))) }
    #expect(set.firstFree(range: try range(wanted)) == (try range(free)))
  }

  @Test func `a glance says of none that it is the first of its number if it is not`() throws {
    var glance = PortGlance()
    var isFirst: [Bool] = []
    // The last is as if it were one of the others.
    for number in [6379, 6380, 6379, 6379 + 64] as [UInt16] { isFirst.append(glance.insert(.known(number))) }
    #expect(isFirst == [true, true, false, false])
  }

  private func range(_ numbers: ClosedRange<Int>) throws -> ClosedRange<Port> {
    try #require(Port(numbers.lowerBound))...#require(Port(numbers.upperBound))
  }
}
