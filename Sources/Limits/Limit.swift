/// A bound on what Raymesh reads of a peer, of an object under review or of the cluster.
///
/// Every bound is declared in this target, beside its reason. `docs/reference.md` lists them and
/// `docs/threat-model.md` says which attack each one stops; a test compares both pages with `Limit.all`.
@frozen public struct Limit: Sendable {
  /// What the bound is called in the documents, such as `worker groups`.
  public let name: StaticString
  /// The largest number that is accepted.
  public let value: Int
  /// What the number counts, such as `bytes`; empty where the name says it.
  public let unit: StaticString
  /// Why the number is not smaller, and why it is not larger.
  public let reason: StaticString

  @inlinable init(_ name: StaticString, _ value: Int, _ unit: StaticString = "", because reason: StaticString) {
    self.name = name
    self.value = value
    self.unit = unit
    self.reason = reason
  }
}

extension Limit {
  /// Every bound that is not a flag, in the order of the reference.
  public static let all = InputLimits.all + PeerLimits.all + ReviewLimits.all + ClusterLimits.all
}
