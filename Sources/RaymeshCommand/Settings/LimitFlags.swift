internal import ArgumentParser
internal import HTTP
internal import Webhook

/// The flags for the limits and timeouts of the server.
struct LimitFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The largest request body. (default: 8388608)", valueName: "bytes"))
  var maximumBody: String?

  @Option(
    help: ArgumentHelp(
      "The memory for request bodies and their parsed form, of all connections together. (default: the memory limit of the control group, less what the process and its connections use)",
      valueName: "bytes"))
  var memoryBudget: String?

  @Option(help: ArgumentHelp("The largest request head. (default: 32768)", valueName: "bytes"))
  var maximumHead: String?

  @Option(
    help: ArgumentHelp(
      "The most open connections. Beyond it, idle ones are closed, and new ones wait while all are busy. (default: 1024)",
      valueName: "count"))
  var maximumConnections: String?

  @Option(
    help: ArgumentHelp(
      "The most open connections from one address, which API servers may share; 0 for no limit. (default: 640)",
      valueName: "count"))
  var maximumConnectionsPerAddress: String?

  @Option(help: ArgumentHelp("The time limit for the TLS handshake. (default: 10s)", valueName: "duration"))
  var handshakeTimeout: String?

  @Option(
    help: ArgumentHelp("The time limit for a request head, from its first byte. (default: 10s)", valueName: "duration"))
  var headTimeout: String?

  @Option(
    help: ArgumentHelp(
      "The time limit for a request body, from the end of its head. (default: 10s)", valueName: "duration"))
  var bodyTimeout: String?

  @Option(
    help: ArgumentHelp(
      "The lowest rate of a request body, in bytes per second; 0 for no limit. (default: 1024)", valueName: "bytes"))
  var minimumBodyRate: String?

  @Option(help: ArgumentHelp("The time limit for a client to read a response. (default: 10s)", valueName: "duration"))
  var writeTimeout: String?

  @Option(
    help: ArgumentHelp(
      "The time limit between two requests on one connection. API servers close it after 90s, so this is longer. (default: 120s)",
      valueName: "duration"))
  var idleTimeout: String?

  @Option(
    help: ArgumentHelp(
      "The maximum age of a connection, give or take a tenth, so that load spreads over replicas. (default: 5m)",
      valueName: "duration"))
  var connectionAge: String?

  func validate() throws { _ = try statedBudget(for: try limits().body) }

  /// Returns the memory that is set for bodies; `nil` if it follows from the machine.
  ///
  /// - Throws: `ValidationError` if a body of the largest size would not fit.
  func statedBudget(for largestBody: Int) throws -> Int? {
    let budget = try Setting.number(memoryBudget, flag: "memory-budget", in: 1...1 << 40, otherwise: 0)
    guard budget > 0 else { return nil }
    let least = MemoryShares.least(for: largestBody)
    guard budget >= least else {
      throw ValidationError(
        "--memory-budget: found \(budget), expected at least \(least), which the review of a --maximum-body of \(largestBody) bytes needs"
      )
    }
    return budget
  }

  /// - Throws: `ValidationError` if a value is out of its bounds.
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
