internal import JSON

extension String {
  /// Whether this is another text, which nearly always its length tells.
  @inline(__always)
  func isSame(as other: String) -> Bool { utf8.count == other.utf8.count && self == other }
}

/// A map of strings, such as annotations or `rayStartParams`, in the order in which it is written.
///
/// Such maps are short: to look at each key takes less than to hash one. Of a repeated key the first value counts.
public struct StringMap: Sendable {
  private let members: [(key: String, value: String)]
  /// The same if it is not short, so that no map that somebody thinks up makes looking slow.
  private let index: [String: String]?

  private static let short = 32

  init() { self.init([]) }

  init(_ members: [(key: String, value: String)]) {
    self.members = members
    index = members.count > StringMap.short ? StringMap.dictionary(members) : nil
  }

  /// Reads an object.
  ///
  /// - Throws: `JSONMismatch` if it is not one, or a value in it is no string.
  init(_ object: JSONElement, expected: String = "a string") throws(JSONMismatch) {
    guard let stated = object.members else { throw object.mismatch(expected: "an object") }
    var members: [(key: String, value: String)] = []
    members.reserveCapacity(4)
    for (key, value) in stated {
      guard let text = value.string else { throw value.mismatch(expected: expected) }
      members.append((key, text))
    }
    self.init(members)
  }

  /// The value under a key.
  public subscript(key: String) -> String? {
    if let index { return index[key] }
    for member in members where member.key.isSame(as: key) { return member.value }
    return nil
  }

  /// The value of a ray start parameter.
  public subscript(parameter: RayParameter) -> String? { self[parameter.name] }

  /// The keys, in order.
  var keys: some Collection<String> { members.lazy.map(\.key) }

  /// The map without the members that do not satisfy a condition.
  public func filter(_ isKept: (String, String) -> Bool) -> StringMap {
    StringMap(members.filter { isKept($0.key, $0.value) })
  }

  /// The same, for those who want all of it.
  var dictionary: [String: String] { StringMap.dictionary(members) }

  private static func dictionary(_ members: [(key: String, value: String)]) -> [String: String] {
    Dictionary(members) { first, _ in first }
  }
}

extension Int {
  /// A number as decimal digits write it, with no sign and nothing else; `nil` if it does not fit.
  init?(digits: Span<UInt8>) {
    guard !digits.isEmpty else { return nil }
    self = 0
    for index in digits.indices {
      guard let digit = Int.digit(digits[index]) else { return nil }
      let (tens, isTooLarge) = multipliedReportingOverflow(by: 10)
      let (sum, isOneTooLarge) = tens.addingReportingOverflow(digit)
      guard !isTooLarge, !isOneTooLarge else { return nil }
      self = sum
    }
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }
}

extension Span<UInt8> {
  /// How many bytes from the beginning are decimal digits.
  var leadingDigits: Int {
    var count = 0
    while count < self.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self[count]) { count += 1 }
    return count
  }
}

extension String {
  /// Whether a text stands in this one, byte for byte.
  ///
  /// A search by characters costs a hundred times as much, and users may write as much as a request can hold.
  func contains(bytesOf text: String) -> Bool {
    let (here, wanted) = (utf8Span.span, text.utf8Span.span)
    guard let last = wanted.indices.last else { return true }
    var start = 0
    while start + last < here.count {
      var length = 0
      while length <= last, here[start + length] == wanted[length] { length += 1 }
      if length > last { return true }
      start += 1
    }
    return false
  }
}
