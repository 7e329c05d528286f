internal import ArgumentParser
internal import Explain
internal import Glibc
internal import Transport

/// Reads and writes whole files and the standard streams.
enum Files {
  /// Reads a file of at most `InputLimits.commandInput` bytes; `-` is standard input.
  ///
  /// - Throws: `SystemError` naming the file.
  static func read(_ path: String) throws(SystemError) -> [UInt8] {
    if path == "-" { return try WholeFile.read(STDIN_FILENO, named: "standard input") }
    return try WholeFile.read(path)
  }

  /// Reads a certificate or key file of at most `InputLimits.credential` bytes.
  ///
  /// - Throws: `SystemError` naming the file.
  static func credential(_ path: String) throws(SystemError) -> [UInt8] { try WholeFile.readRegular(path) }

  /// Replaces a file atomically: writes another one beside it, then renames that.
  ///
  /// - Throws: `SystemError` naming the file.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(SystemError) {
    let draft = "\(path).new"
    unsafe unlink(draft)
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemError("create \(draft)", code: errno) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor, named: draft)
    guard fsync(descriptor) == 0, unsafe rename(draft, path) == 0 else {
      throw SystemError("write \(path)", code: errno)
    }
  }

  /// Writes to standard output.
  static func print(_ bytes: [UInt8]) throws(SystemError) {
    try write(bytes, to: STDOUT_FILENO, named: "standard output")
  }

  /// Writes a message to standard error, after the program's name.
  static func tell(_ text: some StringProtocol) {
    try? write(Array("raymesh: \(text)\n".utf8), to: STDERR_FILENO, named: "standard error")
  }

  private static func write(_ bytes: [UInt8], to descriptor: CInt, named name: String) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      let code = errno
      if count > 0 { rest = rest.dropFirst(count) }
      guard count > 0 || code == EINTR else { throw SystemError("write \(name)", code: code) }
    }
  }
}

/// The terminal behind standard output.
enum Terminal {
  /// The text style: colored on a terminal that supports colors, unless `NO_COLOR` is set (no-color.org).
  static var style: TextStyle {
    guard isatty(STDOUT_FILENO) == 1, variable("NO_COLOR").isEmpty, variable("TERM") != "dumb" else { return .plain }
    return .coloured
  }

  private static func variable(_ name: String) -> String {
    unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
  }
}

/// The three standard streams.
enum StandardStreams {
  /// Reopens closed standard streams. Otherwise the next socket would get their number, and output would go there.
  /// They open `/dev/null` in the wrong direction, so that reads and writes still fail with EBADF.
  static func reserve() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", mode)
    }
  }
}

/// Runs a command. If it fails, standard error shows why, and the exit code is 1.
///
/// - Throws: `ExitCode.failure` after an error is reported; wrong usage is passed on.
func refusing(_ body: () async throws -> Void) async throws {
  do { try await body() } catch { throw told(error) }
}

/// Runs a synchronous command in the same way.
func refusing(_ body: () throws -> Void) throws {
  do { try body() } catch { throw told(error) }
}

/// An error of a command.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

private func told(_ error: any Error) -> any Error {
  if error is ExitCode || error is ValidationError { return error }
  for line in "\(error)".split(separator: "\n") { Files.tell(line) }
  return ExitCode.failure
}
