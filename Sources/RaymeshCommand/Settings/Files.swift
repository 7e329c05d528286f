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
