internal import Glibc
internal import HTTPTypes

/// A start line and the header fields after it, read strictly by RFC 9112 sections 2 and 5.
struct FieldSection {
  let startLine: ArraySlice<UInt8>
  private(set) var fields = HTTPFields()
  /// What the fields say about the message's body and its connection.
  private(set) var connection = ConnectionFields()

  /// Reads a head, without the empty line that ends it.
  ///
  /// - Throws: `WireError` for a bare CR or LF, folding, a space before the colon, or a character that may not be.
  init(_ head: ArraySlice<UInt8>, mostFields: Int) throws(WireError) {
    var lines = Lines(rest: head)
    startLine = try lines.next() ?? []
    fields.reserveCapacity(FieldSection.usualFields)
    while let line = try lines.next() {
      guard fields.count < mostFields else { throw .headTooLarge(limit: "\(mostFields) fields") }
      let field = try FieldSection.field(line)
      connection.add(field)
      fields.append(field)
    }
  }

  /// Reads one field.
  static func field(_ line: ArraySlice<UInt8>) throws(WireError) -> HTTPField {
    guard let colon = line.place(of: UInt8(ascii: ":")), let name = name(line[..<colon]) else {
      throw .malformed("a header field without a name: \(quoted(line))")
    }
    let value = line[(colon + 1)...].trimmingBlanks
    if value.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      return HTTPField(name: name, value: String(decoding: value, as: UTF8.self))
    }
    // What is not ASCII stays as it is, whether it is UTF-8 or not.
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
      throw .malformed("a control character in \(name.rawName)")
    }
    return HTTPField(name: name, lenientValue: value)
  }

  /// The names that API servers send are known by their bytes: to make a name of a text checks and copies it.
  private static func name(_ bytes: ArraySlice<UInt8>) -> HTTPField.Name? {
    usualNames.first { bytes.spells($0.rawName) } ?? HTTPField.Name(String(decoding: bytes, as: UTF8.self))
  }

  private static let usualNames = [
    "Host", "User-Agent", "Content-Length", "Accept", "Content-Type", "Accept-Encoding",
  ].compactMap { HTTPField.Name($0) }
  /// An API server sends six.
  private static let usualFields = 8

  /// Lines that end in CR LF, or where the text ends.
  private struct Lines {
    var rest: ArraySlice<UInt8>

    mutating func next() throws(WireError) -> ArraySlice<UInt8>? {
      guard !rest.isEmpty else { return nil }
      let (end, feed) = (rest.place(of: UInt8(ascii: "\r")), rest.place(of: UInt8(ascii: "\n")))
      guard let end, let feed, feed == end + 1 else {
        guard end == nil, feed == nil else {
          throw .malformed("a line that ends in one of CR and LF, not in both")
        }
        defer { rest = [] }
        return rest
      }
      defer { rest = rest[(feed + 1)...] }
      return rest[..<end]
    }
  }
}

extension ArraySlice<UInt8> {
  /// Finds the first place of a byte, many bytes at a time.
  func place(of byte: UInt8) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, let found = unsafe memchr(start, CInt(byte), bytes.count) else {
        return nil
      }
      return unsafe startIndex + (UnsafeRawPointer(found) - start)
    }
  }

  /// Whether the bytes are a text's.
  func spells(_ text: String) -> Bool { count == text.utf8.count && elementsEqual(text.utf8) }

  /// Without spaces and tabs at either end (`OWS`, RFC 9110 section 5.6.3).
  var trimmingBlanks: ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    var slice = drop(while: isBlank)
    while let last = slice.last, isBlank(last) { slice.removeLast() }
    return slice
  }
}

/// Bytes of a peer for a message: the beginning, with whatever is not printable escaped.
func quoted(_ bytes: ArraySlice<UInt8>) -> String {
  let shown = bytes.prefix(60).map { byte in
    (0x20..<0x7F).contains(byte) ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16)
  }
  return "\"\(shown.joined())\""
}
