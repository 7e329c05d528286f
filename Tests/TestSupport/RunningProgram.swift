internal import Foundation
internal import Glibc

/// A program that runs beside the test: what it says as it says it, and its end. It is killed at the latest when nobody
/// holds it any more.
public final class RunningProgram: Sendable {
  private let folder: TemporaryFolder
  private let process: ChildProcess
  private let name: String

  /// Starts a program, found by its name on the search path.
  ///
  /// - Parameters:
  ///   - input: what it reads from standard input.
  ///   - environment: variables set beside the test's own, of which Raymesh's are left out.
  /// - Throws: if it cannot be started.
  public init(_ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]) throws {
    name = arguments.joined(separator: " ")
    folder = try TemporaryFolder()
    let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("RAYMESH_") }
    // Files rather than pipes: a program that writes much before it reads would wait forever.
    process = try ChildProcess(
      arguments, environment: inherited.merging(environment) { _, new in new },
      input: folder.write(input, to: "in"), output: folder.write([], to: "out"), errors: folder.write([], to: "err"))
  }

  /// What it has written to standard error so far.
  public var errorText: String { String(decoding: (try? written("err")) ?? [], as: UTF8.self) }

  /// Waits for a whole line on standard error.
  ///
  /// - Throws: `NotInTime` if it does not come, or the program ends before.
  public func line(_ what: String, where isMeant: (String) -> Bool) async throws -> String {
    var found: String?
    try await eventually("\(what) from \(name)") {
      let hasEnded = !isRunning
      found = errorText.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init).first(
        where: isMeant)
      if hasEnded, found == nil { throw NotInTime(what: "\(what) from \(name), which ended: \(errorText)") }
      return found != nil
    }
    return found ?? ""
  }

  /// Sends a signal, if it still runs.
  public func signal(_ number: Int32) { process.signal(number) }

  /// Whether it has not ended yet.
  public var isRunning: Bool { process.status == nil }

  /// Waits for its end.
  ///
  /// - Throws: `NotInTime` if it does not end within `limit`; then it is killed.
  public func end(within limit: Duration = .patience) async throws -> Subprocess {
    do {
      try await eventually(within: limit, "the end of \(name)") { !isRunning }
    } catch {
      signal(SIGKILL)
      throw error
    }
    return Subprocess(status: process.status ?? 0, output: try written("out"), errors: try written("err"))
  }

  private func written(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.url.appending(path: file)))
  }
}
