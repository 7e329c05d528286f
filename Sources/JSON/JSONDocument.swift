internal import CSimdJSON

/// A JSON text (RFC 8259), parsed once and read in place.
///
/// Strict: one value, valid UTF-8, no number beyond a double's, nested less than 1,024 levels deep (simdjson's own
/// limits). An integer beyond 64 bits is read as a double.
@safe public final class JSONDocument {
  private let handle: OpaquePointer
  let tape: csimdjson_tape

  /// Parses `bytes`, which are copied.
  ///
  /// - Throws: `JSONSyntaxError` if they are not one JSON value.
  public convenience init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
    try self.init(unsafe bytes.span.bytes)
  }

  /// Parses `bytes`, which are copied.
  ///
  /// - Throws: `JSONSyntaxError` if they are not one JSON value.
  public init(_ bytes: RawSpan) throws(JSONSyntaxError) {
    var reason: UnsafePointer<CChar>?
    let parsed = unsafe bytes.withUnsafeBytes { buffer in
      unsafe csimdjson_parse(buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count, &reason)
    }
    guard let parsed = unsafe parsed else {
      throw JSONSyntaxError(reason: unsafe reason.map { unsafe String(cString: $0) } ?? "not JSON")
    }
    unsafe handle = parsed
    unsafe tape = csimdjson_tape_of(parsed)
  }

  deinit { unsafe csimdjson_free(handle) }

  /// The value that the text is.
  public var root: JSONElement { JSONElement(document: self, place: 1, origin: 1) }
}

/// Why a text is not JSON, in simdjson's words.
public struct JSONSyntaxError: Error, Hashable, CustomStringConvertible {
  /// What the parser stumbled over.
  public let reason: String

  /// One line for a person.
  public var description: String { "not JSON: \(reason)" }
}

/// Words of the source code, to tell a document's texts by.
public struct JSONWords: Sendable {
  private let words: [StaticString]
  private let lengths: [Int]

  /// Words, each once.
  public init(_ words: [StaticString]) {
    self.words = words
    lengths = words.map(\.utf8CodeUnitCount)
  }

  /// The place of a text among the words, `nil` if it is not one of them. By its length first, as that tells most
  /// apart.
  func place(of text: csimdjson_text) -> Int? {
    for place in lengths.indices where unsafe lengths[place] == text.count {
      if unsafe memcmp(words[place].utf8Start, text.bytes, text.count) == 0 { return place }
    }
    return nil
  }
}

extension JSONElement {
  /// The place of this string among words, `nil` if it is not one of them or this is something else.
  public func place(in words: JSONWords) -> Int? {
    letter == UInt8(ascii: "\"") ? unsafe words.place(of: csimdjson_string(tape, place)) : nil
  }
}
