internal import JSON
internal import Kubernetes
internal import Names
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
