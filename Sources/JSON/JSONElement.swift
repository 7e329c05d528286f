internal import CSimdJSON

/// One value inside a `JSONDocument`: cheap to copy, keeps the document alive, and knows where it stands.
@safe public struct JSONElement {
  let document: JSONDocument
  /// Where on the tape the value stands.
  let place: UInt32
  /// The same of the root that pointers and mismatches are told from.
  let origin: UInt32

  var tape: csimdjson_tape { unsafe document.tape }
  var letter: UInt8 { unsafe csimdjson_kind_of(tape, place) }

  /// What a value is, in JSON's own terms.
  public enum Kind: Hashable, Sendable {
    case null, bool, number, string, array, object
  }

  /// What this value is.
  public var kind: Kind {
    switch letter {
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "{"): .object
    default: .number
    }
  }

  /// How much of the document this is: one for each value, key and bracket, and one more for each number.
  public var weight: Int { Int(unsafe csimdjson_after(tape, place) - place) }

  /// The same value as the root that pointers and mismatches are told from.
  public var asRoot: JSONElement { JSONElement(document: document, place: place, origin: place) }

  /// The string, or `nil` if this is something else.
  public var string: String? {
    letter == UInt8(ascii: "\"") ? unsafe String(csimdjson_string(tape, place)) : nil
  }

  /// Whether this is a certain string.
  public func isString(_ text: StaticString) -> Bool {
    guard letter == UInt8(ascii: "\"") else { return false }
    return unsafe csimdjson_is(tape, place, text.utf8Start, text.utf8CodeUnitCount)
  }

  /// The truth value, or `nil` if this is something else.
  public var bool: Bool? {
    switch letter {
    case UInt8(ascii: "t"): true
    case UInt8(ascii: "f"): false
    default: nil
    }
  }

  /// The number if it is an integer of 64 bits, or `nil` if this is something else.
  public var integer: Int? {
    letter == UInt8(ascii: "l") ? Int(exactly: unsafe csimdjson_int(tape, place)) : nil
  }

  /// The elements of an array, or `nil` if this is something else.
  public var elements: Elements? { letter == UInt8(ascii: "[") ? Elements(array: self) : nil }

  /// The members of an object, or `nil` if this is something else.
  public var members: Members? { letter == UInt8(ascii: "{") ? Members(object: self) : nil }

  /// The member under `key`, or `nil` if it is absent or null, or this is no object.
  ///
  /// Kubernetes reads an explicit null as absent, and so do we.
  public func member(_ key: StaticString) -> JSONElement? {
    guard letter == UInt8(ascii: "{") else { return nil }
    let found = unsafe csimdjson_member(tape, place, key.utf8Start, key.utf8CodeUnitCount)
    guard found > 0, unsafe csimdjson_kind_of(tape, found) != UInt8(ascii: "n") else { return nil }
    return sibling(found)
  }

  func sibling(_ place: UInt32) -> JSONElement { JSONElement(document: document, place: place, origin: origin) }
}

extension JSONElement {
  /// The elements of an array, in order.
  @safe public struct Elements: Sequence, IteratorProtocol {
    private let array: JSONElement
    private var place: UInt32
    private let end: UInt32

    init(array: JSONElement) {
      self.array = array
      place = array.place + 1
      end = unsafe csimdjson_end(array.tape, array.place)
    }

    /// No elements.
    init(nothingIn parent: JSONElement) {
      array = parent
      (place, end) = (0, 0)
    }

    /// How many elements there are at least.
    public var underestimatedCount: Int { end > 0 ? unsafe csimdjson_count(array.tape, array.place) : 0 }

    /// The first element.
    public var first: JSONElement? {
      var walk = self
      return walk.next()
    }

    /// The next element.
    public mutating func next() -> JSONElement? {
      guard place < end else { return nil }
      defer { place = unsafe csimdjson_after(array.tape, place) }
      return array.sibling(place)
    }
  }

  /// The members of an object, in the order of the text, nulls and repeated keys included.
  @safe public struct Members: Sequence, IteratorProtocol {
    let object: JSONElement
    fileprivate var place: UInt32
    fileprivate let end: UInt32

    init(object: JSONElement) {
      self.object = object
      place = object.place + 1
      end = unsafe csimdjson_end(object.tape, object.place)
    }

    /// The next member.
    public mutating func next() -> (key: String, value: JSONElement)? {
      guard let key = nextKey() else { return nil }
      return unsafe (String(csimdjson_string(object.tape, key)), object.sibling(key + 1))
    }

    /// Where the next member's key stands; its value comes right after.
    mutating func nextKey() -> UInt32? {
      guard place < end else { return nil }
      defer { place = unsafe csimdjson_after(object.tape, place + 1) }
      return place
    }

    /// The values alone.
    public var values: Values { Values(members: self) }

    /// The values of an object's members.
    public struct Values: Sequence, IteratorProtocol {
      fileprivate var members: Members

      /// The next value.
      public mutating func next() -> JSONElement? {
        members.nextKey().map { members.object.sibling($0 + 1) }
      }
    }
  }
}

extension String {
  init(_ text: csimdjson_text) {
    let bytes = unsafe UnsafeRawBufferPointer(start: text.bytes, count: text.count)
    self = unsafe String(decoding: bytes, as: UTF8.self)
  }
}
