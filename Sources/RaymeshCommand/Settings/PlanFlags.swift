internal import ArgumentParser
internal import RayPlan

/// The planning flags. The server and the offline commands share them, so both give the same answers.
struct PlanFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The DNS domain of the cluster. (default: cluster.local)", valueName: "domain"))
  var clusterDomain: String?

  @Option(
    help: ArgumentHelp(
      "The longest time that a pod waits until its own name resolves, 0 to 3600. (default: 60)", valueName: "seconds"))
  var nodeAddressWait: String?

  @Option(
    help: ArgumentHelp(
      "The most ports in a Service beside those of Ray's components, 50 to 65535: every sidecar keeps each of them in memory. (default: 1000)",
      valueName: "count"))
  var maximumPorts: String?

  func validate() throws { _ = try options() }

  /// - Throws: `ValidationError` if a value is out of its bounds.
  func options() throws -> PlanOptions {
    let standard = PlanOptions.standard
    let wait = try Setting.number(
      nodeAddressWait, flag: "node-address-wait", in: PlanOptions.waits, otherwise: standard.nodeAddressWait)
    let ports = try Setting.number(
      maximumPorts, flag: "maximum-ports", in: PlanOptions.portLimits, otherwise: standard.maximumPorts)
    let domain = try Setting.value(
      clusterDomain, flag: "cluster-domain", expected: "a DNS name, such as cluster.local",
      otherwise: standard.clusterDomain
    ) { (try? PlanOptions(clusterDomain: $0))?.clusterDomain }
    do throws(PlanOptionError) {
      return try PlanOptions(clusterDomain: domain, nodeAddressWait: wait, maximumPorts: ports)
    } catch { throw ValidationError(error.description) }
  }
}
