import Synchronization
import TestSupport
import Testing
import TLS

@testable import Transport

/// Handshakes and requests that are ready at once.
@Suite(.timeLimit(.minutes(3)))
struct TurnQueueTests {
  private let loops: TestLoops

  init() throws { loops = try TestLoops(1, name: "turns") }

  /// What ran, in its order.
  private final class Record: Sendable {
    private let steps = Mutex<[String]>([])

    func note(_ step: String) { steps.withLock { $0.append(step) } }
    var all: [String] { steps.withLock { $0 } }
  }

  @Test func `of a hundred handshakes that are ready at once, other work runs between any two`() async throws {
    let (record, queue, loop) = (Record(), TurnQueue(stepsPerTurn: 1), loops[0])
    try await within("all turns") {
      await Task(executorPreference: loop) {
        await withDiscardingTaskGroup { group in
          for _ in 0..<100 {
            group.addTask {
              await queue.enter()
              record.note("handshake")
              await queue.leave()
            }
          }
          group.addTask {
            while record.all.count(where: { $0 == "handshake" }) < 100 {
              record.note("request")
              await Task.yield()
            }
          }
        }
      }.value
    }
    let steps = record.all
    let neighbours = zip(steps, steps.dropFirst()).filter { $0 == ("handshake", "handshake") }
    #expect(neighbours.isEmpty)
  }

  @Test func `turns are taken in the order in which they were asked for`() async throws {
    let (record, queue, loop) = (Record(), TurnQueue(stepsPerTurn: 1), loops[0])
    try await within("all turns") {
      await Task(executorPreference: loop) {
        await withDiscardingTaskGroup { group in
          for number in 0..<200 {
            group.addTask {
              await queue.enter()
              record.note("\(number)")
              await queue.leave()
            }
          }
        }
      }.value
    }
    #expect(record.all == (0..<200).map(String.init))
  }

  @Test func `a handshake whose deadline passes while it waits for its turn is not begun`() async throws {
    let sockets = try SocketPair(on: loops[0])
    let client = Connection(sockets.near, tls: try TLSSession(TLSPair().client, as: .client(host: "localhost")))
    await loops[0].handshakes.enter()
    let handshake = Task(executorPreference: loops[0]) { [deadline = Instant.now] in
      try await client.handshake(until: deadline)
    }
    await loops[0].handshakes.leave()
    await #expect(throws: TransportError.timedOut("TLS handshake")) { try await handshake.value }
    #expect(try sockets.far.read() == [])
  }
}
