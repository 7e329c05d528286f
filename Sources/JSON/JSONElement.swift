internal import CSimdJSON

/// One value inside a `JSONDocument`: cheap to copy, keeps the document alive, and knows where it stands.
@safe public struct JSONElement {
  let document: JSONDocument
  let raw: csimdjson_element
  let origin: csimdjson_element

  /// What a value is, in JSON's own terms.
  public enum Kind: Hashable, Sendable {
    case null, bool, number, string, array, object
  }

  /// What this value is.
  public var kind: Kind {
    switch unsafe csimdjson_kind_of(raw) {
    case CSIMDJSON_NULL: .null
    case CSIMDJSON_BOOL: .bool
    case CSIMDJSON_STRING: .string
    case CSIMDJSON_ARRAY: .array
    case CSIMDJSON_OBJECT: .object
    default: .number
    }
  }

  /// The same value as the root that pointers and mismatches are told from.
  public var asRoot: JSONElement { unsafe JSONElement(document: document, raw: raw, origin: raw) }

  /// The string, or `nil` where this is something else.
  public var string: String? { kind == .string ? unsafe String(csimdjson_string(raw)) : nil }

  /// Whether this is a certain string.
  public func isString(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { utf8 in
      unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
        unsafe csimdjson_is_string(raw, characters.baseAddress, characters.count)
      }
    }
  }

  /// The truth value, or `nil` where this is something else.
  public var bool: Bool? { kind == .bool ? unsafe csimdjson_bool(raw) : nil }

  /// The number where it is an integer of 64 bits, or `nil` where this is something else.
  public var integer: Int? {
    unsafe csimdjson_kind_of(raw) == CSIMDJSON_INT ? Int(exactly: csimdjson_int(raw)) : nil
  }

  /// The elements of an array, or `nil` where this is something else.
  public var elements: Elements? { kind == .array ? Elements(array: self) : nil }

  /// The members of an object, or `nil` where this is something else.
  public var members: Members? { kind == .object ? Members(object: self) : nil }

  /// The member under `key`, or `nil` where it is absent or null, or this is no object.
  ///
  /// Kubernetes reads an explicit null as absent, and so do we.
  public func member(_ key: StaticString) -> JSONElement? {
    var found = unsafe csimdjson_element()
    let exists = key.withUTF8Buffer { utf8 in
      unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
        unsafe csimdjson_member(raw, characters.baseAddress, characters.count, &found)
      }
    }
    return exists ? unsafe sibling(found) : nil
  }

  func sibling(_ other: csimdjson_element) -> JSONElement {
    unsafe JSONElement(document: document, raw: other, origin: origin)
  }
}

extension JSONElement {
  /// The elements of an array, in order.
  @safe public struct Elements: Sequence, IteratorProtocol {
    private let array: JSONElement
    private var walk: csimdjson_walk

    init(array: JSONElement) {
      self.array = array
      unsafe walk = csimdjson_array_walk(array.raw)
    }

    /// No elements.
    init(nothingIn parent: JSONElement) {
      array = parent
      unsafe walk = csimdjson_walk()
    }

    /// The first element.
    public var first: JSONElement? {
      var walk = self
      return walk.next()
    }

    /// The next element.
    public mutating func next() -> JSONElement? {
      var element = unsafe csimdjson_element()
      return unsafe csimdjson_array_next(&walk, &element) ? unsafe array.sibling(element) : nil
    }
  }

  /// The members of an object, in the order of the text, nulls and repeated keys included.
  @safe public struct Members: Sequence, IteratorProtocol {
    private let object: JSONElement
    private var walk: csimdjson_walk

    init(object: JSONElement) {
      self.object = object
      unsafe walk = csimdjson_object_walk(object.raw)
    }

    /// The next member.
    public mutating func next() -> (key: String, value: JSONElement)? {
      var key = unsafe csimdjson_text()
      var value = unsafe csimdjson_element()
      guard unsafe csimdjson_object_next(&walk, &key, &value) else { return nil }
      return unsafe (String(key), object.sibling(value))
    }
  }
}

extension String {
  init(_ text: csimdjson_text) {
    let bytes = unsafe UnsafeRawBufferPointer(start: text.bytes, count: text.count)
    self = unsafe String(decoding: bytes, as: UTF8.self)
  }
}
