internal import JSON
internal import Names

/// An Istio PeerAuthentication: which connections to a pod must use mutual TLS (`security.istio.io`).
struct PeerAuthentication: Hashable, Sendable {
  let name: String
  let namespace: String
  /// The selected pods of the namespace; everything selects all of them.
  let selector: LabelSelector
  /// `STRICT`, `PERMISSIVE`, `DISABLE`; `nil` to inherit the mode.
  let mode: String?
  /// The modes of single ports.
  let ports: [Int: String]
  let created: String

  init(_ object: JSONElement) throws(JSONMismatch) {
    (name, namespace) = (object.name, object.namespace)
    created = object.member("metadata")?.member("creationTimestamp")?.string ?? ""
    let spec = try object.object("spec")
    selector = try spec?.object("selector").map(LabelSelector.init) ?? .everything
    mode = spec?.member("mtls")?.member("mode")?.string.flatMap { $0 == "UNSET" ? nil : $0 }
    var ports: [Int: String] = [:]
    if let members = spec?.member("portLevelMtls")?.members {
      for (key, value) in members { if let port = Int(key) { ports[port] = value.member("mode")?.string } }
    }
    self.ports = ports.filter { $0.value != "UNSET" }
  }
}

/// How the proxy of a pod runs.
enum Sidecar: Hashable, Sendable {
  /// The pod has no proxy.
  case none
  /// The proxy runs beside the containers, and so starts after the init containers.
  case classic
  /// The proxy is an init container that keeps running (from Kubernetes 1.29 on), and so starts before the others.
  case native

  /// - Parameter pod: a pod's spec.
  init(of pod: JSONElement?) throws(JSONMismatch) {
    let early = try pod?.array("initContainers").first { $0.member("name")?.string == "istio-proxy" }
    let beside = try pod?.array("containers").contains { $0.member("name")?.string == "istio-proxy" } ?? false
    if early?.member("restartPolicy")?.string == "Always" {
      self = .native
    } else {
      self = beside ? .classic : .none
    }
  }
}

/// A pod of a RayCluster.
struct RayPod: Hashable, Sendable {
  let namespace: String
  let cluster: String
  let created: String
  let labels: [String: String]
  let sidecar: Sidecar

  /// Reads a pod; `nil` if it belongs to no RayCluster.
  init?(_ object: JSONElement) throws(JSONMismatch) {
    labels = object.labels
    guard let cluster = labels[Label.cluster] else { return nil }
    (namespace, self.cluster) = (object.namespace, cluster)
    created = object.member("metadata")?.member("creationTimestamp")?.string ?? ""
    sidecar = try Sidecar(of: object.member("spec"))
  }
}

/// A pod of the KubeRay operator.
struct OperatorPod: Hashable, Sendable {
  let name: String
  let namespace: String
  /// The tag of its image; empty if it has none.
  let tag: String
  /// Whether worker pods get an init container that waits for the head.
  let addsInitContainer: Bool
  let sidecar: Sidecar

  init(_ object: JSONElement) throws(JSONMismatch) {
    (name, namespace) = (object.name, object.namespace)
    let spec = object.member("spec")
    sidecar = try Sidecar(of: spec)
    let containers = try spec?.array("containers").filter { $0.member("name")?.string != "istio-proxy" } ?? []
    let image = containers.first?.member("image")?.string?.split(separator: "@").first ?? ""
    let last = image.split(separator: "/").last ?? ""
    tag = last.contains(":") ? String(last.drop { $0 != ":" }.dropFirst()) : ""
    let variables = try containers.variables("ENABLE_INIT_CONTAINER_INJECTION")
    // Only `false` disables it (KubeRay, `getEnableInitContainerInjection`).
    addsInitContainer = !variables.contains { $0.lowercased() == "false" }
  }
}

extension [JSONElement] {
  /// Returns the strings under a key of all containers.
  func words(_ key: StaticString) throws(JSONMismatch) -> [String] {
    var words: [String] = []
    for container in self { words += try container.array(key).compactMap(\.string) }
    return words
  }

  /// Returns the values of an environment variable in all containers.
  func variables(_ name: StaticString) throws(JSONMismatch) -> [String] {
    var values: [String] = []
    for container in self {
      for variable in try container.array("env") where variable.member("name")?.isString(name) == true {
        if let value = variable.member("value")?.string { values.append(value) }
      }
    }
    return values
  }
}
