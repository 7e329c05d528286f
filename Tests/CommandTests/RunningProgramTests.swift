import TestSupport
import Testing

/// What the tests of commands rely on: a program that hangs fails the test, and does not outlive it.
@Suite struct RunningProgramTests {
  @Test func `a program that does not end in time is killed`() async throws {
    let program = try RunningProgram(["sleep", "600"])
    await #expect(throws: NotInTime.self) { try await program.end(within: .milliseconds(50)) }
    #expect(try await program.end().status == 9)
  }

  @Test func `a line that does not come before the end is not waited for`() async throws {
    let program = try RunningProgram(["sh", "-c", "echo one >&2; printf two >&2"])
    #expect(try await program.line("one") { $0 == "one" } == "one")
    await #expect(throws: NotInTime.self) { try await program.line("two") { $0 == "two" } }
  }

  @Test func `what nobody holds any more is killed`() async throws {
    let folder = try TemporaryFolder()
    let process = try await start(in: folder)
    try await eventually("the end of the program") {
      try await Subprocess.run(["kill", "-0", process]).status != 0
    }
  }

  /// Starts a program that says its number, and lets go of it.
  private func start(in folder: TemporaryFolder) async throws -> String {
    let program = try RunningProgram(["sh", "-c", "echo $$ >&2; exec sleep 600"])
    return try await program.line("its number") { !$0.isEmpty }
  }
}
