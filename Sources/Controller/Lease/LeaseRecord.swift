internal import JSON
internal import Kubernetes

/// What a Lease says about who leads (`coordination.k8s.io/v1`, `LeaseSpec`).
struct LeaseRecord: Hashable, Sendable {
  /// Who leads; empty where nobody does.
  let holder: String
  let seconds: Int
  /// When the holder came to lead, and when it last said so, as it wrote them.
  let acquired: String
  let renewed: String
  let transitions: Int

  init(holder: String, seconds: Int, acquired: String, renewed: String, transitions: Int) {
    (self.holder, self.seconds, self.transitions) = (holder, seconds, transitions)
    (self.acquired, self.renewed) = (acquired, renewed)
  }

  /// Reads a Lease; what it does not say counts as nothing.
  init(_ lease: JSONElement) {
    let spec = lease.member("spec")
    holder = spec?.member("holderIdentity")?.string ?? ""
    seconds = spec?.member("leaseDurationSeconds")?.integer ?? 0
    acquired = spec?.member("acquireTime")?.string ?? ""
    renewed = spec?.member("renewTime")?.string ?? ""
    transitions = spec?.member("leaseTransitions")?.integer ?? 0
  }

  /// The Lease as it is written.
  ///
  /// - Parameter version: of the Lease that was read: another's write in between is a conflict.
  func object(_ key: ObjectKey, replacing version: String?) -> JSONValue {
    var metadata: JSONObject = JSONObject()
    metadata["name"] = .string(key.name)
    metadata["namespace"] = .string(key.namespace)
    if let version { metadata["resourceVersion"] = .string(version) }
    var spec = JSONObject()
    spec["holderIdentity"] = .string(holder)
    spec["leaseDurationSeconds"] = .integer(Int64(seconds))
    spec["acquireTime"] = .string(acquired)
    spec["renewTime"] = .string(renewed)
    spec["leaseTransitions"] = .integer(Int64(transitions))
    return [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": .object(metadata), "spec": .object(spec),
    ]
  }
}
