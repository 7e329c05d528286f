import Dispatch
import TestSupport
import Testing

@testable import Transport

/// Volumes that hang.
@Suite(.timeLimit(.minutes(3)))
struct FileThreadTests {
  private let loops: TestLoops
  private let volume = DispatchSemaphore(value: 0)

  init() throws { loops = try TestLoops(1, name: "files-test") }

  @Test func `a read gives what the file holds`() async throws {
    let thread = FileThread()
    for number in 0..<20 { #expect(try await thread.run("a file", on: loops[0]) { number } == number) }
  }

  @Test func `a read that hangs is given up, others fail at once until it ends, and then they work again`() async throws
  {
    let thread = FileThread(patience: .milliseconds(20))
    await #expect(throws: SystemError("read /tls: the volume", reason: "the volume did not answer in time")) {
      try await thread.run("/tls: the volume", on: loops[0]) { [volume] in hang(on: volume) }
    }
    await #expect(throws: SystemError("read a file", reason: "an earlier read still hangs")) {
      try await thread.run("a file", on: loops[0]) { true }
    }
    volume.signal()
    try await eventually("that it works again") {
      (try? await thread.run("a file", on: loops[0]) { true }) == true
    }
  }

  @Test func `a canceled task does not wait for a read that hangs`() async throws {
    let (loop, volume) = (loops[0], volume)
    let task = Task {
      try await FileThread(patience: .seconds(3600)).run("a file", on: loop) { hang(on: volume) }
    }
    task.cancel()
    let result = try await within("the end of the task") { await task.result }
    #expect(throws: SystemError("read a file", reason: "the process ends")) { try result.get() }
    volume.signal()
  }

  @Test func `the loop goes on while a read hangs, and its end ends the wait`() async throws {
    let (loop, volume) = (loops[0], volume)
    let task = Task {
      try await FileThread(patience: .seconds(3600)).run("a file", on: loop) { hang(on: volume) }
    }
    #expect(await Task(executorPreference: loop) { 7 }.value == 7)
    loop.enter(.aborting)
    let result = try await within("the end of the task") { await task.result }
    #expect(throws: SystemError("read a file", reason: "the process ends")) { try result.get() }
    volume.signal()
  }
}

/// Waits without giving up the thread, as open(2) does on a volume whose server is gone.
private func hang(on volume: DispatchSemaphore) { volume.wait() }
