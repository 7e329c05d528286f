internal import JSON
internal import Kubernetes

/// The version of the API server.
struct KubernetesVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  let major: Int
  let minor: Int

  init(major: Int = 1, minor: Int) { (self.major, self.minor) = (major, minor) }

  /// Reads `/version`. Some providers write `28+`.
  init(_ object: JSONElement) throws(JSONMismatch) {
    let texts = (try object.requiredString("major"), try object.requiredString("minor"))
    guard let major = Int(texts.0.prefix { $0.isNumber }), let minor = Int(texts.1.prefix { $0.isNumber }) else {
      throw object.mismatch(expected: "major and minor as numbers")
    }
    self.init(major: major, minor: minor)
  }

  var description: String { "\(major).\(minor)" }

  static func < (one: Self, other: Self) -> Bool { (one.major, one.minor) < (other.major, other.minor) }
}

/// The serving certificate as a Secret has it. The key is not looked at.
struct ServingSecret: Hashable, Sendable {
  let name: String
  let namespace: String
  /// The chain as PEM, empty where there is none.
  let chain: [UInt8]

  init(_ object: JSONElement) {
    (name, namespace) = (object.name, object.namespace)
    let text = object.member("data")?.member("tls.crt")?.string ?? ""
    chain = Base64.bytes(text) ?? []
  }
}

/// The Service that the API server calls.
struct WebhookService: Hashable, Sendable {
  let ports: [Int]

  init(_ object: JSONElement) throws(JSONMismatch) {
    ports = try object.requiredObject("spec").array("ports").compactMap { $0.member("port")?.integer }
  }
}

/// Which of a Service's pods answer.
struct WebhookEndpoints: Hashable, Sendable {
  let ready: Int
  let notReady: Int

  init(_ object: JSONElement) throws(JSONMismatch) {
    var (ready, notReady) = (0, 0)
    for subset in try object.array("subsets") {
      ready += try subset.array("addresses").reduce(0) { count, _ in count + 1 }
      notReady += try subset.array("notReadyAddresses").reduce(0) { count, _ in count + 1 }
    }
    (self.ready, self.notReady) = (ready, notReady)
  }
}

/// Who applies Services, as the Lease says.
struct LeaseState: Hashable, Sendable {
  let holder: String
  /// When the holder last said so, as it wrote it; empty where it never has.
  let renewed: String

  init(_ object: JSONElement) {
    let spec = object.member("spec")
    holder = spec?.member("holderIdentity")?.string ?? ""
    renewed = spec?.member("renewTime")?.string ?? ""
  }
}

/// A namespace and its labels.
struct NamespaceState: Hashable, Sendable {
  let name: String
  let labels: [String: String]
  let isEnding: Bool

  init(_ object: JSONElement) {
    (name, labels) = (object.name, object.labels)
    isEnding = object.member("metadata")?.member("deletionTimestamp") != nil
  }
}
