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
  /// - Parameter resolvesAtTry: from which try on the name resolves, or `nil` where it never does.
  static func run(
    _ line: String, by shell: String, resolvesAtTry: Int?, environment: [String: String]
  ) async throws -> Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "raymesh-pod-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await makeStubs(in: folder)
    var environment = environment
    environment["PATH"] = "\(folder.path):/usr/bin:/bin"
    environment["POD"] = folder.path
    environment["RESOLVES_AT"] = resolvesAtTry.map(String.init) ?? "never"
    let run = try await Subprocess.run([shell, "-c", line], environment: environment)
    let lines = { (name: String) -> [String] in
      let data = try? Data(contentsOf: folder.appending(path: "\(name).log"))
      return data.map { String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init) } ?? []
    }
    return Outcome(words: lines("ray"), lookups: lines("getent"), waits: lines("sleep"), errors: run.errorText)
  }

  /// By a shell of its own: a child that another test starts would keep a file open that this process writes, and the
  /// kernel runs no program that somebody writes (`ETXTBSY`).
  private static func makeStubs(in folder: URL) async throws {
    for (name, script) in stubs {
      let file = folder.appending(path: name).path
      let making = try await Subprocess.run(
        ["sh", "-c", #"cat >"$0" && chmod 755 "$0""#, file], input: Array("#!/bin/sh\n\(script)\n".utf8))
      guard making.status == 0 else { throw NotMade(description: making.errorText) }
    }
  }

  /// Why a stub is not there.
  private struct NotMade: Error { let description: String }

  private static let stubs = [
    "ray": #"for word in "$@"; do echo "$word" >>"$POD/ray.log"; done"#,
    "sleep": #"echo "$*" >>"$POD/sleep.log""#,
    "getent": #"""
    echo "$*" >>"$POD/getent.log"
    tries=$(wc -l <"$POD/getent.log")
    [ "$RESOLVES_AT" != never ] && [ "$tries" -ge "$RESOLVES_AT" ] && echo "10.0.0.1 $2"
    """#,
  ]
}
