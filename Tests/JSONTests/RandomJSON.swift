import JSON
import TestSupport

/// JSON values and patches that follow from a seed, full of keys and texts that are easy to get wrong.
struct RandomJSON {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// An object of a few members, nested a few levels deep.
  mutating func object(depth: Int = 3) -> JSONValue {
    var object = JSONObject()
    for _ in 0..<Int.random(in: 1...4, using: &generator) { object[key()] = value(depth: depth - 1) }
    return .object(object)
  }

  /// Any value, nested at most so deep.
  mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &generator) {
    case 0: .null
    case 1: .bool(.random(using: &generator))
    case 2: .integer(.random(in: -1000...(.max), using: &generator))
    case 3: .unsigned(.random(in: 1 << 63...(.max), using: &generator))
    case 4: .double(double())
    case 5: .string(key() + key() + key())
    case 6, 7: .array((0..<Int.random(in: 0...3, using: &generator)).map { _ in value(depth: depth - 1) })
    default: object(depth: depth)
    }
  }

  /// A few additions to an object, most of which have a place to go.
  mutating func patch(for value: JSONValue) -> JSONPatch {
    JSONPatch { patch in
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        patch.add(self.value(depth: 2), at: place(below: value, at: .root))
      }
      if chance(of: 20) { patch.add(object(), at: .root) }
    }
  }

  private mutating func place(below value: JSONValue, at pointer: JSONPointer) -> JSONPointer {
    let existing = value.members?.map(\.key) ?? value.elements?.indices.map(String.init) ?? []
    if let token = existing.randomElement(using: &generator), !chance(of: 3), let child = value[path: token] {
      return place(below: child, at: pointer.appending(token))
    }
    if chance(of: 8) { return pointer.appending(key()).appending(key()) }
    guard let elements = value.elements else { return pointer.appending(key()) }
    let tokens = ["-", "0", "\(elements.count)", "\(elements.count + 1)", "01", "-1", "+1", "1.0", " 1", "x", ""]
    return pointer.appending(tokens[min(Int.random(in: 0..<16, using: &generator) % 11, 10)])
  }

  private mutating func key() -> String {
    [
      "a", "b", "c", "", "/", "~", "~1", "~0", "a/b", "é", "e\u{301}", "\u{301}", "/\u{301}", "0", "-", "😀", "\0",
      "\n\"\\",
      "\u{7F}\u{2028}", "%2F", " ",
    ].randomElement(using: &generator) ?? ""
  }

  private mutating func double() -> Double {
    let double = Double(bitPattern: .random(in: .min...(.max), using: &generator))
    return double.isFinite ? double : 0.1
  }

  private mutating func chance(of one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }
}

extension JSONValue {
  fileprivate subscript(path token: String) -> JSONValue? {
    if let elements { return Int(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil } }
    return self[token]
  }
}
