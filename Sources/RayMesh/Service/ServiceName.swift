/// The name of a cluster's headless Service: a function of the cluster's name alone, so that the patch, the Service
/// and whoever looks for it agree.
public struct ServiceName: Hashable, Sendable {
  /// The name where it is known before the pod runs.
  public let known: String?
  /// The name as the shell in a Ray pod reads it; KubeRay sets `RAY_CLUSTER_NAME` in every version.
  public let inPod: String

  private static let suffix = "-headless-svc"
  /// The name in a pod whose cluster's name was not known when the pod was described.
  static let generated = "${RAY_CLUSTER_NAME}\(suffix)"
  /// The longest label that DNS has (RFC 1035 section 2.3.4).
  static let longest = 63
  /// How many characters the API server puts after a `generateName` prefix.
  private static let generatedCharacters = 5

  /// The Service's name, or `nil` where the cluster's is made later and may come out too long to fit.
  public init?(of cluster: RayCluster.Name) {
    switch cluster {
    case .known(let name):
      let service = ServiceName.fitting(name)
      known = service
      inPod = service
    case .generated(let prefix):
      let length = prefix.utf8.count + ServiceName.generatedCharacters + ServiceName.suffix.utf8.count
      guard length <= ServiceName.longest else { return nil }
      known = nil
      inPod = ServiceName.generated
    }
  }

  /// The whole name where it fits; else its beginning and a hash of the whole, so that no two come out alike.
  private static func fitting(_ name: String) -> String {
    let whole = name + suffix
    guard whole.utf8.count > longest else { return whole }
    let hash = fnv1a(name)
    let kept = name.prefix(longest - suffix.utf8.count - hash.utf8.count - 1)
    return "\(kept)-\(hash)\(suffix)"
  }

  /// FNV-1a in 64 bits, ten digits to the base 36: the same on every machine and in every version.
  private static func fnv1a(_ text: String) -> String {
    let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    let digits = String(hash % 3_656_158_440_062_976, radix: 36)
    return String(repeating: "0", count: 10 - digits.count) + digits
  }
}
