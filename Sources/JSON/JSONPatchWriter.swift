/// A patch in the making: each operation is written as it is told.
public struct JSONPatchWriter: ~Copyable {
  private var writer: JSONWriter
  /// How many operations there are so far.
  private(set) var count = 0
  /// The object that the last addition went into, and where in the text its place is told. Most of a patch are members
  /// of few objects, and what is there already is copied.
  private var parent: String?
  private var opening = 0..<0

  init(capacity: Int) {
    writer = JSONWriter(capacity: capacity)
    writer.open("[")
  }

  /// Puts one more addition last. A member that is there already gets the new value (RFC 6902 section 4.1).
  public mutating func add(_ value: JSONValue, at path: JSONPointer) { add(at: path) { $0.value(value) } }

  /// Puts one more addition last: a string.
  ///
  /// - Parameter key: a member of the object at `parent`, not escaped.
  public mutating func add(_ text: String, under key: String, of parent: JSONPointer) {
    open(parent, key)
    writer.string(text)
    writer.close("}")
  }

  /// Puts one more addition last, whose value `body` writes.
  ///
  /// - Parameter key: a member of the object at `parent`, not escaped; `nil` for that place itself.
  public mutating func add(under key: String? = nil, at parent: JSONPointer, _ body: (inout JSONWriter) -> Void) {
    open(parent, key)
    body(&writer)
    writer.close("}")
  }

  /// Puts one more addition last: a member of an object.
  ///
  /// - Parameter word: its key, in which nothing needs an escape.
  public mutating func add(word: StaticString, of parent: JSONPointer, _ body: (inout JSONWriter) -> Void) {
    open(parent)
    writer.mark("/")
    writer.text.append(word)
    writer.verbatim(#"","value":"#)
    body(&writer)
    writer.close("}")
  }

  /// Takes a member out, which is done after all additions.
  public mutating func remove(_ path: JSONPointer) {
    count += 1
    writer.separate()
    writer.text.append(#"{"op":"remove","path":""#)
    writer.escape(path.description)
    writer.text.append(#"""#)
    writer.close("}")
  }

  consuming func finished() -> [UInt8] {
    writer.close("]")
    return writer.bytes
  }

  private mutating func open(_ parent: JSONPointer, _ key: String?) {
    open(parent)
    if let key {
      writer.mark("/")
      writer.escape(JSONPointer.escaped(key))
    }
    writer.verbatim(#"","value":"#)
  }

  @inline(__always)
  private mutating func open(_ parent: JSONPointer) {
    count &+= 1
    writer.separate()
    if parent.description == self.parent {
      writer.text.append(again: opening)
    } else {
      let start = writer.text.count
      writer.text.append(#"{"op":"add","path":""#)
      writer.escape(parent.description)
      opening = start..<writer.text.count
      self.parent = parent.description
    }
  }
}
