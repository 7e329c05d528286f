internal import Glibc

/// A file descriptor, closed when nobody holds it any more.
///
/// A class, because an accepted connection passes from the task that accepts to the one that serves.
final class Descriptor: Sendable {
  let number: CInt

  /// Takes over what a system call returned.
  ///
  /// - Throws: `SystemError` where that is -1; `errno` must still be the call's.
  init(owning number: CInt, from operation: String) throws(SystemError) {
    let code = errno
    guard number >= 0 else { throw SystemError(operation, code: code) }
    self.number = number
  }

  /// A new TCP socket that never blocks.
  static func stream(_ family: CInt, from operation: String) throws(SystemError) -> Descriptor {
    let flags = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
    return try Descriptor(owning: socket(family, CInt(flags), 0), from: operation)
  }

  deinit { close(number) }
}
