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
    progress.failed(.unreachable(.cutShort))
    #expect(progress.version == "9")
    #expect(!progress.mustList(at: start))
  }

  @Test(arguments: [(410, true), (400, true), (404, true), (429, false), (503, false), (403, false)])
  func `only what is said of the version makes everything be listed again`(code: Int, lists: Bool) {
    var progress = listed()
    progress.failed(refused(code))
    #expect(progress.mustList(at: start) == lists)
  }

  @Test func `what is not found is looked for at the other path`() {
    var progress = listed()
    progress.failed(refused(404))
    #expect(progress.path == 1)
  }

  @Test func `pauses grow with failures, and what is forgotten is not waited for`() {
    var progress = listed()
    var pauses: [Duration] = []
    for _ in 0..<8 {
      progress.failed(refused(503))
      pauses.append(progress.pause(jitter: 0))
    }
    #expect(pauses.prefix(3) == [.milliseconds(800), .milliseconds(1600), .milliseconds(3200)])
    #expect(pauses.last == .seconds(30))
    progress.failed(refused(410))
    #expect(progress.pause(jitter: 0) == .milliseconds(800))
    progress.saw("10")
    #expect(progress.pause(jitter: 0) < .milliseconds(800))
  }

  @Test func `a server that wants to be left alone for longer is`() {
    var progress = listed()
    progress.failed(.refused(Status(code: 429, message: "played", retryAfter: .seconds(9))))
    #expect(progress.pause(jitter: 1) == .seconds(9))
    progress.failed(refused(503))
    #expect(progress.pause(jitter: 0) == .milliseconds(1600))
  }

  @Test func `the first failure is news, and then each that doubles them`() {
    var progress = listed()
    let news = (1...16).filter { _ in
      progress.failed(refused(503))
      return progress.isNews
    }
    #expect(news == [1, 2, 4, 8, 16])
  }
}
