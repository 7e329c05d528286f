internal import ArgumentParser
internal import Certificates
internal import Glibc
internal import Logging
internal import Telemetry
internal import Transport

/// The flags of the server, as text.
struct ServerFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The address to serve HTTPS on, IPv6 and IPv4; 0.0.0.0 if there is no IPv6. (default: [::]:9443)",
      valueName: "host:port"))
  var listen: String?

  @Option(
    help: ArgumentHelp("The serving certificate and its intermediate CAs, as PEM.", valueName: "file"),
    completion: .file())
  var tlsCertificate: String?

  @Option(
    help: ArgumentHelp("The private key of the certificate as PEM, not encrypted.", valueName: "file"),
    completion: .file())
  var tlsKey: String?

  @Option(
    help: ArgumentHelp(
      "The CAs that must have issued client certificates, as PEM. (default: clients need no certificate)",
      valueName: "file"), completion: .file())
  var clientCA: String?

  @Option(
    help: ArgumentHelp(
      "A name that a client certificate must have, such as the API server's; may be repeated. (default: any)",
      valueName: "name"))
  var clientName: [String] = []

  @Option(
    help: ArgumentHelp(
      "The address to serve /livez, /readyz and /metrics on, plain HTTP. (default: [::]:9090)", valueName: "host:port"))
  var adminListen: String?

  @Option(
    name: .customLong("http2"),
    help: ArgumentHelp("Whether to offer HTTP/2 beside HTTP/1.1: on or off. (default: on)", valueName: "on|off"))
  var http2: String?

  @Option(
    help: ArgumentHelp(
      "The number of event loops. (default: the smaller of CPU affinity and control group quota)",
      valueName: "count"))
  var threads: String?

  @OptionGroup
  var log: LogFlags

  @Option(
    help: ArgumentHelp(
      "How long to keep serving after a shutdown signal, until clients have learned of it; each response then closes its connection. (default: 5s)",
      valueName: "duration"))
  var drainDelay: String?

  @Option(
    help: ArgumentHelp(
      "How long the shutdown may take in all: less than the terminationGracePeriodSeconds of the pod. (default: 25s)",
      valueName: "duration"))
  var drainTimeout: String?

  /// The flags of certificate and key that are given, with their values.
  var files: [(flag: String, value: String)] {
    Setting.given([("tls-certificate", tlsCertificate), ("tls-key", tlsKey)])
  }

  var clientAuthority: String? { Setting.text(clientCA, flag: "client-ca") }

  /// Returns the files of the serving certificate.
  ///
  /// - Throws: `ValidationError` if a required file is not given.
  func servingFiles() throws -> ServingFiles {
    ServingFiles(
      certificate: try ServerFlags.required(tlsCertificate, flag: "tls-certificate"),
      key: try ServerFlags.required(tlsKey, flag: "tls-key"), clientAuthority: clientAuthority)
  }

  /// Returns the settings of the server.
  ///
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

  /// Returns the names that client certificates must have.
  ///
  /// - Throws: `ValidationError` if client certificates are not required.
  private func clientNames() throws -> [String] {
    let names = try Setting.list(clientName, flag: "client-name")
    guard clientAuthority == nil, let first = names.first else { return names }
    throw ValidationError("--client-name: found '\(first)' without --client-ca, which it requires")
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

/// The value of a flag that is on or off.
private enum Switch: String, CaseIterable {
  case on, off
}

/// The settings of the server, each within its bounds.
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

/// The flags for the log.
struct LogFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info)",
      valueName: "level"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp(
      "The format of the log: json or text. (default: text on a terminal, else json)", valueName: "format"))
  var logFormat: String?

  /// Returns the log level.
  ///
  /// - Throws: `ValidationError` if it is unknown.
  func level() throws -> Logger.Level {
    try ServerFlags.choice(logLevel, flag: "log-level", otherwise: .info)
  }

  /// Returns the log format.
  ///
  /// - Throws: `ValidationError` if it is unknown.
  func format() throws -> LogFormat { try ServerFlags.choice(logFormat, flag: "log-format", otherwise: .usual) }
}

extension LogFormat {
  /// The default: text on a terminal, JSON for log collectors.
  fileprivate static var usual: LogFormat { isatty(STDERR_FILENO) == 1 ? .text : .json }
}
