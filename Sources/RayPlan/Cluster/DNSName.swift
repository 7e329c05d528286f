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
