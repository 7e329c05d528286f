import Limits
import TestSupport
import Testing

/// Input that never ends.
@Suite(.timeLimit(.minutes(5))) struct InputLimitTests {
  private static let commands = [
    ["render"], ["explain"], ["review"], ["ask", "--server", "127.0.0.1:1", "--wait", "0", "--authority", "/dev/null"],
  ]

  @Test(arguments: commands) func `a file without end is refused in words`(command: [String]) async throws {
    let run = try await Raymesh.run(command + ["/dev/zero"])
    #expect(run.status == 1)
    #expect(run.text == "")
    let most = InputLimits.commandInput.value
    #expect(run.errorText == "raymesh: read /dev/zero: found more bytes, expected at most \(most)\n")
  }

  @Test(arguments: commands) func `standard input without end is refused in words`(command: [String]) async throws {
    let endless = ["sh", "-c", "yes | \"$@\"", "sh", Raymesh.path]
    let run = try await Subprocess.run(endless + command)
    #expect(run.status == 1)
    let most = InputLimits.commandInput.value
    #expect(run.errorText == "raymesh: read standard input: found more bytes, expected at most \(most)\n")
  }

  @Test func `a pipe of the shell is read as it was`() async throws {
    let run = try await Subprocess.run(["bash", "-c", "exec \"$1\" render <(echo 'a: 1')", "bash", Raymesh.path])
    #expect(run.status == 0, "\(run.errorText)")
    #expect(run.text == "a: 1\n")
  }
}
