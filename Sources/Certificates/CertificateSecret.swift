internal import JSON
internal import Kubernetes
internal import Names
internal import TLS
internal import Transport

/// The Secret in the API server. Every write names the version it follows, so of two replicas that write at once one
/// gets a conflict.
struct SecretStore {
  let key: ObjectKey

  /// Reads the Secret. Returns `nil` if there is none.
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

  /// Returns the watch of the Secret's metadata. The keys themselves are only read in a round.
  func watched(_ touched: @escaping @Sendable () -> Void) -> WatchedResource {
    WatchedResource(
      name: "secrets", paths: [path()], selector: .name(key.name), isMetadataOnly: true, changed: { _ in touched() },
      deleted: { _ in touched() }, listed: { _ in touched() })
  }

  private func path(_ name: String? = nil) -> String {
    "/api/v1/namespaces/\(key.namespace)/secrets\(name.map { "/\($0)" } ?? "")"
  }
}

/// What exists under the name of the Secret.
enum FoundSecret {
  case absent
  /// A Secret without usable certificates, and the reason. It is ours if it is empty or carries our label.
  case unusable(String, isOurs: Bool)
  case usable(StoredCertificates, asked: RotationRequest?)
}

/// What an operator requests by the annotation `raymesh.io/rotate` on the Secret.
enum RotationRequest: String, CaseIterable {
  /// A new authority, and then a certificate from it.
  case authority
  /// A new serving certificate.
  case certificate
}

/// A Secret as it was read, to be replaced.
struct SecretRecord {
  private let object: JSONValue
  let found: FoundSecret
  /// The value of the annotation if it is not a known request.
  let oddRequest: String?

  init(_ secret: JSONElement) {
    object = JSONValue(secret)
    let request = object["metadata"]?["annotations"]?[Annotation.rotate]?.string
    let asked = request.flatMap { RotationRequest(rawValue: $0) }
    oddRequest = asked == nil ? request : nil
    let data = SecretRecord.data(of: object)
    do throws(TLSError) {
      found = .usable(try StoredCertificates(data), asked: asked)
    } catch {
      let isLabelled = object["metadata"]?["labels"]?[Label.managedBy]?.string == WellKnown.program
      found = .unusable("\(error)", isOurs: isLabelled || data.isEmpty)
    }
  }

  /// Returns the Secret's data. A value that is not base64 counts as empty, as API servers send none.
  private static func data(of object: JSONValue) -> [String: [UInt8]] {
    guard let data = object["data"]?.object else { return [:] }
    let entries = data.members.map { ($0.key, $0.value.string.flatMap { Base64.bytes($0) } ?? []) }
    return Dictionary(entries) { first, _ in first }
  }

  /// Returns the Secret with other certificates and everything else as it was read. Its resource version makes a write
  /// in between a conflict. The rotation request is removed, as this write fulfills it.
  ///
  /// - Throws: `TLSError` if OpenSSL has no memory.
  func replaced(by stored: StoredCertificates) throws(TLSError) -> JSONValue {
    let written = try stored.data()
    var (object, data) = (object.object ?? JSONObject(), object["data"]?.object ?? JSONObject())
    for entry in SecretEntry.allCases {
      data[entry.rawValue] = written[entry].map { .string(Base64.text($0)) }
    }
    object["data"] = .object(data)
    var metadata = object["metadata"]?.object ?? JSONObject()
    var labels = metadata["labels"]?.object ?? JSONObject()
    labels[Label.managedBy] = WellKnown.program
    metadata["labels"] = .object(labels)
    if var annotations = metadata["annotations"]?.object {
      annotations[Annotation.rotate] = nil
      metadata["annotations"] = .object(annotations)
    }
    object["metadata"] = .object(metadata)
    return .object(object)
  }

  /// Returns a new Secret.
  ///
  /// - Throws: `TLSError` if OpenSSL has no memory.
  static func made(_ key: ObjectKey, of stored: StoredCertificates) throws(TLSError) -> JSONValue {
    var data = JSONObject()
    for (entry, bytes) in try stored.data().sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      data[entry.rawValue] = .string(Base64.text(bytes))
    }
    return [
      "apiVersion": "v1", "kind": "Secret", "type": WellKnown.tlsSecret,
      "metadata": [
        "name": .string(key.name), "namespace": .string(key.namespace),
        "labels": [Label.name: WellKnown.program, Label.managedBy: WellKnown.program],
      ],
      "data": .object(data),
    ]
  }
}
