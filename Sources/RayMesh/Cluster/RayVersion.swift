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

  /// The version that a text begins with, after an optional `v`; `nil` where it names none, as `nightly` does.
  public init?(_ text: String) { self.init(text.utf8Span.span) }

  /// The version that an image's tag begins with: `rayproject/ray:2.52.0-py310` is 2.52. `nil` where there is no tag, or
  /// one that names no version of Ray's: `trainer:1.4.0` and `trainer:2026.11` are somebody's own.
  public init?(ofImage image: String) {
    let bytes = image.utf8Span.span
    var colon: Int?
    for index in bytes.indices {
      switch bytes[index] {
      case UInt8(ascii: "@"):
        guard let colon else { return nil }
        self.init(tag: bytes.extracting((colon + 1)..<index))
        return
      case UInt8(ascii: ":"): colon = index
      // What comes before a slash is a registry's port.
      case UInt8(ascii: "/"): colon = nil
      default: break
      }
    }
    guard let colon else { return nil }
    self.init(tag: bytes.extracting((colon + 1)...))
  }

  /// No Ray that KubeRay starts is below 2, and years are above 9.
  private init?(tag: Span<UInt8>) {
    self.init(tag)
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
