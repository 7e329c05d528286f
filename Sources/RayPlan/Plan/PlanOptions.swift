public import Names

/// What an operator decides about plans, the same for the server and the command line.
public struct PlanOptions: Hashable, Sendable {
  /// The domain that the cluster's DNS serves, without a dot at either end.
  public let clusterDomain: String
  /// For how many seconds a pod waits until its own name resolves; 0 does not wait.
  public let nodeAddressWait: Int
  /// How many ports a Service lists at most beside those of Ray's components; every sidecar holds each one.
  public let maximumPorts: Int
  /// The parts of a node address that are the same for every cluster.
  let beforeService, afterNamespace: String

  /// How many seconds a pod may be told to wait.
  public static let waits = 0...3600
  /// What the limit of ports may be: below 50 no cluster fits, and there are no more ports than 65535.
  public static let portLimits = 50...65535

  /// Options within their bounds.
  ///
  /// - Throws: `PlanOptionError` naming the option that is out of them.
  public init(
    clusterDomain: String = WellKnown.clusterDomain, nodeAddressWait: Int = 60, maximumPorts: Int = 1000
  ) throws(PlanOptionError) {
    guard DNSName.isDomain(clusterDomain) else {
      throw PlanOptionError(
        option: "cluster-domain", found: clusterDomain, expected: "a DNS name, such as cluster.local")
    }
    guard PlanOptions.waits.contains(nodeAddressWait) else {
      throw PlanOptionError(
        option: "node-address-wait", found: "\(nodeAddressWait)", expected: "a number of seconds from 0 to 3600")
    }
    guard PlanOptions.portLimits.contains(maximumPorts) else {
      throw PlanOptionError(
        option: "maximum-ports", found: "\(maximumPorts)", expected: "a number of ports from 50 to 65535")
    }
    self.init(domain: clusterDomain, wait: nodeAddressWait, maximumPorts: maximumPorts)
  }

  private init(domain: String, wait: Int, maximumPorts: Int) {
    clusterDomain = domain
    nodeAddressWait = wait
    self.maximumPorts = maximumPorts
    (beforeService, afterNamespace) = NodeAddress.ends(domain: domain, wait: wait)
  }

  /// What holds if nobody decides otherwise.
  public static let standard = PlanOptions(domain: WellKnown.clusterDomain, wait: 60, maximumPorts: 1000)
}

/// An option outside its bounds.
public struct PlanOptionError: Error, Hashable, CustomStringConvertible {
  /// The option's name, as the flag has it after its dashes.
  public let option: String
  /// The value found.
  public let found: String
  /// What would have been right, in words.
  public let expected: String

  /// One line for a person.
  public var description: String { "--\(option): found \(found), expected \(expected)" }
}
