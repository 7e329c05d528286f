internal import JSON
internal import Kubernetes
internal import Names
internal import TLS

/// What is where the Secret should be.
enum FoundSecret {
  case absent
  /// Something that certificates cannot be read from, and why; ours where it is empty, or carries our label.
  case unusable(String, isOurs: Bool)
  case usable(StoredCertificates, asked: RotationRequest?)
}

/// What an operator asks for, by the annotation `raymesh.io/rotate` on the Secret.
enum RotationRequest: String, CaseIterable {
  /// A new authority, and then a certificate of it.
  case authority
  /// A new serving certificate.
  case certificate
}

/// A Secret as it was read, to be written over.
struct SecretRecord {
  private let object: JSONValue
  let found: FoundSecret
  /// What the annotation says that asks for nothing we know.
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

  /// A value that is no base64 counts as empty: an API server gives none.
  private static func data(of object: JSONValue) -> [String: [UInt8]] {
    guard let data = object["data"]?.object else { return [:] }
    let entries = data.members.map { ($0.key, $0.value.string.flatMap { Base64.bytes($0) } ?? []) }
    return Dictionary(entries) { first, _ in first }
  }

  /// Returns the Secret with other certificates and everything else as it was read. Its resource version makes a write
  /// in between a conflict. The rotation request is removed, as this write fulfills it.
  ///
  /// - Throws: `TLSError` where OpenSSL has no memory.
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

  /// A Secret that is not there yet.
  ///
  /// - Throws: `TLSError` where OpenSSL has no memory.
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
