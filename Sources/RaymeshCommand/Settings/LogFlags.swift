internal import ArgumentParser
internal import Glibc
internal import Logging
internal import Telemetry

/// What a server logs, and how.
struct LogFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The least severe events to log: trace, debug, info, notice, warning, error or critical. (default: info)",
      valueName: "level"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp(
      "How to write log lines: json or text. (default: text on a terminal, else json)", valueName: "format"))
  var logFormat: String?

  /// - Throws: `ValidationError` where it is none.
  func level() throws -> Logger.Level {
    try ServerFlags.choice(logLevel, flag: "log-level", otherwise: .info)
  }

  /// - Throws: `ValidationError` where it is none.
  func format() throws -> LogFormat { try ServerFlags.choice(logFormat, flag: "log-format", otherwise: .usual) }
}

extension LogFormat {
  /// For eyes on a terminal, for collectors anywhere else.
  fileprivate static var usual: LogFormat { isatty(STDERR_FILENO) == 1 ? .text : .json }
}
