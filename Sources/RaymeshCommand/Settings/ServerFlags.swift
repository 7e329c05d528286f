internal import ArgumentParser
internal import Certificates
internal import Glibc
internal import Logging
internal import Telemetry
internal import Transport

/// The server's flags, as they are written.
struct ServerFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where to serve HTTPS, IPv6 and IPv4; 0.0.0.0 where there is no IPv6. (default: [::]:9443)",
      valueName: "host:port"))
  var listen: String?

  @Option(
    help: ArgumentHelp("The serving certificate, and those up to its authority, as PEM.", valueName: "file"),
    completion: .file())
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("The certificate's key as PEM, not encrypted.", valueName: "file"), completion: .file())
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "The authorities that clients' certificates must come from, as PEM. (default: clients need no certificate)",
      valueName: "file"), completion: .file())
  var clientCA: String?

  @Option(
    help: ArgumentHelp(
      "A name that a client's certificate must carry, such as the API server's; may be repeated. (default: any)",
      valueName: "name"))
  var clientName: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where to serve /livez, /readyz and /metrics, plain HTTP. (default: [::]:9090)", valueName: "host:port"))
  var adminListen: String?

  @Option(
    name: .customLong("http2"),
    help: ArgumentHelp("Whether to offer HTTP/2 beside HTTP/1.1: on or off. (default: on)", valueName: "on|off"))
  var http2: String?

  @Option(
    help: ArgumentHelp(
      "How many event loops to run. (default: the smaller of CPU affinity and control group quota)",
      valueName: "count"))
  var threads: String?

  @OptionGroup
  var log: LogFlags

  @Option(
    help: ArgumentHelp(
      "How long to go on after a signal to end, as clients may not know yet; each response then ends its connection. (default: 5s)",
      valueName: "duration"))
  var drainDelay: String?

  @Option(
    help: ArgumentHelp(
      "How long ending may take in all: less than a pod's terminationGracePeriodSeconds. (default: 25s)",
      valueName: "duration"))
  var drainTimeout: String?

  /// The files of certificate and key that somebody has named.
  var files: [(flag: String, value: String)] {
    Setting.given([("tls-certificate", tlsCertificate), ("tls-key", tlsKey)])
  }

  var clientAuthority: String? { Setting.text(clientCA, flag: "client-ca") }

  /// The files to serve with.
  ///
  /// - Throws: `ValidationError` where one is missing, as nothing stands in for it.
  func servingFiles() throws -> ServingFiles {
    ServingFiles(
      certificate: try ServerFlags.required(tlsCertificate, flag: "tls-certificate"),
      key: try ServerFlags.required(tlsKey, flag: "tls-key"), clientAuthority: clientAuthority)
  }

  /// - Throws: `ValidationError` naming the flag or variable that is missing or wrong.
  func settings() throws -> ServerSettings {
    ServerSettings(
      listen: try ServerFlags.endpoint(listen, flag: "listen", otherwise: 9443),
      clientNames: try clientNames(),
      adminListen: try ServerFlags.endpoint(adminListen, flag: "admin-listen", otherwise: 9090),
      http2: try ServerFlags.choice(http2, flag: "http2", otherwise: Switch.on) == .on,
      threads: try Setting.number(threads, flag: "threads", in: 1...256, otherwise: Processors.available),
      logLevel: try log.level(),
      logFormat: try log.format(),
      drainDelay: try Setting.duration(drainDelay, flag: "drain-delay", in: ServerFlags.drains, otherwise: .seconds(5)),
      drainTimeout: try Setting.duration(
        drainTimeout, flag: "drain-timeout", in: ServerFlags.drains, otherwise: .seconds(25)))
  }

  /// - Throws: `ValidationError` where they would be asked of nobody.
  private func clientNames() throws -> [String] {
    let names = try Setting.list(clientName, flag: "client-name")
    guard clientAuthority == nil, let first = names.first else { return names }
    throw ValidationError("--client-name: found '\(first)' without --client-ca, which says who vouches for it")
  }

  static let drains = Duration.zero ... .seconds(3600)

  static func endpoint(_ text: String?, flag: String, otherwise port: UInt16) throws -> Endpoint {
    try Setting.value(
      text, flag: flag, expected: "host:port, such as [::]:\(port)", otherwise: Endpoint(host: "::", port: port)
    ) { Endpoint($0) }
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String?, flag: String, otherwise: Choice
  ) throws -> Choice {
    let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
    return try Setting.value(text, flag: flag, expected: "one of \(names)", otherwise: otherwise) {
      Choice(rawValue: $0)
    }
  }

  private static func required(_ text: String?, flag: String) throws -> String {
    guard let value = Setting.text(text, flag: flag) else {
      throw ValidationError("--\(flag): found nothing, expected a file (or \(Setting.variable(for: flag)))")
    }
    return value
  }
}

/// What is either on or off.
private enum Switch: String, CaseIterable {
  case on, off
}

/// The server's settings, each within its bounds.
struct ServerSettings: Sendable {
  let listen: Endpoint
  let clientNames: [String]
  let adminListen: Endpoint
  let http2: Bool
  let threads: Int
  let logLevel: Logger.Level
  let logFormat: LogFormat
  let drainDelay: Duration
  let drainTimeout: Duration
}

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
