/// A bound on what Raymesh reads of a peer, of an object under review or of the cluster.
///
/// Every bound is declared in this target, beside its reason. `docs/reference.md` lists them and
/// `docs/threat-model.md` says which attack each one stops; a test compares both pages with `Limit.all`.
@frozen public struct Limit: Sendable {
  /// What the bound is called in the documents, such as `worker groups`.
  public let name: StaticString
  /// The largest number that is accepted.
  public let value: Int
  /// What the number counts, such as `bytes`; empty if the name says it.
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

/// The bounds on files, on the command line's input and on what is written to the log.
public enum InputLimits {
  /// A certificate, a key, a list of authorities or a token.
  public static let credential = Limit(
    "a certificate, key, authority or token file", 1 << 20, "bytes",
    because: "a Secret or a ConfigMap holds at most 1 MiB")

  /// A file or standard input of a command, such as manifests, a review or a kubeconfig.
  public static let commandInput = Limit(
    "a file or standard input of a command", 64 << 20, "bytes",
    because: "a thousand RayClusters of 64 KiB fit, and an endless input ends before memory does")

  /// A log line.
  public static let logLine = Limit(
    "a log line", 16 << 10, "bytes", because: "containerd splits longer lines, and half a JSON object is none")

  /// The bounds in the order of the reference.
  public static let all = [credential, commandInput, logLine]
}
