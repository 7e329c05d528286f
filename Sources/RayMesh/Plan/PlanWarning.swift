extension PortPlan {
  /// What the user should know though nothing is wrong: short sentences, as `kubectl` prints them.
  ///
  /// The API server cuts warnings at 120 characters each.
  public var warnings: [String] {
    guard portCountBound > options.maximumPorts, case let count = portCount, count > options.maximumPorts else {
      return []
    }
    return [
      "raymesh: the Service lists \(count) ports, above the limit of \(options.maximumPorts): each sidecar holds them all"
    ]
  }
}
