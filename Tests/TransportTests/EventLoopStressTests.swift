import TestSupport
import Testing

@testable import Transport

@Suite(.timeLimit(.minutes(3)))
struct EventLoopStressTests {
  private let loops: TestLoops

  init() throws { loops = try TestLoops(3, name: "stress") }

  @Test func `no wake-up is lost among thousands of small exchanges between loops`() async throws {
    let exchanges = 300
    let pairs = try (0..<30).map { try SocketPair(near: loops[$0], far: loops[$0 / 3]) }
    let counts = try await within("30 times \(exchanges) exchanges") { [loops] in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for (index, pair) in pairs.enumerated() {
          group.addTask(executorPreference: loops[index]) {
            try await exchange(exchanges, on: pair.near, begins: true)
          }
          group.addTask(executorPreference: loops[index / 3]) {
            try await exchange(exchanges, on: pair.far, begins: false)
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(counts == Array(repeating: exchanges, count: 60))
  }

  @Test func `jobs that come from many threads at once all run, once`() async throws {
    let sum = try await within("6000 jobs") { [loops] in
      await withTaskGroup(of: Int.self) { group in
        for index in 0..<3000 {
          group.addTask(executorPreference: loops[index]) {
            await withTaskExecutorPreference(loops[index + 1]) { index }
          }
        }
        return await group.reduce(0, +)
      }
    }
    #expect(sum == (0..<3000).reduce(0, +))
  }

  @Test func `every wait among many ends at its deadline`() async throws {
    let loop = loops[0]
    let pairs = try (0..<200).map { _ in try SocketPair(on: loop) }
    let wakes = try await within("200 deadlines") {
      await withTaskGroup(of: EventLoop.Wake.self) { group in
        for (index, pair) in pairs.enumerated() {
          group.addTask {
            await pair.near.wait(for: .read, until: .now + .milliseconds(index * 37 % 50))
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(wakes == Array(repeating: .timedOut, count: 200))
  }

  @Test func `waits that race with deadlines, aborts and their end are ended once`() async throws {
    for round in 0..<200 {
      let loop = try EventLoop(name: "race-\(round)")
      let pair = try SocketPair(on: loop)
      let near = pair.near
      let wake = try await within("round \(round)") {
        async let wake = near.wait(for: .read, until: .now + .microseconds(round))
        if round.isMultiple(of: 2) { loop.enter(.aborting) }
        if round.isMultiple(of: 3) { _ = try? pair.far.write([1]) }
        loop.enter(.stopped)
        return await wake
      }
      #expect(wake.hungUp != true)
    }
  }
}

/// Sends a byte and takes one, again and again; gives back how often both were right.
private func exchange(_ count: Int, on socket: Socket, begins: Bool) async throws -> Int {
  var connection = SocketStream(socket)
  var right = 0
  for round in 0..<count {
    let byte = UInt8(truncatingIfNeeded: round)
    if begins { try await connection.write([byte], until: later) }
    var received: [UInt8] = []
    _ = try await unsafe connection.read(until: later) { unsafe received += Array($0) }
    if received == [byte] { right += 1 }
    if !begins { try await connection.write([byte], until: later) }
  }
  return right
}
