import Foundation
import TestSupport

/// The real binary.
enum Raymesh {
  /// Where it is: beside the program that runs the tests.
  static let path = URL(filePath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    .appending(path: "raymesh").path

  /// Runs a command to its end.
  static func run(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) async throws -> Subprocess {
    try await run(arguments, input: input, environment: environment)
  }

  /// Runs a command to its end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> Subprocess {
    try await Subprocess.run(
      [path] + arguments, input: Array(input.utf8), environment: environment, within: .seconds(30))
  }

  /// Writes a new serving pair by the authority that is there.
  static func renew(_ folder: TemporaryFolder) async throws {
    let run = try await run("certificates", "--directory", folder.url.path, "--host", "localhost", "127.0.0.1", "::1")
    guard run.status == 0 else { throw Unexpected(description: run.errorText) }
  }

  /// A new authority and a serving pair of its own, as `raymesh certificates` makes them.
  static func certificates(for hosts: [String] = ["localhost", "127.0.0.1", "::1"]) async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let run = try await run(["certificates", "--directory", folder.url.path, "--host"] + hosts)
    guard run.status == 0 else { throw Unexpected(description: run.errorText) }
    return folder
  }
}

/// What a test did not expect of a program.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
}

extension TemporaryFolder {
  /// Where it is.
  var path: String { url.path }

  /// The path of a file in the folder.
  func path(_ name: String) -> String { url.appending(path: name).path }

  /// What a file in the folder holds.
  func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url.appending(path: name))) }
}
