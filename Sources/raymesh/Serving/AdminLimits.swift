internal import HTTP

extension HTTPLimits {
  /// Limits of the admin listener: probes must get in, though somebody opens connections and leaves them. Who is cut
  /// off loses nothing, as a GET is asked again.
  static let admin: HTTPLimits = {
    var limits = HTTPLimits()
    limits.connectionsPerAddress = 100
    limits.idleWhenFull = .seconds(1)
    return limits
  }()
}
