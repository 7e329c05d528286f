internal import ArgumentParser
internal import HTTP
internal import Webhook

/// What the server takes from its clients, and for how long it waits for them.
struct LimitFlags: ParsableArguments {
  @Option(help: ArgumentHelp("Bytes of a request's body. (default: 8388608)", valueName: "bytes"))
  var maximumBody: String?

  @Option(
    help: ArgumentHelp(
      "Bytes for request bodies and what they are parsed into, of all connections together. (default: the control group's memory limit, less what the process and its connections take)",
      valueName: "bytes"))
  var memoryBudget: String?

  @Option(help: ArgumentHelp("Bytes of a request's head. (default: 32768)", valueName: "bytes"))
  var maximumHead: String?

  @Option(
    help: ArgumentHelp(
      "Connections at once; beyond it idle ones make room, and newcomers wait while all are busy. (default: 1024)",
      valueName: "count"))
  var maximumConnections: String?

  @Option(
    help: ArgumentHelp(
      "Connections at once from one address, which API servers may share; 0 for any number. (default: 640)",
      valueName: "count"))
  var maximumConnectionsPerAddress: String?

  @Option(help: ArgumentHelp("For the TLS handshake. (default: 10s)", valueName: "duration"))
  var handshakeTimeout: String?

  @Option(help: ArgumentHelp("For a request's head, from its first byte. (default: 10s)", valueName: "duration"))
  var headTimeout: String?

  @Option(help: ArgumentHelp("For a request's body, from the end of its head. (default: 10s)", valueName: "duration"))
  var bodyTimeout: String?

  @Option(
    help: ArgumentHelp(
      "Bytes a second that a body comes at, or faster; 0 for any. (default: 1024)", valueName: "bytes"))
  var minimumBodyRate: String?

  @Option(help: ArgumentHelp("For a client to take a response. (default: 10s)", valueName: "duration"))
  var writeTimeout: String?

  @Option(
    help: ArgumentHelp(
      "Between two requests on one connection; longer than the 90s after which an API server closes it. (default: 120s)",
      valueName: "duration"))
  var idleTimeout: String?

  @Option(
    help: ArgumentHelp(
      "How old a connection gets, give or take a tenth, so that load spreads over replicas. (default: 5m)",
      valueName: "duration"))
  var connectionAge: String?

  func validate() throws { _ = try statedBudget(for: try limits().body) }

  /// The memory that is stated for bodies, `nil` if it follows from the machine.
  ///
  /// - Throws: `ValidationError` if a body of the largest size would not fit.
  func statedBudget(for largestBody: Int) throws -> Int? {
    let budget = try Setting.number(memoryBudget, flag: "memory-budget", in: 1...1 << 40, otherwise: 0)
    guard budget > 0 else { return nil }
    let least = MemoryShares.least(for: largestBody)
    guard budget >= least else {
      throw ValidationError(
        "--memory-budget: found \(budget), expected at least \(least), as reviewing a --maximum-body of \(largestBody) bytes takes that"
      )
    }
    return budget
  }

  /// - Throws: `ValidationError` where a value is out of its bounds.
  func limits() throws -> HTTPLimits {
    var limits = HTTPLimits()
    limits.idleWhenLeaving = .seconds(5)
    try set(&limits.body, maximumBody, "maximum-body", 1024...1 << 30)
    try set(&limits.head, maximumHead, "maximum-head", 1024...1 << 20)
    try set(&limits.connections, maximumConnections, "maximum-connections", 1...1 << 20)
    var perAddress = limits.connectionsPerAddress ?? 0
    try set(&perAddress, maximumConnectionsPerAddress, "maximum-connections-per-address", 0...1 << 20)
    limits.connectionsPerAddress = perAddress > 0 ? perAddress : nil
    try set(&limits.bodyRate, minimumBodyRate, "minimum-body-rate", 0...1 << 30)
    try set(&limits.handshake, handshakeTimeout, "handshake-timeout")
    try set(&limits.headTime, headTimeout, "head-timeout")
    try set(&limits.bodyTime, bodyTimeout, "body-timeout")
    try set(&limits.write, writeTimeout, "write-timeout")
    try set(&limits.idle, idleTimeout, "idle-timeout")
    try set(&limits.age, connectionAge, "connection-age")
    return limits
  }

  private func set(_ limit: inout Int, _ text: String?, _ flag: String, _ bounds: ClosedRange<Int>) throws {
    limit = try Setting.number(text, flag: flag, in: bounds, otherwise: limit)
  }

  private func set(_ limit: inout Duration, _ text: String?, _ flag: String) throws {
    limit = try Setting.duration(text, flag: flag, in: .milliseconds(1) ... .seconds(24 * 3600), otherwise: limit)
  }
}
