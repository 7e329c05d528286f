internal import JSON
internal import Kubernetes
internal import Transport

/// The Secret in the API server. Every write says what it follows, so of two replicas that write at once one is told
/// that it has come too late.
struct SecretStore {
  let key: ObjectKey

  /// What is there; `nil` where nothing is.
  func read(_ client: KubernetesClient) async throws(KubernetesError) -> SecretRecord? {
    do throws(KubernetesError) {
      return SecretRecord(try await client.send(APICall(.read, path(key.name)), until: .now + Patience.call).root)
    } catch {
      guard error.status?.isNotFound == true else { throw error }
      return nil
    }
  }

  /// Writes certificates over the Secret that was read.
  func write(
    _ stored: StoredCertificates, over record: SecretRecord?, by client: KubernetesClient
  ) async throws(AuthorityError) {
    do {
      let call =
        if let record {
          APICall(.replace, path(key.name), body: try record.replaced(by: stored))
        } else {
          APICall(.create, path(), body: try SecretRecord.made(key, of: stored))
        }
      _ = try await client.send(call, until: .now + Patience.call)
    } catch let error as KubernetesError { throw .kubernetes(error) } catch { throw .certificates("\(error)") }
  }

  /// What has this one watched, by its metadata: the keys need not come again and again.
  func watched(_ touched: @escaping @Sendable () -> Void) -> WatchedResource {
    WatchedResource(
      name: "secrets", paths: [path()], selector: .name(key.name), isMetadataOnly: true, changed: { _ in touched() },
      deleted: { _ in touched() }, listed: { _ in touched() })
  }

  private func path(_ name: String? = nil) -> String {
    "/api/v1/namespaces/\(key.namespace)/secrets\(name.map { "/\($0)" } ?? "")"
  }
}
