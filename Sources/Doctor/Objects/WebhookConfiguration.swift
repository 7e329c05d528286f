internal import JSON
internal import Kubernetes
internal import Names

/// The parts of a `MutatingWebhookConfiguration` that decide whether API servers call Raymesh and trust it.
struct WebhookConfiguration: Sendable {
  let name: String
  let entries: [Entry]

  /// A webhook of the configuration.
  struct Entry: Sendable {
    let name: String
    let target: Target
    /// The trusted CAs as PEM; empty if none is given.
    let bundle: [UInt8]
    let failurePolicy: String
    let reinvocationPolicy: String
    let matchPolicy: String
    let timeoutSeconds: Int
    let rules: [Rule]
    let namespaces: LabelSelector
    let objects: LabelSelector
    let hasConditions: Bool
  }

  /// The address of a webhook.
  enum Target: Hashable, Sendable {
    case service(namespace: String, name: String, port: Int, path: String)
    case url(String)
  }

  /// A rule that says what a webhook is called for.
  struct Rule: Sendable {
    let groups: Set<String>
    let versions: Set<String>
    let resources: Set<String>
    let operations: Set<String>
    let scope: String
  }

  init(_ object: JSONElement) throws(JSONMismatch) {
    name = object.name
    var entries: [Entry] = []
    for element in try object.array("webhooks") { entries.append(try Entry(element)) }
    self.entries = entries
  }

  /// The Service that the API server calls, from the first webhook that has one.
  var service: (namespace: String, name: String, port: Int)? {
    for entry in entries {
      if case .service(let namespace, let name, let port, _) = entry.target { return (namespace, name, port) }
    }
    return nil
  }

  /// Whether the webhook is called when a RayCluster is created in a namespace with these labels.
  func reviewsClusters(in labels: [String: String]) -> Bool {
    entries.contains { $0.isAsked(about: "rayclusters", when: "CREATE") && $0.namespaces.matches(labels) }
  }
}

extension WebhookConfiguration.Entry {
  fileprivate init(_ element: JSONElement) throws(JSONMismatch) {
    name = try element.requiredString("name")
    let client = try element.requiredObject("clientConfig")
    target = try WebhookConfiguration.Target(client)
    bundle = client.member("caBundle")?.string.flatMap { Base64.bytes($0) } ?? []
    failurePolicy = try element.string("failurePolicy") ?? "Fail"
    reinvocationPolicy = try element.string("reinvocationPolicy") ?? "Never"
    matchPolicy = try element.string("matchPolicy") ?? "Equivalent"
    timeoutSeconds = element.member("timeoutSeconds")?.integer ?? 10
    namespaces = try element.object("namespaceSelector").map(LabelSelector.init) ?? .everything
    objects = try element.object("objectSelector").map(LabelSelector.init) ?? .everything
    hasConditions = try element.array("matchConditions").first != nil
    var rules: [WebhookConfiguration.Rule] = []
    for rule in try element.array("rules") {
      rules.append(
        WebhookConfiguration.Rule(
          groups: try rule.words("apiGroups"), versions: try rule.words("apiVersions"),
          resources: try rule.words("resources"), operations: try rule.words("operations"),
          scope: try rule.string("scope") ?? "*"))
    }
    self.rules = rules
  }

  /// Whether a rule matches an operation on a resource.
  func isAsked(about resource: String, when operation: String) -> Bool {
    rules.contains { rule in
      !rule.resources.isDisjoint(with: [resource, "*", "*/*"]) && !rule.operations.isDisjoint(with: [operation, "*"])
        && !rule.groups.isDisjoint(with: [resource == "services" ? "" : APIGroup.ray, "*"]) && rule.scope != "Cluster"
    }
  }
}

extension WebhookConfiguration.Target {
  fileprivate init(_ client: JSONElement) throws(JSONMismatch) {
    guard let service = try client.object("service") else {
      self = .url(try client.requiredString("url"))
      return
    }
    self = .service(
      namespace: try service.requiredString("namespace"), name: try service.requiredString("name"),
      port: service.member("port")?.integer ?? 443, path: try service.string("path") ?? "/")
  }

  /// The host name that the serving certificate must have.
  var host: String {
    switch self {
    case .service(let namespace, let name, _, _): return "\(name).\(namespace).svc"
    case .url(let text):
      let place = text.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
      if place.hasPrefix("[") { return String(place.dropFirst().prefix { $0 != "]" }) }
      return String(place.prefix { $0 != ":" })
    }
  }

  /// The path that is called.
  var path: String {
    switch self {
    case .service(_, _, _, let path): return path
    case .url(let text):
      let place = text.drop { $0 != "/" }.drop { $0 == "/" }
      return String(place.drop { $0 != "/" }.prefix { $0 != "?" })
    }
  }
}

extension JSONElement {
  /// Returns the strings of an array.
  fileprivate func words(_ key: StaticString) throws(JSONMismatch) -> Set<String> {
    Set(try array(key).compactMap(\.string))
  }
}
