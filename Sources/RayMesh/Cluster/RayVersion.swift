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
  public init?(_ text: some StringProtocol) {
    let characters = text.utf8
    let numbers = characters.first == UInt8(ascii: "v") ? characters.dropFirst() : characters[...]
    let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    let first = numbers.prefix(while: isDigit)
    guard numbers[first.endIndex...].first == UInt8(ascii: "."),
      let major = Int(text[first.startIndex..<first.endIndex])
    else { return nil }
    let second = numbers[first.endIndex...].dropFirst().prefix(while: isDigit)
    guard let minor = Int(text[second.startIndex..<second.endIndex]) else { return nil }
    self.init(major: major, minor: minor)
  }

  /// The version that an image's tag begins with: `rayproject/ray:2.52.0-py310` is 2.52. `nil` where there is no tag, or
  /// one that names no version.
  public init?(ofImage image: String) {
    let name = image.utf8.prefix { $0 != UInt8(ascii: "@") }
    guard let colon = name.lastIndex(of: UInt8(ascii: ":")), !name[colon...].contains(UInt8(ascii: "/")) else {
      return nil
    }
    self.init(image[name.index(after: colon)..<name.endIndex])
  }

  /// Both numbers, with a point between.
  public var description: String { "\(major).\(minor)" }

  /// By major, then minor number.
  public static func < (one: RayVersion, other: RayVersion) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}
