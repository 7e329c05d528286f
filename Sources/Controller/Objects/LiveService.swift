internal import JSON
internal import Kubernetes
internal import RayMesh

/// What is kept of a Service: all that a decision about it depends on.
struct LiveService: Hashable, Sendable {
  let identity: ObjectIdentity
  /// Whether it carries Raymesh's label.
  let isOurs: Bool
  /// Whether its owner wants Raymesh to take it over.
  let asksForAdoption: Bool
  let ports: [LivePort]
  let selector: [String: String]
  let isHeadless: Bool
  let publishesNotReady: Bool
  let exportTo: String?
  /// What is written down about its ports.
  let record: PortRecord?
  /// The uids of its owners.
  let owners: Set<String>

  static let label = (key: "app.kubernetes.io/managed-by", value: "raymesh")
  static let adopt = "raymesh.io/adopt"

  /// - Throws: `JSONMismatch` where the object is no Service of an API server.
  init(_ object: JSONElement) throws(JSONMismatch) {
    identity = try ObjectIdentity(of: object)
    let metadata = try object.requiredObject("metadata")
    let annotations = try metadata.object("annotations")
    isOurs = metadata.member("labels")?.member("app.kubernetes.io/managed-by")?.string == LiveService.label.value
    asksForAdoption = annotations?.member("raymesh.io/adopt")?.string == "true"
    exportTo = annotations?.member("networking.istio.io/exportTo")?.string
    record = annotations?.member("raymesh.io/ports")?.string.flatMap { PortRecord($0) }
    let references = try metadata.array("ownerReferences")
    owners = Set(references.compactMap { $0.member("uid")?.string })
    let spec = try object.requiredObject("spec")
    isHeadless = spec.member("clusterIP")?.string == "None"
    publishesNotReady = spec.member("publishNotReadyAddresses")?.bool ?? false
    var selector: [String: String] = [:]
    if let members = try spec.object("selector")?.members {
      for (key, value) in members { selector[key] = value.string }
    }
    self.selector = selector
    ports = try spec.array("ports").map { element throws(JSONMismatch) in try LivePort(element) }
  }
}

/// A port of a Service as it is in the cluster, whoever wrote it.
struct LivePort: Hashable, Sendable {
  let name: String
  let number: Int
  let transport: String
  let appProtocol: String?

  /// What a Service may list once (`ServiceSpec.ports`, a map by port and protocol).
  struct Place: Hashable, Sendable {
    let number: Int
    let transport: String
  }

  var place: Place { Place(number: number, transport: transport) }

  init(name: String, number: Int, transport: String = "TCP", appProtocol: String?) {
    (self.name, self.number, self.transport, self.appProtocol) = (name, number, transport, appProtocol)
  }

  init(_ port: ServicePort) {
    self.init(
      name: port.name, number: Int(port.port.number), transport: port.transport.rawValue,
      appProtocol: port.appProtocol?.rawValue)
  }

  init(_ element: JSONElement) throws(JSONMismatch) {
    guard let number = element.member("port")?.integer else { throw element.missing("port", expected: "a number") }
    self.init(
      name: try element.string("name") ?? "", number: number, transport: try element.string("protocol") ?? "TCP",
      appProtocol: try element.string("appProtocol"))
  }

  /// The port as Kubernetes writes it.
  var value: JSONValue {
    var value = JSONObject()
    value["name"] = .string(name)
    value["port"] = .integer(Int64(number))
    value["protocol"] = .string(transport)
    if let appProtocol { value["appProtocol"] = .string(appProtocol) }
    return .object(value)
  }
}
