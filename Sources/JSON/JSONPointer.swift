internal import CSimdJSON

/// A place in a JSON value (RFC 6901), such as `/spec/headGroupSpec/rayStartParams/port`.
public struct JSONPointer: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The pointer as it is written, `""` for the whole value.
  public let description: String

  /// The whole value.
  public static let root: JSONPointer = ""

  /// A pointer that the source code spells out, already escaped.
  public init(stringLiteral literal: String) { description = literal }

  /// Reads a pointer; `nil` where it neither is empty nor begins with a slash (RFC 6901 section 3).
  public init?(_ text: String) {
    guard text.isEmpty || text.hasPrefix("/") else { return nil }
    description = text
  }

  private init(text: String) { description = text }

  /// The member of the object here, its key escaped.
  public func appending(_ key: String) -> JSONPointer {
    JSONPointer(text: description + "/" + JSONPointer.escaped(key))
  }

  /// A key as a pointer has it (RFC 6901 section 3).
  static func escaped(_ key: String) -> String {
    let span = key.utf8Span.span
    var special: UInt8 = 0
    for index in span.indices {
      special |= (span[index] == UInt8(ascii: "~") ? 1 : 0) | (span[index] == UInt8(ascii: "/") ? 1 : 0)
    }
    guard special != 0 else { return key }
    return key.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
      .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
  }

  /// The element of the array here, counted from 0.
  public func appending(_ index: Int) -> JSONPointer { JSONPointer(text: "\(description)/\(index)") }

  /// A place below this one, both already escaped.
  public func appending(path below: JSONPointer) -> JSONPointer {
    JSONPointer(text: description + below.description)
  }

  /// The keys and indices on the way, unescaped.
  public var tokens: [String] {
    description.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { token in
      token.split(separator: "~1", omittingEmptySubsequences: false).joined(separator: "/")
        .split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~")
    }
  }
}

extension JSONWriter {
  /// A pointer, or a place right below one, as a string.
  mutating func string(_ pointer: JSONPointer, _ key: String?) {
    guard let key else { return string(pointer.description) }
    string(pointer.description, "/", JSONPointer.escaped(key))
  }
}

extension JSONElement {
  /// Where this value stands below its root.
  ///
  /// Found by walking the document, so that reading pays nothing for it: errors are rare.
  public var pointer: JSONPointer {
    unsafe sibling(origin).path(to: raw.index, from: .root) ?? .root
  }

  private func path(to index: Int, from here: JSONPointer) -> JSONPointer? {
    if unsafe raw.index == index { return here }
    for (token, child) in children {
      if let found = child.path(to: index, from: here.appending(token)) { return found }
    }
    return nil
  }

  /// Where an object repeats a key, the first such place; `nil` where none does.
  public var repeatedKey: JSONPointer? {
    var seen: Set<String> = []
    for (token, child) in children {
      if !seen.insert(token).inserted { return pointer.appending(token) }
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
