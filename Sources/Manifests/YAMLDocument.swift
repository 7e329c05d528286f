public import JSON

/// One YAML document, as the JSON value that `kubectl` would send.
public struct YAMLDocument: Hashable, Sendable {
  /// The value.
  public let value: JSONValue

  /// A document to be written.
  public init(_ value: JSONValue) { self.value = value }

  /// Reads a file that holds one document.
  ///
  /// - Throws: `ManifestError` where it holds none, or several, or is no YAML.
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
    // A value of ours has nothing that YAML could not write; were it otherwise, JSON is YAML too.
    (try? YAMLEmitter.text(of: YAMLWriter.draft(of: value)))
      ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
  }
}

/// One value of a YAML document that is to be written. Mappings and sequences are written as blocks.
enum YAMLDraft {
  /// A text, and how to write it. libyaml quotes what cannot be written so.
  case scalar(String, YAMLNode.Style)
  case sequence([YAMLDraft])
  /// Keys and values, in the order in which they are written.
  case mapping([(key: YAMLDraft, value: YAMLDraft)])
}

/// What is wrong in a YAML text.
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

/// What one document of a file says.
struct DocumentReading {
  /// The JSON value that `kubectl` would send.
  let value: JSONValue
  /// How it is written, or `nil` where it is JSON.
  let node: YAMLNode?
  /// What `kubectl` would not read, or would read in a way that nobody can mean.
  let faults: [YAMLFault]

  /// Reads a document; `nil` where it holds comments only.
  ///
  /// JSON is YAML but for its surrogate pairs, which libyaml refuses; `kubectl` too takes it for what it is.
  ///
  /// - Throws: `YAMLFault` where it is no YAML.
  init?(_ text: String) throws(YAMLFault) {
    if let json = DocumentReading.json(text) {
      guard DocumentReading.levels(ofJSON: text) <= YAMLComposer.deepest else { throw .tooDeep(line: 1) }
      value = JSONValue(json.root)
      node = nil
      faults = json.root.repeatedKey.map { [YAMLFault(line: 1, "\($0): found twice, expected once")] } ?? []
      return
    }
    guard let node = try YAMLComposer.document(of: text) else { return nil }
    var reader = YAMLReader()
    value = reader.value(of: node)
    self.node = node
    faults = reader.faults
  }

  private static func json(_ text: String) -> JSONDocument? {
    let first = text.utf8.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == UInt8(ascii: "{") ? try? JSONDocument(Array(text.utf8)) : nil
  }

  /// How many levels a text has that is known to be JSON.
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
