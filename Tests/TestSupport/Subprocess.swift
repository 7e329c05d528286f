internal import Foundation
internal import Glibc

/// A program that has run to its end: how it ended and what it said.
public struct Subprocess: Sendable {
  /// The exit code, or the number of the signal that ended it.
  public let status: Int32
  /// All that it wrote to standard output.
  public let output: [UInt8]
  /// All that it wrote to standard error.
  public let errors: [UInt8]

  /// Standard output as text.
  public var text: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text.
  public var errorText: String { String(decoding: errors, as: UTF8.self) }

  /// Runs a program, found by its name on the search path, and waits for its end.
  ///
  /// - Parameters:
  ///   - input: what it reads from standard input.
  ///   - environment: variables set beside the test's own.
  ///   - limit: how long it may take; then it is killed.
  /// - Throws: if there is no such program, and `NotInTime` if it hangs.
  public static func run(
    _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
    within limit: Duration = .seconds(60)
  ) async throws -> Subprocess {
    try await RunningProgram(arguments, input: input, environment: environment).end(within: limit)
  }
}
