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
