internal import HTTP

extension HTTPLimits {
  /// Limits of the admin listener: probes must get in, though somebody opens connections and leaves them.
  ///
  /// - Parameter connections: how many descriptors allow.
  static func admin(connections: Int) -> HTTPLimits {
    var limits = HTTPLimits()
    limits.body = 1024
    limits.memory = MemoryShares(of: 8 << 20, largestBody: limits.body)
    limits.connections = connections
    // A crowd of one address leaves room for others.
    limits.connectionsPerAddress = max(1, connections * 3 / 4)
    return limits
  }

  /// The same limits with so many connections.
  func allowing(_ connections: Int) -> HTTPLimits {
    var limits = self
    limits.connections = connections
    return limits
  }
}
