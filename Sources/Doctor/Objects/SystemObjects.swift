internal import JSON
internal import Kubernetes

/// A Deployment of Raymesh's: the webhook's, the controller's, or one that has both in its pods.
struct RaymeshDeployment: Hashable, Sendable {
  let name: String
  /// Whether it answers reviews.
  let isWebhook: Bool
  /// Whether it applies Services.
  let isController: Bool
  /// How many replicas are ready; `nil` if nothing has reported it yet.
  let ready: Int?
  /// Where what it serves with comes from.
  let certificate: CertificateSource

  /// Where a serving certificate is, and who puts it there.
  enum CertificateSource: Hashable, Sendable {
    /// In one of the Secrets that the pods mount.
    case mounted([String])
    /// In a Secret of its own making.
    case own(String)

    /// The Secrets to look into.
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
    // The first word that is a command: a later one may be the value of a flag.
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

  /// The Secrets of some volumes, of all where none of these has one.
  private static func secrets(of pod: JSONElement?, at names: Set<String>) throws(JSONMismatch) -> [String] {
    let volumes = try pod?.array("volumes").map(\.self) ?? []
    let secret = { (volume: JSONElement) in volume.member("secret")?.member("secretName")?.string }
    let named = volumes.filter { names.contains($0.member("name")?.string ?? "") }.compactMap(secret)
    return named.isEmpty ? volumes.compactMap(secret) : named
  }
}

extension [JSONElement] {
  /// What a flag says, or else its variable; `nil` where neither is given.
  fileprivate func setting(_ flag: String, _ variable: StaticString) throws(JSONMismatch) -> String? {
    let words = try words("command") + words("args")
    for (index, word) in words.enumerated() {
      if word == flag, index + 1 < words.count { return words[index + 1] }
      if word.hasPrefix("\(flag)=") { return String(word.dropFirst(flag.count + 1)) }
    }
    return try variables(variable).first { !$0.isEmpty }
  }

  /// The volumes that are mounted above a file.
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
