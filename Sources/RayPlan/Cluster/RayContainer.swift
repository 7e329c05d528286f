public import JSON

/// The Ray container of a group: its environment, ports and CPUs.
public struct RayContainer: Sendable {
  /// Where the container stands in the RayCluster.
  public var pointer: JSONPointer { group.appending(path: "/template/spec/containers/0") }
  /// The place of its environment, whether it is there or not.
  public var environmentPointer: JSONPointer { group.appending(path: RayContainer.environmentPath) }
  /// What its environment has of `Variable.known`, or `nil` if the list is absent.
  public let environment: [Variable]?
  /// The ports that the user lists on it.
  public let ports: [ContainerPort]
  /// Its CPU limit in whole CPUs, or `nil` if none is given.
  public let cpuLimit: Int?
  /// Its CPU request in whole CPUs, or `nil` if none is given.
  public let cpuRequest: Int?
  /// The version that the image's tag begins with, or `nil` if it names none.
  public var imageVersion: RayVersion? { image.flatMap { ImageName($0).version } }
  /// The same if the image is Ray's own, so that the tag is sure to be a version of Ray; else `nil`.
  public var rayImageVersion: RayVersion? {
    guard let name = image.map(ImageName.init), name.isRays else { return nil }
    return name.version
  }
  /// Whether the user's own command runs `ray start`. KubeRay then adds none, and the parameters are for nothing
  /// (`common/pod.go`, `BuildPod`).
  public let startsRay: Bool
  /// Whether the user gives a command or arguments, which KubeRay runs before its own `ray start`, in the same shell.
  let hasCommand: Bool

  /// Whether it is an object, which an addition to its environment takes for granted.
  public let isObject: Bool
  private let image: String?
  /// Where its group stands.
  private let group: JSONPointer

  /// An environment variable.
  public struct Variable: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its value if that is given literally, references to other variables expanded.
    public let value: String?
    /// Whether only the pod knows its value.
    let isUnknown: Bool
    /// The field of the pod that it takes its value from, if any.
    public let fieldPath: String?
    /// Its place in the list, from 0.
    public let index: Int

    /// The names of those that Raymesh goes by.
    fileprivate static let known: [StaticString] = [
      "AUTOSCALER_METRIC_PORT", "DASHBOARD_METRIC_PORT", "RAYMESH_POD_IP", "RAY_SERVE_ENABLE_HA_PROXY",
      "RAY_SERVE_PROXY_USE_GRPC", "RAY_SERVE_THROUGHPUT_OPTIMIZED", "RAY_SERVE_USE_GRPC_BY_DEFAULT", "RAY_USE_TLS",
      "RAY_enable_autoscaler_v2",
    ]
    fileprivate static let words = JSONWords(known)
  }

  init(
    _ element: JSONElement, of group: JSONPointer, _ plain: inout PlainEnvironment
  ) throws(JSONMismatch) {
    self.group = group
    isObject = element.kind == .object
    environment = try RayContainer.variables(of: element, &plain)
    let stated = try element.array("ports")
    var ports: [ContainerPort] = []
    ports.reserveCapacity(stated.underestimatedCount)
    for port in stated { ports.append(try ContainerPort(port)) }
    self.ports = ports
    let resources = try element.object("resources")
    cpuLimit = try resources?.object("limits")?.member("cpu")?.wholeCPUs()
    cpuRequest = try resources?.object("requests")?.member("cpu")?.wholeCPUs()
    image = element.member("image")?.string
    let words = try RayContainer.words(element.array("command")) + RayContainer.words(element.array("args"))
    hasCommand = !words.isEmpty
    startsRay = !words.isEmpty && words.joined(separator: " ").contains(bytesOf: "ray start")
  }

  private static func words(_ stated: JSONElement.Elements) -> [String] { stated.compactMap(\.string) }

  /// The variable of a name.
  public func variable(_ name: String) -> Variable? { environment?.first { $0.name == name } }

  /// Whether Ray's own TLS is on (`RAY_USE_TLS`, `tls_utils.py`: `1` or `true` in any case).
  var usesRayTLS: Bool {
    guard let value = variable("RAY_USE_TLS")?.value, value.utf8.count <= 4 else { return false }
    return ["1", "true"].contains(value.lowercased())
  }

  /// Where a variable stands below the group.
  func path(of variable: Variable) -> JSONPointer { RayContainer.environmentPath.appending(variable.index) }

  /// The place of the environment below the group, whether it is there or not.
  static let environmentPath: JSONPointer = "/template/spec/containers/0/env"

  private static func variables(
    of element: JSONElement, _ plain: inout PlainEnvironment
  ) throws(JSONMismatch) -> [Variable]? {
    guard element.member("env") != nil else { return nil }
    var variables: [Variable] = []
    for (index, variable) in try element.array("env").enumerated() {
      let source = try variable.object("valueFrom")
      let name = try variable.requiredText("name")
      let value = try variable.text("value")
      let fieldPath = try source?.object("fieldRef")?.text("fieldPath")
      guard let known = name.place(in: Variable.words) else { continue }
      let found = Variable(
        name: Variable.known[known].description, value: value?.string, isUnknown: source != nil,
        fieldPath: fieldPath?.string, index: index)
      // Of several of a name the last counts, as it does to Kubernetes.
      if let earlier = variables.firstIndex(where: { $0.name == found.name }) { variables.remove(at: earlier) }
      variables.append(found.resolved(from: &plain))
    }
    return variables
  }
}

extension RayContainer.Variable {
  /// The same with its references expanded. Kubelet does that, and no shell.
  fileprivate func resolved(from plain: inout PlainEnvironment) -> RayContainer.Variable {
    guard !isUnknown, let value, value.utf8.contains(UInt8(ascii: "$")) else { return self }
    let expanded = plain.value(of: name)
    return RayContainer.Variable(
      name: name, value: expanded, isUnknown: expanded == nil, fieldPath: fieldPath, index: index)
  }
}

extension JSONElement {
  /// A quantity of CPUs, text or number, rounded up; `nil` for 0, which KubeRay takes as not given.
  func wholeCPUs() throws(JSONMismatch) -> Int? {
    guard let quantity = Quantity(string ?? (kind == .number ? summary : "")) else {
      throw mismatch(expected: "a quantity of CPUs, such as \"2\" or \"500m\"")
    }
    return quantity.roundedUp == 0 ? nil : quantity.roundedUp
  }
}

/// KubeRay's annotation for pods whose own command runs `$KUBERAY_GEN_RAY_START_CMD`. The shell does not evaluate the
/// contents of that variable again, so `ray start` would get a node address as the words that it is made of. The
/// annotation is on the cluster or on a group's pod template (`isOverwriteRayContainerCmd` and `BuildPod`,
/// `common/pod.go`).
enum OverwrittenCommand {
  /// Whether a value means yes: KubeRay takes `true` in any case of letters.
  static func isAsked(by value: String?) -> Bool {
    guard let value, value.utf8.count == 4 else { return false }
    return value.lowercased() == "true"
  }
}

/// What has Ray Serve call its replicas at ports of its own, which no parameter sets. Each is an environment variable,
/// and on at `1` alone.
enum ServeSwitch: String {
  /// Calls by gRPC, at a random port of each replica (`replica.py`, `_internal_grpc_port`).
  case grpc = "RAY_SERVE_USE_GRPC_BY_DEFAULT"
  case grpcOfProxies = "RAY_SERVE_PROXY_USE_GRPC"
  case throughput = "RAY_SERVE_THROUGHPUT_OPTIMIZED"
  /// Calls by HAProxy, at the first free port of a range, which a container may list.
  case haProxy = "RAY_SERVE_ENABLE_HA_PROXY"

  /// Whether a port is a replica's by `RAY_SERVE_DIRECT_INGRESS_MIN_HTTP_PORT` and `…_MAX_HTTP_PORT`, if nobody sets
  /// them (`constants.py`).
  static func isReplica(_ port: Port) -> Bool { (30000...31000).contains(port.number) }
}

extension RayContainer {
  /// What has Serve call replicas at ports of its own here, as the environment has it.
  var serveSwitches: [ServeSwitch] {
    guard let environment, !environment.isEmpty else { return [] }
    return environment.compactMap { ServeSwitch(rawValue: $0.name) }.filter(isOn)
  }

  /// `throughput` means `grpc` too, unless that says otherwise.
  private func isOn(_ serve: ServeSwitch) -> Bool {
    guard variable(serve.rawValue)?.value == "1" else { return false }
    guard serve == .throughput, let grpc = variable(ServeSwitch.grpc.rawValue)?.value else { return true }
    return grpc == "1"
  }
}
