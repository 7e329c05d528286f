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
  public init?(_ text: String) {
    let numbers = (text.hasPrefix("v") ? text.dropFirst() : text[...])
      .split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard numbers.count >= 2, let major = Int(numbers[0]), major >= 0,
      let minor = Int(numbers[1].prefix { $0.isASCII && $0.isNumber })
    else { return nil }
    self.init(major: major, minor: minor)
  }

  /// The version that an image's tag begins with: `rayproject/ray:2.52.0-py310` is 2.52. `nil` where there is no tag, or
  /// one that names no version.
  public init?(ofImage image: String) {
    let name = image.prefix { $0 != "@" }
    guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return nil }
    self.init(String(name[name.index(after: colon)...]))
  }

  /// Both numbers, with a point between.
  public var description: String { "\(major).\(minor)" }

  /// By major, then minor number.
  public static func < (one: RayVersion, other: RayVersion) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}
