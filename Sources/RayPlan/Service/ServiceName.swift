public import JSON

private import COpenSSL

/// The name of a cluster's headless Service.
///
/// It is a function of the cluster's name and of its nodes' addresses, so that the patch, the Service and every caller
/// that looks for the Service agree.
public struct ServiceName: Hashable, Sendable {
  /// The name if it is known before the pod runs.
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

  /// The Service's name, or `nil` if the cluster's is made later and may come out too long to fit.
  ///
  /// - Parameter addresses: the values of `node-ip-address` that the cluster has, which tell its pods the Service. They
  ///   are read if the name is long.
  public init?(of cluster: RayCluster.Name, addresses: @autoclosure () -> [String] = []) {
    switch cluster {
    case .known(let name):
      let service = ServiceName.fitting(name, addresses)
      known = service
      inPod = service
    case .generated(let prefix):
      let length = prefix.utf8.count + ServiceName.generatedCharacters + ServiceName.suffix.utf8.count
      guard length <= ServiceName.longest else { return nil }
      known = nil
      inPod = ServiceName.generated
    }
  }

  /// The Service's name for a RayCluster. Only the cluster's name and its addresses need to be readable.
  public init?(ofStored cluster: JSONElement, named name: String) {
    self.init(of: .known(name), addresses: ServiceName.addresses(in: cluster))
  }

  private static func addresses(in cluster: JSONElement) -> [String] {
    let spec = cluster.member("spec")
    var groups = spec?.member("workerGroupSpecs")?.elements.map { Array($0) } ?? []
    if let head = spec?.member("headGroupSpec") { groups.append(head) }
    return groups.compactMap { $0.member("rayStartParams")?.member("node-ip-address")?.string }
  }

  /// The whole name if it fits; else its beginning and a part of a hash of the whole, so that no two come out alike.
  ///
  /// Nobody can find a name whose hash is another's. Of clusters that were managed before that was so, the addresses
  /// have the older name, and it stays.
  private static func fitting(_ name: String, _ addresses: () -> [String]) -> String {
    let whole = name + suffix
    guard whole.utf8.count > longest else { return whole }
    let older = cut(name, with: fnv1a(name))
    let isOlder = addresses().contains { $0.contains(bytesOf: ".\(older).") }
    guard !isOlder, let hash = SHA256.beginning(of: name, digits: 16) else { return older }
    return cut(name, with: hash)
  }

  private static func cut(_ name: String, with hash: String) -> String {
    "\(name.prefix(longest - suffix.utf8.count - hash.utf8.count - 1))-\(hash)\(suffix)"
  }

  /// FNV-1a, ten digits to the base 36.
  private static func fnv1a(_ text: String) -> String {
    let digits = String(FNV1a(of: text).hash % 3_656_158_440_062_976, radix: 36)
    return String(repeating: "0", count: 10 - digits.count) + digits
  }
}

extension RayCluster {
  /// The name of its Service.
  ///
  /// - Parameter own: what is Raymesh's in it, if it runs: Raymesh restores an address that a writer has dropped.
  func serviceName(keeping own: OwnParameters?) -> ServiceName? {
    ServiceName(
      of: name, addresses: groups.compactMap { $0.parameter(.nodeIPAddress) } + (own?.values(of: .nodeIPAddress) ?? []))
  }
}

/// FNV-1a in 64 bits, the same on every machine and in every version. Anyone can find two texts with one hash.
package struct FNV1a {
  /// The hash of what has been added.
  package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  /// The hash of a text, to which more can be added.
  package init(of text: String = "") { add(text) }

  /// Adds the bytes of a text.
  package mutating func add(_ text: String) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  }
}

/// SHA-256 (FIPS 180-4), of OpenSSL.
enum SHA256 {
  /// The beginning of a text's digest, in lowercase hexadecimal digits: what `printf %s TEXT | sha256sum` prints.
  ///
  /// - Parameter digits: how many, at most 64.
  static func beginning(of text: String, digits: Int) -> String? {
    let bytes = Array(text.utf8)
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard unsafe EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else { return nil }
    let hex = digest.prefix(Int(count)).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return String(hex.joined().prefix(digits))
  }
}

/// The rules for names that end up in a host name (and so, here, in a shell word).
enum DNSName {
  /// A label that Services may be called after (RFC 1035): lower case letters, digits and `-`, a letter first.
  static func isServiceName(_ name: String, longest: Int = 63) -> Bool {
    guard let first = name.utf8.first, isLetter(first) else { return false }
    return isLabel(name, longest: longest)
  }

  /// A label as namespaces have it (RFC 1123): as above, but a digit may come first.
  static func isLabel(_ name: String, longest: Int = 63) -> Bool {
    let bytes = name.utf8Span.span
    guard !bytes.isEmpty, bytes.count <= longest, bytes[0] != UInt8(ascii: "-"),
      bytes[bytes.count - 1] != UInt8(ascii: "-")
    else { return false }
    for index in bytes.indices {
      let byte = bytes[index]
      guard isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") else { return false }
    }
    return true
  }

  /// The longest name that DNS has, as it is written (RFC 1035 section 2.3.4).
  static let longestDomain = 253

  /// Labels with dots between them, at most 253 characters.
  static func isDomain(_ name: String) -> Bool {
    name.utf8.count <= longestDomain
      && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel(String($0)) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
