internal import Explain
internal import Glibc

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
