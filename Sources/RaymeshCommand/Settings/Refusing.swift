internal import ArgumentParser

/// Runs what may be refused. Where it is, standard error says why, and the exit code is 1.
///
/// - Throws: `ExitCode.failure` for a refusal; wrong usage passes as it is.
func refusing(_ body: () async throws -> Void) async throws {
  do { try await body() } catch { throw told(error) }
}

/// The same for what does not wait.
func refusing(_ body: () throws -> Void) throws {
  do { try body() } catch { throw told(error) }
}

/// A refusal with words of our own.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

private func told(_ error: any Error) -> any Error {
  if error is ExitCode || error is ValidationError { return error }
  for line in "\(error)".split(separator: "\n") { Files.tell(line) }
  return ExitCode.failure
}
