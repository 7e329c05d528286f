internal import JSON
internal import Kubernetes
internal import Names
internal import TLS
internal import Transport

/// The webhook configuration in the API server.
struct ConfigurationStore {
  let name: String

  /// Reads the configuration.
  func read(_ client: KubernetesClient) async throws(AuthorityError) -> LiveConfiguration {
    try await live(APICall(.read, path), client)
  }

  /// Writes authorities into the caBundles that have others. Returns the configuration as it is then, or `nil` if
  /// nothing had to be written.
  func repair(
    _ live: LiveConfiguration, to bundle: [UInt8], by client: KubernetesClient
  ) async throws(AuthorityError) -> LiveConfiguration? {
    guard let patch = live.repair(to: bundle) else { return nil }
    return try await self.live(APICall(.patch, path, body: patch), client)
  }

  /// Returns the watch of the configuration's metadata.
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

/// The authorities that API servers trust, as a webhook configuration lists them (`admissionregistration.k8s.io/v1`).
struct LiveConfiguration {
  /// The version of the contents. A write that changes nothing keeps it.
  let version: String
  /// The version that changes with each write.
  private let resourceVersion: String
  let webhooks: [LiveWebhook]

  /// - Throws: `JSONMismatch` if the object is not an API server's.
  init(_ configuration: JSONElement) throws(JSONMismatch) {
    let metadata = try configuration.requiredObject("metadata")
    resourceVersion = try metadata.requiredString("resourceVersion")
    let generation = metadata.member("generation")?.integer.map(String.init) ?? resourceVersion
    // A configuration that is created again starts with the generations of the old one.
    version = "\(metadata.member("uid")?.string ?? "")/\(generation)"
    webhooks = try configuration.array("webhooks").map { webhook throws(JSONMismatch) in try LiveWebhook(webhook) }
  }

  /// The authorities that stand in every caBundle.
  var common: [Certificate] {
    guard let first = webhooks.first else { return [] }
    return first.authorities.filter { authority in
      let fingerprint = authority.fingerprint
      return webhooks.dropFirst().allSatisfy { $0.authorities.contains { $0.fingerprint == fingerprint } }
    }
  }

  /// Whether every caBundle is empty.
  var isEmpty: Bool { webhooks.allSatisfy { $0.authorities.isEmpty } }

  /// Returns a JSON Patch that replaces every other caBundle by this one, or `nil` if there is none.
  ///
  /// The patch is for the version that was read, and a conflict for any other. The configuration is read before the
  /// Secret, and written after it. A replica that has read an old Secret therefore gets a conflict, and cannot undo
  /// what another has published.
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

  /// Returns why an API server would reject a server with this certificate, or `nil` if it would not.
  ///
  /// - Throws: `TLSError` if OpenSSL has no memory.
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

/// The host of one webhook, and the authorities that are trusted for it (`WebhookClientConfig`).
struct LiveWebhook {
  let name: String
  /// The host that the API server's TLS expects; `nil` if it cannot be told.
  let host: CertificateHost?
  /// The caBundle as it is written, in base64.
  let bundle: String
  /// The authorities in it; none if it cannot be read, as the API server then trusts none either.
  let authorities: [Certificate]

  init(_ webhook: JSONElement) throws(JSONMismatch) {
    name = try webhook.requiredString("name")
    let client = try webhook.requiredObject("clientConfig")
    bundle = try client.string("caBundle") ?? ""
    let pem = NamedPEM(Base64.bytes(bundle) ?? [], named: "caBundle")
    authorities = (try? pem.certificates()) ?? []
    if let service = client.member("service") {
      // The API server uses this name (`apiserver/pkg/util/webhook/client.go`).
      let (name, namespace) = (try service.requiredString("name"), try service.requiredString("namespace"))
      host = CertificateHost("\(name).\(namespace).svc")
    } else {
      host = try client.string("url").flatMap(LiveWebhook.host)
    }
  }

  /// Returns the host of `https://host:port/path`.
  private static func host(of url: String) -> CertificateHost? {
    let scheme = "https://"
    guard url.hasPrefix(scheme) else { return nil }
    let place = String(url.dropFirst(scheme.count).prefix { $0 != "/" })
    return CertificateHost((Endpoint(place) ?? Endpoint("\(place):443"))?.host ?? place)
  }
}
