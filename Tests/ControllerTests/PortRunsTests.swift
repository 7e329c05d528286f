import RayPlan
import TestSupport
import Testing

@testable import Controller

/// Ports as runs, beside the same ports one by one.
struct PortRunsTests {
  /// A port by itself, which is what the runs stand for.
  private struct Single: Hashable {
    let number: UInt16
    let transport: ContainerPort.TransportProtocol
    let appProtocol: String?
    let name: String
  }

  private func singles(_ runs: PortRuns) -> [Single] {
    var singles: [Single] = []
    runs.each { run, number in
      let name = run.name(of: number)
      singles.append(Single(number: number, transport: run.transport, appProtocol: run.appProtocol, name: name))
      return true
    }
    return singles
  }

  private func random(_ generator: inout SeededGenerator) -> PortRuns {
    PortRuns(
      (0..<Int.random(in: 0...6, using: &generator)).map { _ in
        let first = UInt16.random(in: 1...40, using: &generator)
        let transport = ContainerPort.TransportProtocol.allCases.randomElement(using: &generator) ?? .tcp
        let appProtocol = [nil, "grpc", "http"].randomElement(using: &generator) ?? nil
        guard Bool.random(using: &generator) else {
          return PortRun(name: "n\(first)", number: first, transport: transport, appProtocol: appProtocol)
        }
        let last = first + UInt16.random(in: 0...9, using: &generator)
        return PortRun(first...last, transport, appProtocol, Bool.random(using: &generator) ? .numbered : .kept)
      })
  }

  @Test(arguments: 1...40) func `runs are cut as single ports would be compared`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<50 {
      let (one, other) = (random(&generator), random(&generator))
      let pieces = one.cut(by: other)
      #expect(PortRuns(pieces.map(\.piece)) == one, "pieces are all of it: \(one) \(other)")
      for (piece, match) in pieces {
        for single in singles(PortRuns([piece])) {
          let found = singles(other).first { $0.number == single.number && $0.transport == single.transport }
          #expect(found?.appProtocol == match?.appProtocol && found?.name == match?.name(of: single.number))
          #expect((found == nil) == (match == nil))
        }
      }
    }
  }

  @Test(arguments: 1...40) func `ports come by number and transport, and equal ports are equal runs`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<50 {
      let runs = random(&generator)
      let all = singles(runs)
      #expect(all.count == runs.count)
      let sorted = all.sorted { ($0.number, $0.transport.rawValue) < ($1.number, $1.transport.rawValue) }
      #expect(all == sorted)
      let again = PortRuns(
        all.shuffled(using: &generator).map {
          PortRun(name: $0.name, number: $0.number, transport: $0.transport, appProtocol: $0.appProtocol)
        })
      #expect(again == runs)
    }
  }

  @Test func `many numbers are told as ranges, and the rest is counted`() {
    let runs = PortRuns([
      PortRun(10002...19999, .tcp, "grpc", .numbered), PortRun(name: "web", number: 8000, appProtocol: "http"),
      PortRun(name: "late", number: 60000, appProtocol: nil),
    ])
    #expect(runs.words(atMost: 10) == "8000, 10002-19999, 60000")
    #expect(runs.words(atMost: 1) == "8000 and 9999 more")
  }
}
