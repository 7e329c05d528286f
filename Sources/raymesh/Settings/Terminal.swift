internal import Glibc
internal import Tables

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
