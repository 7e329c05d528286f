public import JSON

/// The Service that lists exactly the ports of a plan and gives every pod of the cluster a DNS name.
///
/// It does not carry the guide's label `ray.io/headless-worker-svc`: that one only stops KubeRay from making the
/// Service of its own on which groups of several hosts depend.
public struct HeadlessService: Hashable, Sendable {
  /// Its name, by `ServiceName`.
  public let name: String
  /// The cluster's namespace.
  public let namespace: String
  /// The cluster whose pods it selects.
  public let cluster: String
  /// Its ports, sorted by number. They stay ranges until the Service is written.
  public let ports: ServicePorts

  /// The Service of a plan.
  ///
  /// - Throws: `JSONMismatch` where the cluster has no name yet, as under `generateName`.
  public init(for plan: PortPlan) throws(JSONMismatch) {
    guard case .known(let cluster) = plan.cluster.name, let name = plan.service?.known else {
      throw JSONMismatch(
        at: "/metadata/name", found: "nothing", expected: "the cluster's name, as its Service is called after it")
    }
    self.name = name
    self.cluster = cluster
    namespace = plan.cluster.namespace
    ports = ServicePortList(of: plan).ports
  }

  /// The Service as a Kubernetes object.
  ///
  /// Pods need their names before they are ready, hence `publishNotReadyAddresses`; and every sidecar that sees the
  /// Service holds all its ports, hence the export to its own namespace only.
  public var object: JSONValue {
    [
      "apiVersion": "v1",
      "kind": "Service",
      "metadata": [
        "name": .string(name),
        "namespace": .string(namespace),
        "labels": ["app.kubernetes.io/managed-by": "raymesh"],
        "annotations": ["networking.istio.io/exportTo": "."],
      ],
      "spec": [
        "clusterIP": "None",
        "publishNotReadyAddresses": true,
        "selector": ["ray.io/cluster": .string(cluster)],
        "ports": .array(ports.map(\.value)),
      ],
    ]
  }
}

extension HeadlessService {
  /// The Service of a RayCluster manifest, planned as the reviewer with the same options plans a stored cluster.
  ///
  /// - Parameter namespace: the namespace if the manifest does not say.
  /// - Throws: `Refusal` if it is not a RayCluster, cannot be read, has no name, or cannot work as it is written.
  public init(of manifest: JSONElement, namespace: String, options: PlanOptions = .standard) throws(Refusal) {
    var budget = WorkBudget()
    try self.init(of: manifest, namespace: namespace, options: options, within: &budget)
  }

  /// The same, with no more work than a budget allows.
  ///
  /// - Throws: `Refusal` as above, and if it takes more.
  public init(
    of manifest: JSONElement, namespace: String, options: PlanOptions, within budget: inout WorkBudget
  ) throws(Refusal) {
    let cluster: RayCluster
    do throws(JSONMismatch) {
      cluster = try RayCluster(manifest: manifest, namespace: namespace, within: &budget)
    } catch { throw Refusal(faults: [.unreadable(error)]) }
    let plan = try PortPlan(stored: cluster, options: options, within: &budget)
    do throws(JSONMismatch) { try self.init(for: plan) } catch { throw Refusal(faults: [.unreadable(error)]) }
  }
}
