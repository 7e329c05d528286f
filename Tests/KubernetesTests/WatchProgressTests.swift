import HTTP
import Testing

@testable import Kubernetes
import Transport

/// How a watch goes on, as a value: time is handed in.
struct WatchProgressTests {
  private let start = Instant.now

  private func refused(_ code: Int) -> KubernetesError { .refused(Status(code: code, message: "played")) }

  private func listed() -> WatchProgress {
    var progress = WatchProgress()
    progress.listed(at: "7", start)
    return progress
  }

  @Test func `events that cannot be read ask for one list a minute later, however many they are`() {
    var progress = WatchProgress()
    progress.listed(at: "1", start)
    for second in 0..<59 {
      progress.skipped(at: start + .seconds(second))
      #expect(!progress.mustList(at: start + .seconds(second)))
    }
    #expect(!progress.mustList(at: start + .seconds(59)))
    #expect(progress.mustList(at: start + .seconds(60)))
    progress.listed(at: "2", start + .seconds(61))
    #expect(!progress.mustList(at: start + .seconds(121)))
  }

  @Test func `everything is listed first, and again after ten hours`() {
    #expect(WatchProgress().mustList(at: start))
    let progress = listed()
    #expect(!progress.mustList(at: start + .seconds(35_999)))
    #expect(progress.mustList(at: start + .seconds(36_000)))
  }

  @Test func `a watch goes on from what it has seen, bookmarks too`() {
    var progress = listed()
    progress.saw("9")
    progress.saw("")
    #expect(progress.version == "9")
    progress.failed(.unreachable(.cutShort), at: start)
    #expect(progress.version == "9")
    #expect(!progress.mustList(at: start))
  }

  @Test(arguments: [(410, true), (400, true), (404, true), (429, false), (503, false), (403, false)])
  func `only what is said of the version makes everything be listed again`(code: Int, lists: Bool) {
    var progress = listed()
    progress.failed(refused(code), at: start)
    #expect(progress.mustList(at: start) == lists)
  }

  @Test func `what is not found is looked for at the other path`() {
    var progress = listed()
    progress.failed(refused(404), at: start)
    #expect(progress.path == 1)
  }

  @Test func `pauses grow with failures, and what is forgotten is not waited for`() {
    var progress = listed()
    var pauses: [Duration] = []
    for _ in 0..<8 {
      progress.failed(refused(503), at: start)
      pauses.append(progress.pause(jitter: 0))
    }
    #expect(pauses.prefix(3) == [.milliseconds(800), .milliseconds(1600), .milliseconds(3200)])
    #expect(pauses.last == .seconds(30))
    progress.failed(refused(410), at: start)
    #expect(progress.pause(jitter: 0) == .milliseconds(800))
    progress.saw("10")
    #expect(progress.pause(jitter: 0) < .milliseconds(800))
  }

  /// What comes of watches that begin at once after each other, without jitter.
  private func pauses(_ count: Int, _ watch: (inout WatchProgress) -> Void) -> [Duration] {
    var progress = listed()
    return (0..<count).map { _ in
      progress.begins(at: start)
      watch(&progress)
      return progress.pause(jitter: 0)
    }
  }

  @Test func `a watch that is cut off after a while restarts soon, however often that happens`() {
    #expect(
      pauses(4) { $0.failed(.unreachable(.cutShort), at: start + .seconds(50)) }
        == Array(repeating: .milliseconds(800), count: 4))
    #expect(pauses(4) { $0.failed(.unreachable(.cutShort), at: start + .seconds(1)) }.last == .milliseconds(6400))
  }

  @Test func `watches that are ended at once, with nothing in them, come more and more seldom`() {
    #expect(pauses(3) { $0.ended(at: start) } == [.milliseconds(800), .milliseconds(1600), .milliseconds(3200)])
    #expect(pauses(10) { $0.ended(at: start) }.last == .seconds(30))
    let usual: [Duration] = [.milliseconds(100), .milliseconds(100)]
    #expect(pauses(2) { $0.ended(at: start + .seconds(300)) } == usual)
    let brings = pauses(2) {
      $0.saw("9")
      $0.ended(at: start)
    }
    #expect(brings == usual)
  }

  @Test(arguments: [400, 404, 410])
  func `a server that lists, and then knows nothing of it, is not asked for everything all the time`(code: Int) {
    let pauses = pauses(7) { progress in
      progress.failed(refused(code), at: start)
      progress.listed(at: "8", start)
    }
    #expect(pauses.first == .milliseconds(800) && pauses.last == .seconds(30))
  }

  @Test func `a server that wants to be left alone for longer is`() {
    var progress = listed()
    progress.failed(.refused(Status(code: 429, message: "played", retryAfter: .seconds(9))), at: start)
    #expect(progress.pause(jitter: 1) == .seconds(9))
    progress.failed(refused(503), at: start)
    #expect(progress.pause(jitter: 0) == .milliseconds(1600))
  }

  @Test func `the first failure is news, and then each that doubles them`() {
    var progress = listed()
    let news = (1...16).filter { _ in
      progress.failed(refused(503), at: start)
      return progress.isNews
    }
    #expect(news == [1, 2, 4, 8, 16])
  }
}
