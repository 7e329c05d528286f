import Foundation
import TestSupport

/// The shell of a Ray pod. Programs that would reach out of it are stubs: `ray` tells its words, `getent` knows the
/// name from some try on, `sleep` does not wait; each leaves a line behind.
struct PodShell {
  /// What a line came to.
  struct Outcome {
    /// The words that `ray` was given.
    let words: [String]
    /// What `getent` was asked, in order.
    let lookups: [String]
    /// How often `sleep` was called, with what.
    let waits: [String]
    /// What the shell complained of.
    let errors: String
  }

  /// Runs a line as a container's command is run.
  ///
  /// - Parameter resolvesAtTry: from which try on the name resolves, or `nil` if it never does.
  static func run(
    _ line: String, by shell: String, resolvesAtTry: Int?, environment: [String: String]
  ) async throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "raymesh-pod-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var environment = environment
    environment["PATH"] = "\(stubs):/usr/bin:/bin"
    environment["POD"] = folder.path
    environment["RESOLVES_AT"] = resolvesAtTry.map(String.init) ?? "never"
    let run = try await Subprocess.run([shell, "-c", line], environment: environment)
    let lines = { (name: String) -> [String] in
      let data = try? Data(contentsOf: folder.appending(path: "\(name).log"))
      return data.map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } ?? []
    }
    return Outcome(words: lines("ray"), lookups: lines("getent"), waits: lines("sleep"), errors: run.errorText)
  }

  /// Not written by the test that runs them: the kernel runs no program that is open for writing anywhere (`ETXTBSY`).
  private static let stubs = Fixture.folder.appending(path: "pod").path
}
