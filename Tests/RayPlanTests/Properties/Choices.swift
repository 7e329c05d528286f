import JSON
import TestSupport

/// Choices that follow from a seed.
struct Choices {
  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Any of the numbers.
  mutating func number(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &generator) }

  /// Returns true once in `many` times.
  mutating func chance(of many: Int) -> Bool { number(1...many) == 1 }

  /// Any of the values; there must be one.
  mutating func one<Value>(of values: [Value]) -> Value { values[number(0...(values.count - 1))] }

  /// A value, half of the time.
  mutating func maybe<Value>(_ value: (inout Choices) -> Value) -> Value? { chance(of: 2) ? value(&self) : nil }

  /// A value, now and then.
  mutating func sometimes<Value>(_ value: (inout Choices) -> Value) -> Value? { chance(of: 4) ? value(&self) : nil }

  /// What nobody expects.
  mutating func junk() -> JSONValue {
    one(of: [
      .null, true, 0, -1, .double(1e300), .unsigned(.max), "", "port", "\u{0}é😀\"\\", [], [.null], [[1]], [:],
      ["port": 6379], ["~/": ["name": "x"]], "6379",
    ])
  }
}

extension JSONValue {
  /// The object with one more member.
  func adding(_ key: String, _ value: JSONValue) -> JSONValue {
    guard case .object(var object) = self else { return self }
    object[key] = value
    return .object(object)
  }

  /// The value with something at a random place replaced by junk or taken out.
  func damaged(by random: inout Choices) -> JSONValue {
    guard !random.chance(of: 6) else { return random.junk() }
    switch self {
    case .object(var object):
      guard !object.members.isEmpty else { return random.junk() }
      let member = random.one(of: object.members)
      object[member.key] = random.chance(of: 8) ? nil : member.value.damaged(by: &random)
      return .object(object)
    case .array(var elements):
      guard !elements.isEmpty else { return random.junk() }
      let index = random.number(0...(elements.count - 1))
      elements[index] = elements[index].damaged(by: &random)
      return .array(elements)
    default: return random.junk()
    }
  }
}
