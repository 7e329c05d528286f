public import JSON

/// A YAML document as the JSON value that `kubectl` would send.
public struct YAMLDocument: Hashable, Sendable {
  /// The value.
  public let value: JSONValue

  /// Creates a document to write.
  public init(_ value: JSONValue) { self.value = value }

  /// Reads a file that holds one document.
  ///
  /// - Throws: `ManifestError` if it contains no document or several, or is not YAML.
  public init(_ bytes: [UInt8], named file: String) throws(ManifestError) {
    let text = try ManifestText(bytes, named: file).text
    do throws(YAMLFault) {
      guard let reading = try DocumentReading(text) else {
        throw YAMLFault(line: 1, "found nothing, expected one document")
      }
      if let fault = reading.faults.first { throw fault }
      value = reading.value
    } catch { throw ManifestError(file: file, line: error.line, reason: error.reason) }
  }

  /// The document as YAML, without a marker.
  public var text: String {
    // YAML can write all values that Raymesh makes. If one could not be written, JSON is also YAML.
    (try? YAMLEmitter.text(of: YAMLWriter.draft(of: value)))
      ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
  }
}

/// A value of a YAML document to write. Mappings and sequences are written as blocks.
enum YAMLDraft {
  /// A text and its style. libyaml quotes a text that cannot have that style.
  case scalar(String, YAMLNode.Style)
  case sequence([YAMLDraft])
  /// Keys and values, in the order to write them.
  case mapping([(key: YAMLDraft, value: YAMLDraft)])
}

/// An error in a YAML text.
struct YAMLFault: Error, Hashable {
  /// The line within the text, from 1.
  let line: Int
  let reason: String

  init(line: Int, _ reason: String) {
    self.line = line
    self.reason = reason
  }

  init(at node: YAMLNode, _ reason: String) { self.init(line: node.line, reason) }
}

/// A document of a file, parsed.
struct DocumentReading {
  /// The JSON that `kubectl` would send.
  let root: JSONElement
  /// The document as it is written; `nil` if it is JSON.
  let node: YAMLNode?
  /// What `kubectl` would not read, or would read in a way that cannot be intended.
  let faults: [YAMLFault]

  /// The JSON that `kubectl` would send, as a value.
  var value: JSONValue { JSONValue(root) }

  /// Reads a document; `nil` if it contains only comments.
  ///
  /// JSON is YAML except for its surrogate pairs, which libyaml rejects. `kubectl` also reads it as JSON.
  ///
  /// - Throws: `YAMLFault` if it is not YAML.
  init?(_ text: String) throws(YAMLFault) {
    if let json = DocumentReading.json(text) {
      guard DocumentReading.levels(ofJSON: text) <= YAMLComposer.deepest else { throw .tooDeep(line: 1) }
      root = json.root
      node = nil
      faults = json.root.repeatedKey.map { [YAMLFault(line: 1, "\($0): found twice, expected once")] } ?? []
      return
    }
    guard let node = try YAMLComposer.document(of: text) else { return nil }
    var reader = YAMLReader()
    root = try reader.document(of: node).root
    self.node = node
    faults = reader.faults
  }

  private static func json(_ text: String) -> JSONDocument? {
    let first = text.utf8.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "{") ? try? JSONDocument(Array(text.utf8)) : nil
  }

  /// Returns the number of levels of a text that is JSON.
  private static func levels(ofJSON text: String) -> Int {
    var (level, deepest, isString, isEscaped) = (0, 0, false, false)
    for byte in text.utf8 {
      switch byte {
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "\""): isString.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"): level += isString ? 0 : 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): level -= isString ? 0 : 1
      default: break
      }
      deepest = max(deepest, level)
    }
    return deepest
  }
}
