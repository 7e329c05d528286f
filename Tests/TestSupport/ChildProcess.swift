internal import Glibc
internal import Synchronization

/// A child process, its standard streams files.
///
/// By `posix_spawn`, as Foundation's `Process` was seen to crash while starting one beside many open descriptors.
final class ChildProcess: Sendable {
  private let number: pid_t
  private let ended: Mutex<Int32?>

  /// Starts a program, found by its name on the child's search path.
  ///
  /// - Throws: if the kernel starts no process.
  init(_ arguments: [String], environment: [String: String], input: String, output: String, errors: String) throws {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_TRUNC, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_TRUNC, 0)
    var attributes = try ChildProcess.plainSignals()
    defer { unsafe posix_spawnattr_destroy(&attributes) }

    var number = pid_t()
    let code = unsafe ChildProcess.withStrings(["/usr/bin/env"] + arguments) { words in
      unsafe ChildProcess.withStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        unsafe posix_spawn(&number, "/usr/bin/env", &actions, &attributes, words, variables)
      }
    }
    guard code == 0 else { throw NotInTime(what: "the start of \(arguments): error \(code)") }
    self.number = number
    ended = Mutex(nil)
  }

  /// How it ended, the exit code or the number of the signal; `nil` while it runs.
  var status: Int32? {
    ended.withLock { ended in
      if ended == nil { ended = wait(WNOHANG) }
      return ended
    }
  }

  /// Sends a signal, if it still runs.
  func signal(_ signal: Int32) {
    ended.withLock { ended in
      if ended == nil { kill(number, signal) }
    }
  }

  deinit {
    signal(SIGKILL)
    ended.withLock { ended in
      if ended == nil { ended = wait(0) }
    }
  }

  private func wait(_ options: Int32) -> Int32? {
    var status: Int32 = 0
    guard unsafe waitpid(number, &status, options) == number else { return nil }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : signal
  }

  /// No signal blocked or ignored, whatever the test process does with its own.
  private static func plainSignals() throws -> posix_spawnattr_t {
    var attributes = posix_spawnattr_t()
    var (none, all) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&none)
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_init(&attributes)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    return attributes
  }

  /// Strings as C has them: an array of pointers, the last of them null.
  private static func withStrings<Value>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
  ) -> Value {
    let copies = unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    return unsafe body(copies)
  }
}
