internal import JSON
internal import Kubernetes
internal import Names

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
  /// - Parameter lease: the Lease that was read. What else it says stays, and so does its version: another's write in
  ///   between is a conflict.
  func object(_ key: ObjectKey, over lease: JSONValue?) -> JSONValue {
    var object = lease?.object ?? LeaseRecord.empty(key)
    var spec = object["spec"]?.object ?? JSONObject()
    spec["holderIdentity"] = .string(holder)
    spec["leaseDurationSeconds"] = .integer(Int64(seconds))
    spec["acquireTime"] = .string(acquired)
    spec["renewTime"] = .string(renewed)
    spec["leaseTransitions"] = .integer(Int64(transitions))
    object["spec"] = .object(spec)
    return .object(object)
  }

  private static func empty(_ key: ObjectKey) -> JSONObject {
    JSONObject([
      ("apiVersion", APIVersion.coordination), ("kind", "Lease"),
      ("metadata", ["name": .string(key.name), "namespace": .string(key.namespace)]),
    ])
  }
}
