internal import Glibc
public import Limits

/// Files that are read as a whole, up to a bound.
public enum WholeFile {
  /// What a regular file holds.
  ///
  /// The file is opened without waiting, so a named pipe that nobody writes to is an error at once. A volume that hangs
  /// still blocks the caller: the kernel has no way to read a file without waiting (open(2), `O_NONBLOCK`). Code that must
  /// go on meanwhile reads by a `FileThread`.
  ///
  /// - Throws: `SystemError` naming the file: it cannot be read, is no regular file, or is larger than the bound.
  public static func readRegular(
    _ path: String, atMost limit: Limit = InputLimits.credential
  ) throws(SystemError) -> [UInt8] {
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY
    let descriptor = try Descriptor(owning: unsafe open(path, flags), from: "open \(path)")
    var status = stat()
    guard unsafe fstat(descriptor.number, &status) == 0 else { throw SystemError("read \(path)", code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw SystemError("read \(path)", reason: "found \(kind(status.st_mode)), expected a regular file")
    }
    return try read(descriptor.number, named: path, atMost: limit)
  }

  /// What any file holds, also a pipe such as a shell's `<(…)`.
  ///
  /// - Throws: `SystemError` naming the file: it cannot be read, or has more than the bound.
  public static func read(
    _ path: String, atMost limit: Limit = InputLimits.commandInput
  ) throws(SystemError) -> [UInt8] {
    let descriptor = try Descriptor(owning: unsafe open(path, O_RDONLY | O_CLOEXEC), from: "open \(path)")
    return try read(descriptor.number, named: path, atMost: limit)
  }

  /// What a descriptor that somebody else owns still has.
  ///
  /// - Throws: `SystemError` naming what is read: it cannot be read, or has more than the bound.
  public static func read(
    _ descriptor: CInt, named name: String, atMost limit: Limit = InputLimits.commandInput
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
      let code = errno
      if count == 0 { return bytes }
      if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
      guard bytes.count <= limit.value else {
        throw SystemError("read \(name)", reason: "found more bytes, expected at most \(limit.value)")
      }
      guard count > 0 || code == EINTR else { throw SystemError("read \(name)", code: code) }
    }
  }

  private static func kind(_ mode: mode_t) -> String {
    switch mode & S_IFMT {
    case S_IFDIR: "a directory"
    case S_IFIFO: "a named pipe"
    case S_IFSOCK: "a socket"
    case S_IFCHR, S_IFBLK: "a device"
    default: "a file of another kind"
    }
  }
}
