internal import Foundation
internal import Glibc
internal import Synchronization

/// A program that runs beside the test: what it says as it says it, and its end. It is killed at the latest when nobody
/// holds it any more.
public final class RunningProgram: Sendable {
  private let folder: TemporaryFolder
  private let process: Mutex<Process>
  private let name: String

  /// Starts a program, found by its name on the search path.
  ///
  /// - Parameters:
  ///   - input: what it reads from standard input.
  ///   - environment: variables set beside the test's own, of which Raymesh's are left out.
  /// - Throws: where it cannot be started.
  public init(_ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]) throws {
    name = arguments.joined(separator: " ")
    folder = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("RAYMESH_") }
      .merging(environment) { _, new in new }
    // Files rather than pipes: a program that writes much before it reads would wait for ever.
    process.standardInput = FileHandle(forReadingAtPath: try folder.write(input, to: "in"))
    process.standardOutput = FileHandle(forWritingAtPath: try folder.write([], to: "out"))
    process.standardError = FileHandle(forWritingAtPath: try folder.write([], to: "err"))
    try process.run()
    self.process = Mutex(process)
  }

  deinit {
    signal(SIGKILL)
    process.withLock { $0.waitUntilExit() }
  }

  /// What it has written to standard error so far.
  public var errorText: String { String(decoding: (try? written("err")) ?? [], as: UTF8.self) }

  /// Waits for a whole line on standard error.
  ///
  /// - Throws: `NotInTime` where it does not come, or the program ends before.
  public func line(_ what: String, where isMeant: (String) -> Bool) async throws -> String {
    var found: String?
    try await eventually(within: .seconds(30), "\(what) from \(name)") {
      let hasEnded = !isRunning
      found = errorText.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init).first(
        where: isMeant)
      if hasEnded, found == nil { throw NotInTime(what: "\(what) from \(name), which ended: \(errorText)") }
      return found != nil
    }
    return found ?? ""
  }

  /// Sends a signal, where it still runs.
  public func signal(_ number: Int32) {
    process.withLock { process in
      if process.isRunning { kill(process.processIdentifier, number) }
    }
  }

  /// Whether it has not ended yet.
  public var isRunning: Bool { process.withLock { $0.isRunning } }

  /// Waits for its end.
  ///
  /// - Throws: `NotInTime` where it does not end within `limit`; then it is killed.
  public func end(within limit: Duration = .seconds(30)) async throws -> Subprocess {
    do {
      try await eventually(within: limit, "the end of \(name)") { !isRunning }
    } catch {
      signal(SIGKILL)
      throw error
    }
    let status = process.withLock { $0.terminationStatus }
    return Subprocess(status: status, output: try written("out"), errors: try written("err"))
  }

  private func written(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.url.appending(path: file)))
  }
}
