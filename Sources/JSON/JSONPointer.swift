internal import CSimdJSON

/// A place in a JSON value (RFC 6901), such as `/spec/headGroupSpec/rayStartParams/port`.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The pointer as it is written, `""` for the whole value.
  public let description: String

  /// The whole value.
  public static let root: JSONPointer = ""

  /// A pointer that the source code spells out, already escaped.
  public init(stringLiteral literal: String) { description = literal }

  /// Reads a pointer (RFC 6901 section 3). Returns `nil` if it neither is empty nor begins with a slash, or if a `~`
  /// in it does not begin `~0` or `~1`.
  public init?(_ text: String) {
    guard text.isEmpty || text.utf8.first == UInt8(ascii: "/") else { return nil }
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if isEscaped, scalar != "0", scalar != "1" { return nil }
      isEscaped = scalar == "~"
    }
    guard !isEscaped else { return nil }
    description = text
  }

  fileprivate init(text: String) { description = text }

  /// The member of the object here, its key escaped.
  public func appending(_ key: String) -> JSONPointer {
    JSONPointer(text: description + "/" + JSONPointer.escaped(key))
  }

  /// A key as a pointer has it (RFC 6901 section 3).
  static func escaped(_ key: String) -> String {
    guard key.withSpan({ isEscapeNeeded(in: $0) }) else { return key }
    // By bytes: a slash and the combining mark after it are one Character, which is not "/".
    var escaped: [UInt8] = []
    for byte in key.utf8 {
      switch byte {
      case UInt8(ascii: "~"): escaped += "~0".utf8
      case UInt8(ascii: "/"): escaped += "~1".utf8
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func isEscapeNeeded(in key: Span<UInt8>) -> Bool {
    var start = 0
    while start &+ 8 <= key.count {
      if isEscapeNeeded(in: EightBytes(of: key, at: start)) { return true }
      start &+= 8
    }
    return start < key.count && isEscapeNeeded(in: EightBytes(endOf: key, from: start))
  }

  private static func isEscapeNeeded(in bytes: EightBytes) -> Bool {
    bytes.contain(UInt8(ascii: "~")) || bytes.contain(UInt8(ascii: "/"))
  }

  /// The element of the array here, counted from 0.
  public func appending(_ index: Int) -> JSONPointer { JSONPointer(text: description + "/" + String(index)) }

  /// A place below this one, both already escaped.
  public func appending(path below: JSONPointer) -> JSONPointer {
    JSONPointer(text: description + below.description)
  }

  /// The pointer as a message has it: in one line, and no longer than anybody reads.
  public var told: String { description.told }

  /// The keys and indices on the way, unescaped.
  public var tokens: [String] {
    description.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .map(JSONPointer.unescaped)
  }

  /// A token as an array's index: decimal digits, no sign, no leading zero (RFC 6901 section 4).
  static func index(_ token: String) -> Int? {
    guard let index = Int(token), index.description == token else { return nil }
    return index
  }

  private static func unescaped(_ token: Substring.UnicodeScalarView) -> String {
    var key = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in token {
      switch (isEscaped, scalar) {
      case (false, "~"): isEscaped = true
      case (true, let code):
        key.append(code == "1" ? "/" : "~")
        isEscaped = false
      default: key.append(scalar)
      }
    }
    return String(key)
  }
}

extension JSONElement {
  /// Where this value stands below its root.
  ///
  /// It costs a look at each value beside the way, whole values at a time, and no text but its own.
  public var pointer: JSONPointer {
    var text = ""
    var here = sibling(origin)
    while here.place != place {
      guard let step = here.step(to: place) else { return .root }
      text += "/" + step.token
      here = step.child
    }
    return JSONPointer(text: text)
  }

  /// The child that is, or holds, the value at a place, and the token that leads there.
  private func step(to place: UInt32) -> (token: String, child: JSONElement)? {
    switch letter {
    case UInt8(ascii: "["):
      let end = unsafe csimdjson_end(tape, self.place)
      var (child, index) = (self.place + 1, 0)
      while child < end {
        let next = unsafe csimdjson_after(tape, child)
        if place < next { return (String(index), sibling(child)) }
        (child, index) = (next, index + 1)
      }
    case UInt8(ascii: "{"):
      let end = unsafe csimdjson_end(tape, self.place)
      var key = self.place + 1
      while key < end {
        let next = unsafe csimdjson_after(tape, key + 1)
        if place < next { return unsafe (JSONPointer.escaped(String(csimdjson_string(tape, key))), sibling(key + 1)) }
        key = next
      }
    default: break
    }
    return nil
  }

  /// The first place at which an object repeats a key, or `nil` if none does.
  public var repeatedKey: JSONPointer? {
    var seen: Set<ExactText> = []
    for (token, child) in children {
      if !seen.insert(ExactText(token)).inserted { return pointer.appending(token) }
      if let found = child.repeatedKey { return found }
    }
    return nil
  }

  /// What this value holds, with the token that leads to each.
  private var children: [(token: String, element: JSONElement)] {
    if let elements { return elements.enumerated().map { (String($0.offset), $0.element) } }
    return members?.map { ($0.key, $0.value) } ?? []
  }
}
