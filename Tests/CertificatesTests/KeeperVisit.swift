import HTTP
import HTTPTypes
import JSON
import Kubernetes
import Logging
import TestSupport
import TLS
import Transport

@testable import Certificates

/// Keepers of certificates that run against a played API server.
struct KeeperVisit: Sendable {
  let api: PlayedAPIServer
  let endpoint: Endpoint

  static let secret = "/api/v1/namespaces/raymesh-system/secrets/raymesh-certificates"
  static let configuration =
    "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/raymesh"
  static let key = ObjectKey(namespace: "raymesh-system", name: "raymesh-certificates")

  /// Plays an API server that has a webhook configuration without caBundles, as long as `body`.
  static func with<Value: Sendable>(_ body: (KeeperVisit) async throws -> Value) async throws -> Value {
    let api = PlayedAPIServer()
    api.with { $0.put(configuration, unconfigured) }
    return try await LoopbackServer.with(api) { server in
      try await body(KeeperVisit(api: api, endpoint: server.endpoint))
    }
  }

  static var unconfigured: JSONValue {
    let client: JSONValue = ["service": ["name": "raymesh", "namespace": "raymesh-system", "path": "/mutate"]]
    return [
      "metadata": ["name": "raymesh"],
      "webhooks": [["name": "one", "clientConfig": client], ["name": "two", "clientConfig": client]],
    ]
  }

  /// Runs a replica's keeper as long as `body`, and then ends it.
  func keeping<Value: Sendable>(
    settling: Duration = Lifetimes.settling, _ body: (KeptReplica) async throws -> Value
  ) async throws -> Value {
    let loops = try EventLoopGroup(count: 1)
    let serving = ServingCertificate(protocols: [])
    var settings = CertificateKeeper.Settings(
      secret: Self.key, configuration: "raymesh", hosts: Sketch.hosts, clientAuthority: nil)
    settings.settling = settling
    let keeper = CertificateKeeper(
      settings, access: ClusterAccess(plain: endpoint), serving: serving, now: { Sketch.now }, on: loops.first,
      log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, tell: { _ in })
    let run = Task { await keeper.run() }
    let outcome: Result<Value, any Error>
    do {
      outcome = .success(try await body(KeptReplica(serving: serving, status: keeper.status)))
    } catch { outcome = .failure(error) }
    run.cancel()
    try await within("the end of the keeper") { await run.value }
    return try outcome.get()
  }

  /// What the Secret holds; an error if it cannot be used.
  func stored() throws -> StoredCertificates {
    let secret = try SecretRecord(element(api.with { $0.objects[Self.secret] }?.text ?? "{}"))
    guard case .usable(let stored, _) = secret.found else { throw NotUsable() }
    return stored
  }

  /// The caBundles, `nil` for a webhook without one.
  var bundles: [String?] {
    let webhooks = api.with { $0.objects[Self.configuration] }?["webhooks"]?.elements ?? []
    return webhooks.map { $0["clientConfig"]?["caBundle"]?.string }
  }

  /// Whether every caBundle is what the Secret says.
  func isPublished() throws -> Bool {
    let bundle = Base64.text(try stored().bundle())
    return bundles == [bundle, bundle]
  }

  /// Puts authorities into every caBundle as somebody else would.
  func publish(_ stored: StoredCertificates) throws {
    let bundle = JSONValue.string(Base64.text(try stored.bundle()))
    let webhooks = Self.unconfigured["webhooks"]?.elements ?? []
    let changed = Self.unconfigured.setting(
      ["webhooks"], .array(webhooks.map { $0.setting(["clientConfig", "caBundle"], bundle) }))
    api.with { $0.put(Self.configuration, changed) }
  }

  /// Writes certificates into the Secret as somebody else would.
  func put(_ stored: StoredCertificates, asking word: String? = nil) throws {
    var secret = try SecretRecord.made(Self.key, of: stored)
    if let word { secret = secret.setting(["metadata", "annotations", "raymesh.io/rotate"], .string(word)) }
    api.with { $0.put(Self.secret, secret) }
  }
}

/// What one replica serves.
struct KeptReplica: Sendable {
  let serving: ServingCertificate
  let status: TrustStatus

  /// Waits until API servers trust it.
  func verified() async throws {
    try await eventually("a certificate that verifies") { status.problem == nil }
  }

  /// Whether a client that trusts such authorities, and asks for the Service, is content.
  func serves(trusting stored: StoredCertificates) async throws -> Bool {
    let (served, trust) = (try serving.context, try TLSContext(trusting: stored.trusted, protocols: []))
    let answer: Response = Response(.ok, contentType: "text/plain", body: [])
    return try await LoopbackServer.with(OneAnswer(answer: answer), tls: served) { server in
      (try? await WireClient.connect(to: server.endpoint, tls: trust, host: Sketch.host.text)) != nil
    }
  }
}

/// That the Secret holds nothing to go on with.
struct NotUsable: Error {}

private struct OneAnswer: Responder {
  let answer: Response
  func respond(to request: Request) async -> Response { answer }
}
