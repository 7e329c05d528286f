/// The major and minor number of a Ray release, read out of free text such as `2.10.0-aarch64` or `v2.48`.
public struct RayVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The first number.
  public let major: Int
  /// The second number.
  public let minor: Int

  /// A version by its numbers.
  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The version that a text begins with, after an optional `v`; `nil` if it names none, as `nightly` does.
  public init?(_ text: String) { self.init(text.utf8Span.span) }

  /// The version that an image's tag begins with: `2.52.0-py310` is 2.52. `nil` if it names no version of Ray's:
  /// `1.4.0` and `2026.11` are somebody's own. No Ray that KubeRay starts is below 2, and years are above 9.
  init?(tag: Substring) {
    self.init(String(tag))
    guard (2...9).contains(major) else { return nil }
  }

  private init?(_ text: Span<UInt8>) {
    let numbers = text.extracting((text.isEmpty || text[0] != UInt8(ascii: "v") ? 0 : 1)...)
    let point = numbers.leadingDigits
    guard point < numbers.count, numbers[point] == UInt8(ascii: ".") else { return nil }
    let rest = numbers.extracting((point + 1)...)
    guard let major = Int(digits: numbers.extracting(..<point)),
      let minor = Int(digits: rest.extracting(..<rest.leadingDigits))
    else { return nil }
    self.init(major: major, minor: minor)
  }

  /// Both numbers, with a point between.
  public var description: String { "\(major).\(minor)" }

  /// By major, then minor number.
  public static func < (one: RayVersion, other: RayVersion) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}

/// The name of a container image, taken apart: `localhost:5000/rayproject/ray:2.9.0@sha256:…`.
struct ImageName {
  /// Registry and path, without tag and digest.
  let repository: Substring
  /// What follows the last colon of the last part; `nil` if there is none.
  let tag: Substring?

  init(_ image: String) {
    // Nothing before a digest has an `@`, and a colon before a slash is a registry's port.
    let name = image.utf8.prefix { $0 != UInt8(ascii: "@") }
    let lastPart = name.lastIndex(of: UInt8(ascii: "/")).map(name.index(after:)) ?? name.startIndex
    let colon = name[lastPart...].firstIndex(of: UInt8(ascii: ":"))
    repository = Substring(name[..<(colon ?? name.endIndex)])
    tag = colon.map { Substring(name[name.index(after: $0)...]) }
  }

  /// The version of Ray that the tag names, if it is one: `trainer:2.3.1` may be a version of the trainer's own.
  var version: RayVersion? { tag.flatMap { RayVersion(tag: $0) } }

  /// Whether Ray's makers have built the image, wherever it was copied to: `rayproject/ray`, `rayproject/ray-ml` and so
  /// on, behind any registry and path. Only their tags are sure to be versions of Ray.
  var isRays: Bool {
    guard let slash = repository.utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
    let (owner, name) = (repository[..<slash], repository[slash...])
    return (owner == "rayproject" || owner.hasSuffix("/rayproject")) && (name == "/ray" || name.hasPrefix("/ray-"))
  }
}
