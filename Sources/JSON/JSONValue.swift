internal import CSimdJSON

/// A JSON value of our own, for what is built rather than read: patches, Services, manifests.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// An integer above `Int64.max`.
  case unsigned(UInt64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

/// The members of an object, in order, each key once.
public struct JSONObject: Hashable, Sendable {
  /// Keys and values as they are written.
  public private(set) var members: [Member] = []

  /// A key and its value.
  public struct Member: Hashable, Sendable {
    /// The key, unescaped.
    public let key: String
    /// The value under it.
    public var value: JSONValue
  }

  /// An empty object.
  public init() {}

  /// The value under a key; setting one that is absent puts it last, setting `nil` takes it out.
  public subscript(key: String) -> JSONValue? {
    get { members.first { ExactText($0.key) == ExactText(key) }?.value }
    set {
      let index = members.firstIndex { ExactText($0.key) == ExactText(key) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }
}

extension JSONObject {
  /// An object of many members; of a repeated key the last value counts, in the place of the first.
  public init(_ members: [(key: String, value: JSONValue)]) {
    var places: [ExactText: Int] = [:]
    for (key, value) in members {
      let place = places[ExactText(key), default: self.members.count]
      places[ExactText(key)] = place
      if place < self.members.count {
        self.members[place].value = value
      } else {
        self.members.append(Member(key: key, value: value))
      }
    }
  }

  /// The members of a document's object. By a set, as an object may have hundreds of thousands of them.
  fileprivate init(_ members: JSONElement.Members) {
    var seen: Set<ExactText> = []
    for (key, value) in members where seen.insert(ExactText(key)).inserted {
      self.members.append(Member(key: key, value: JSONValue(value)))
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A number.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object, its members in order; of a repeated key the last value counts.
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in members { object[key] = value }
    self = .object(object)
  }
}

extension JSONValue {
  /// A copy of what a document holds; of a repeated key the first value counts, as in `JSONElement.member`.
  public init(_ element: JSONElement) {
    switch element.letter {
    case UInt8(ascii: "t"): self = true
    case UInt8(ascii: "f"): self = false
    case UInt8(ascii: "l"): self = .integer(unsafe csimdjson_int(element.tape, element.place))
    case UInt8(ascii: "u"): self = .unsigned(unsafe csimdjson_uint(element.tape, element.place))
    case UInt8(ascii: "d"): self = .double(unsafe csimdjson_double(element.tape, element.place))
    case UInt8(ascii: "\""): self = .string(unsafe String(csimdjson_string(element.tape, element.place)))
    case UInt8(ascii: "["): self = .array(JSONElement.Elements(array: element).map { JSONValue($0) })
    case UInt8(ascii: "{"): self = .object(JSONObject(JSONElement.Members(object: element)))
    default: self = .null
    }
  }

  /// The string, or `nil` if this is something else.
  public var string: String? { if case .string(let text) = self { text } else { nil } }

  /// The object, or `nil` if this is something else.
  public var object: JSONObject? { if case .object(let object) = self { object } else { nil } }

  /// The member under a key, or `nil` if there is none or this is no object.
  public subscript(key: String) -> JSONValue? { object?[key] }
}

/// A text that is equal to another only if every code unit is, as JSON compares keys (RFC 8259 section 8.3).
///
/// `String` goes by canonical equivalence: to it `"\u{e9}"` and `"e\u{301}"` are one key.
struct ExactText: Hashable {
  private let text: String

  init(_ text: String) { self.text = text }

  static func == (one: ExactText, other: ExactText) -> Bool {
    one.text.utf8.count == other.text.utf8.count && one.text.utf8.elementsEqual(other.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
