internal import JSON
internal import Kubernetes

/// A Deployment of Raymesh: of the webhook, of the controller, or of both in one pod.
struct RaymeshDeployment: Hashable, Sendable {
  let name: String
  /// Whether it serves the webhook.
  let isWebhook: Bool
  /// Whether it runs the controller.
  let isController: Bool
  /// The number of ready replicas; `nil` if the status has not been reported yet.
  let ready: Int?
  /// The source of its serving certificate.
  let certificate: CertificateSource

  /// The source of a serving certificate.
  enum CertificateSource: Hashable, Sendable {
    /// It is in one of these Secrets, which the pods mount.
    case mounted([String])
    /// It is in a Secret that Raymesh creates.
    case own(String)

    /// The Secrets that may contain it.
    var secrets: [String] {
      switch self {
      case .mounted(let names): names
      case .own(let name): [name]
      }
    }
  }

  init(_ object: JSONElement) throws(JSONMismatch) {
    name = object.name
    let pod = object.member("spec")?.member("template")?.member("spec")
    let containers = try pod?.array("containers").map(\.self) ?? []
    let words = try containers.words("command") + containers.words("args")
    let variables = try containers.variables("RAYMESH_CONTROLLER")
    // The first word that is a command counts: a later one may be the value of a flag.
    isWebhook = words.first { ["serve", "control"].contains($0) } != "control"
    isController = !isWebhook || words.contains("--controller") || variables.contains("true")
    let status = object.member("status")
    ready = status?.member("replicas") == nil ? nil : status?.member("readyReplicas")?.integer ?? 0
    guard isWebhook else {
      certificate = .mounted([])
      return
    }
    if try containers.setting("--certificates", "RAYMESH_CERTIFICATES") == "self-managed" {
      let secret = try containers.setting("--certificate-secret", "RAYMESH_CERTIFICATE_SECRET")
      certificate = .own(secret ?? "raymesh-certificates")
    } else {
      let file = try containers.setting("--tls-certificate", "RAYMESH_TLS_CERTIFICATE") ?? ""
      certificate = .mounted(try RaymeshDeployment.secrets(of: pod, at: containers.volumes(of: file)))
    }
  }

  /// Returns the Secrets of the named volumes, or of all volumes if these have none.
  private static func secrets(of pod: JSONElement?, at names: Set<String>) throws(JSONMismatch) -> [String] {
    let volumes = try pod?.array("volumes").map(\.self) ?? []
    let secret = { (volume: JSONElement) in volume.member("secret")?.member("secretName")?.string }
    let named = volumes.filter { names.contains($0.member("name")?.string ?? "") }.compactMap(secret)
    return named.isEmpty ? volumes.compactMap(secret) : named
  }
}

extension [JSONElement] {
  /// Returns the value of a flag, otherwise of its variable; `nil` if neither is given.
  fileprivate func setting(_ flag: String, _ variable: StaticString) throws(JSONMismatch) -> String? {
    let words = try words("command") + words("args")
    for (index, word) in words.enumerated() {
      if word == flag, index + 1 < words.count { return words[index + 1] }
      if word.hasPrefix("\(flag)=") { return String(word.dropFirst(flag.count + 1)) }
    }
    return try variables(variable).first { !$0.isEmpty }
  }

  /// Returns the volumes that are mounted above a file.
  fileprivate func volumes(of file: String) throws(JSONMismatch) -> Set<String> {
    var names: Set<String> = []
    for container in self {
      for mount in try container.array("volumeMounts") {
        guard let path = mount.member("mountPath")?.string, file.hasPrefix(path.hasSuffix("/") ? path : "\(path)/"),
          let name = mount.member("name")?.string
        else { continue }
        names.insert(name)
      }
    }
    return names
  }
}

/// The version of the API server.
struct KubernetesVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  let major: Int
  let minor: Int

  init(major: Int = 1, minor: Int) { (self.major, self.minor) = (major, minor) }

  /// Reads the response of `/version`. Some providers write `28+`.
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

/// A Secret with a serving certificate. The key is not read.
struct ServingSecret: Hashable, Sendable {
  let name: String
  let namespace: String
  /// The chain as PEM; empty if there is none.
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

/// The number of a Service's pods that are ready, and that are not.
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

/// The leader that applies Services, according to the Lease.
struct LeaseState: Hashable, Sendable {
  let holder: String
  /// The time of the last renewal, as the holder wrote it; empty if it never has.
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
