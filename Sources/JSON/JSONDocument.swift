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
  /// - Throws: `JSONSyntaxError` where they are not one JSON value.
  public convenience init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
    try self.init(unsafe bytes.span.bytes)
  }

  /// Parses `bytes`, which are copied.
  ///
  /// - Throws: `JSONSyntaxError` where they are not one JSON value.
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
