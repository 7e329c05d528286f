internal import ArgumentParser
internal import Explain
internal import Glibc
internal import Transport

/// Reading and writing whole files, `-` for the standard streams.
enum Files {
  /// What a file holds, up to `InputLimits.commandInput`.
  ///
  /// - Throws: `SystemError` naming the file.
  static func read(_ path: String) throws(SystemError) -> [UInt8] {
    if path == "-" { return try WholeFile.read(STDIN_FILENO, named: "standard input") }
    return try WholeFile.read(path)
  }

  /// What a certificate or key file holds, up to `InputLimits.credential`.
  ///
  /// - Throws: `SystemError` naming the file.
  static func credential(_ path: String) throws(SystemError) -> [UInt8] { try WholeFile.readRegular(path) }

  /// Writes a file anew: beside its place first, then by name, so that nobody sees half of it.
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

  /// Says something to the user on standard error, under the program's name.
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

/// What standard output leads to.
enum Terminal {
  /// In colour on a terminal that knows colours, where the user has nothing against it (no-color.org).
  static var style: TextStyle {
    guard isatty(STDOUT_FILENO) == 1, variable("NO_COLOR").isEmpty, variable("TERM") != "dumb" else { return .plain }
    return .coloured
  }

  private static func variable(_ name: String) -> String {
    unsafe getenv(name).map { unsafe String(cString: $0) } ?? ""
  }
}

/// The first three descriptors.
enum StandardStreams {
  /// Takes those that somebody has closed. Else the next socket would have their number, and what is said would go there.
  /// They lead to nowhere in the wrong direction, so that reading and writing fails as before, with EBADF.
  static func reserve() {
    for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", mode)
    }
  }
}

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
