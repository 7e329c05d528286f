internal import JSON
internal import Kubernetes
internal import Names
internal import TLS
internal import Transport

/// The webhook configuration in the API server.
struct ConfigurationStore {
  let name: String

  /// What it says.
  func read(_ client: KubernetesClient) async throws(AuthorityError) -> LiveConfiguration {
    try await live(APICall(.read, path), client)
  }

  /// Puts authorities into the caBundles that have others; gives what the configuration then says, `nil` where nothing
  /// had to be written.
  func repair(
    _ live: LiveConfiguration, to bundle: [UInt8], by client: KubernetesClient
  ) async throws(AuthorityError) -> LiveConfiguration? {
    guard let patch = live.repair(to: bundle) else { return nil }
    return try await self.live(APICall(.patch, path, body: patch), client)
  }

  /// What has this one watched.
  func watched(_ touched: @escaping @Sendable () -> Void) -> WatchedResource {
    WatchedResource(
      name: "mutatingwebhookconfigurations", paths: [ConfigurationStore.collection], selector: .name(name),
      isMetadataOnly: true, changed: { _ in touched() }, deleted: { _ in touched() }, listed: { _ in touched() })
  }

  private func live(_ call: APICall, _ client: KubernetesClient) async throws(AuthorityError) -> LiveConfiguration {
    do {
      return try LiveConfiguration(try await client.send(call, until: .now + Patience.call).root)
    } catch let error as KubernetesError { throw .kubernetes(error) } catch { throw .certificates("\(error)") }
  }

  private static let collection = "/apis/\(APIVersion<String>.admissionRegistration)/mutatingwebhookconfigurations"
  private var path: String { "\(ConfigurationStore.collection)/\(name)" }
}

/// Whom API servers trust, as the webhook configuration says it (`admissionregistration.k8s.io/v1`).
struct LiveConfiguration {
  /// What changes with each change of it, and not with a write that changes nothing.
  let version: String
  /// What changes with each write.
  private let resourceVersion: String
  let webhooks: [LiveWebhook]

  /// - Throws: `JSONMismatch` where it is none of an API server's.
  init(_ configuration: JSONElement) throws(JSONMismatch) {
    let metadata = try configuration.requiredObject("metadata")
    resourceVersion = try metadata.requiredString("resourceVersion")
    let generation = metadata.member("generation")?.integer.map(String.init) ?? resourceVersion
    // One that is made anew begins with the generations of the old one.
    version = "\(metadata.member("uid")?.string ?? "")/\(generation)"
    webhooks = try configuration.array("webhooks").map { webhook throws(JSONMismatch) in try LiveWebhook(webhook) }
  }

  /// The authorities that stand in each caBundle.
  var common: [Certificate] {
    guard let first = webhooks.first else { return [] }
    return first.authorities.filter { authority in
      let fingerprint = authority.fingerprint
      return webhooks.dropFirst().allSatisfy { $0.authorities.contains { $0.fingerprint == fingerprint } }
    }
  }

  /// Whether API servers have been told to trust nobody.
  var isEmpty: Bool { webhooks.allSatisfy { $0.authorities.isEmpty } }

  /// What puts a caBundle where it is not: a JSON Patch, `nil` where all is well.
  ///
  /// It is for the version that was read, and a conflict for any other. The configuration is read before the Secret, and
  /// who writes the Secret writes the configuration after it: so who has read an old Secret comes too late, and cannot
  /// take back what was published meanwhile.
  func repair(to bundle: [UInt8]) -> JSONValue? {
    let text = Base64.text(bundle)
    var operations: [JSONValue] = []
    for (index, webhook) in webhooks.enumerated() where webhook.bundle != text {
      operations.append([
        "op": "add", "path": .string("/webhooks/\(index)/clientConfig/caBundle"), "value": .string(text),
      ])
    }
    let version: JSONValue = [
      "op": "replace", "path": "/metadata/resourceVersion", "value": .string(resourceVersion),
    ]
    return operations.isEmpty ? nil : .array([version] + operations)
  }

  /// Why an API server would not talk to who shows a certificate, `nil` where it would.
  ///
  /// - Throws: `TLSError` where OpenSSL has no memory.
  func problem(of certificate: Certificate, at second: Int) throws(TLSError) -> String? {
    guard !webhooks.isEmpty else { return "it has no webhooks" }
    for webhook in webhooks {
      guard let host = webhook.host else { return "\(webhook.name): neither a service nor a url says whom to ask" }
      let problem = try certificate.problem(trusting: webhook.authorities, host: host, at: second)
      if let problem { return "\(webhook.name): \(problem)" }
    }
    return nil
  }
}

/// Whom one webhook asks, and whom it trusts there (`WebhookClientConfig`).
struct LiveWebhook {
  let name: String
  /// Whom the API server's TLS expects; `nil` where it cannot be told.
  let host: CertificateHost?
  /// The caBundle as it is written, in base64.
  let bundle: String
  /// Who is in it; nobody where it cannot be read, as then the API server trusts nobody either.
  let authorities: [Certificate]

  init(_ webhook: JSONElement) throws(JSONMismatch) {
    name = try webhook.requiredString("name")
    let client = try webhook.requiredObject("clientConfig")
    bundle = try client.string("caBundle") ?? ""
    let pem = NamedPEM(Base64.bytes(bundle) ?? [], named: "caBundle")
    authorities = (try? pem.certificates()) ?? []
    if let service = client.member("service") {
      // What the API server calls it (`apiserver/pkg/util/webhook/client.go`).
      let (name, namespace) = (try service.requiredString("name"), try service.requiredString("namespace"))
      host = CertificateHost("\(name).\(namespace).svc")
    } else {
      host = try client.string("url").flatMap(LiveWebhook.host)
    }
  }

  /// The host of `https://host:port/path`.
  private static func host(of url: String) -> CertificateHost? {
    let scheme = "https://"
    guard url.hasPrefix(scheme) else { return nil }
    let place = String(url.dropFirst(scheme.count).prefix { $0 != "/" })
    return CertificateHost((Endpoint(place) ?? Endpoint("\(place):443"))?.host ?? place)
  }
}
