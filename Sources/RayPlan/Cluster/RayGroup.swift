public import JSON
internal import Names

/// The head group or a worker group: what Raymesh reads of it, and where it stands.
///
/// A class, as many hold it: a plan has the same group as its drafts, its claims and its faults.
public final class RayGroup: Sendable {
  /// Whether this is the head group, or which worker group.
  public let role: Role
  /// Where the group stands in the RayCluster.
  public let pointer: JSONPointer
  /// `rayStartParams`, or `nil` if the map is absent.
  public let parameters: StringMap?
  /// Which of those that Raymesh goes by are among them.
  private let stated: ParameterSet
  /// What `ray start` gets for those whose value is not plain.
  private let evaluated: StartValue.Evaluated
  /// The Ray container, which is the first.
  public let container: RayContainer
  /// The TCP ports that the pod's other containers list, sidecars among the init containers too: they share its
  /// network.
  package let neighbourPorts: [ContainerPort]
  /// CPUs under the group's own `resources`, rounded up (KubeRay 1.5 on), or `nil`.
  public let groupCPUs: Int?
  /// Whether the pods share their node's network, and so its ports.
  public let usesHostNetwork: Bool
  /// Whether the pod template's annotation has KubeRay leave the container's command as it is.
  let overwritesCommand: Bool
  /// How much there is to look at in the group.
  let weight: Int
  /// Whether KubeRay gives the group's pods names of their own; see `ClusterSettings.namesPods`.
  public let namesPods: Bool

  /// Which group of the cluster.
  public enum Role: Hashable, Sendable {
    case head
    /// A worker group, by its `groupName`.
    case worker(String)
  }

  /// Reads a group.
  ///
  /// - Throws: `JSONMismatch` if a part that Raymesh reads is not of the CRD's form.
  init(_ element: JSONElement, role: Role, at pointer: JSONPointer) throws(JSONMismatch) {
    self.role = role
    self.pointer = pointer
    weight = element.weight
    let parameters = try element.member("rayStartParams").map { map throws(JSONMismatch) in
      try StringMap(map, expected: "a string, in quotes")
    }
    self.parameters = parameters
    let stated = parameters.map { ParameterSet(keysOf: $0) } ?? []
    self.stated = stated
    groupCPUs = try RayGroup.cpus(in: element.object("resources"))
    let template = try element.requiredObject("template")
    let pod = try template.requiredObject("spec")
    guard let first = try pod.array("containers").first else {
      throw pod.missing("containers", expected: "at least one container")
    }
    usesHostNetwork = pod.member("hostNetwork")?.bool ?? false
    namesPods = element.member("podFQDN") != nil
    let overwrites = template.member("metadata")?.member("annotations")?.member(Annotation.overwriteContainerCommand)
    overwritesCommand = OverwrittenCommand.isAsked(by: overwrites?.string)
    var environment = PlainEnvironment(of: first)
    container = try RayContainer(first, of: pointer, &environment)
    evaluated = StartValue.Evaluated(parameters, stated, &environment, hasCommand: container.hasCommand)
    neighbourPorts = try RayGroup.neighbourPorts(in: pod)
  }

  /// The value of a ray start parameter, or `nil` if the user has not set it.
  public func parameter(_ name: String) -> String? { parameters?[name] }

  /// The same of one that Raymesh goes by. Most are not set, which is seen at once.
  package func parameter(_ parameter: RayParameter) -> String? {
    stated.contains(parameter) ? parameters?[parameter.name] : nil
  }

  /// What `ray start` gets for a parameter that Raymesh goes by.
  func value(of parameter: RayParameter) -> StartValue {
    guard let text = self.parameter(parameter) else { return .absent }
    return evaluated[parameter] ?? .word(text)
  }

  /// Whether Ray reads the parameters at all; a command that runs `ray start` itself does without them.
  var readsParameters: Bool { !container.startsRay }

  /// All ray start parameters, or `nil` if the map is absent.
  public var startParameters: [String: String]? { parameters?.dictionary }

  /// Whether it is the head group.
  var isHead: Bool { if case .head = role { true } else { false } }

  /// The place of the ray start parameters, whether they are there or not.
  public var parametersPointer: JSONPointer { pointer.appending(path: "/rayStartParams") }

  /// What to call the group in a sentence.
  public var name: String {
    switch role {
    case .head: "the head group"
    case .worker(let name): "worker group \(name.told)"
    }
  }

  /// What cannot be read here is left to Kubernetes.
  private static func neighbourPorts(in pod: JSONElement) throws(JSONMismatch) -> [ContainerPort] {
    var ports: [ContainerPort] = []
    var others = try pod.array("containers")
    _ = others.next()
    while let container = others.next() { add(portsOf: container, to: &ports) }
    guard let first = pod.member("initContainers")?.elements else { return ports }
    for container in first where container.member("restartPolicy")?.isString("Always") == true {
      add(portsOf: container, to: &ports)
    }
    return ports
  }

  private static func add(portsOf container: JSONElement, to ports: inout [ContainerPort]) {
    guard let stated = container.member("ports")?.elements else { return }
    for element in stated {
      if let port = ContainerPort(lenient: element), port.transport == .tcp { ports.append(port) }
    }
  }

  /// KubeRay takes the key in any case (`addResourceToRayStartParams`, `common/pod.go`).
  private static func cpus(in resources: JSONElement?) throws(JSONMismatch) -> Int? {
    guard let members = resources?.members else { return nil }
    for (key, value) in members where key.utf8.count == 3 && key.lowercased() == "cpu" { return try value.wholeCPUs() }
    return nil
  }
}
