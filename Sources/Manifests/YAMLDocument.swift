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
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(file) }
    do throws(YAMLFault) {
      guard let node = try KubernetesYAML.node(of: text) else {
        throw YAMLFault(line: 1, reason: "found nothing, expected one document")
      }
      value = try YAMLReader.value(of: node)
    } catch { throw ManifestError(file: file, line: error.line, reason: error.reason) }
  }

  /// The document as YAML, without a marker.
  public var text: String {
    // A value of ours has nothing that YAML could not write; were it otherwise, JSON is YAML too.
    (try? YAMLWriter.text(of: YAMLWriter.node(of: value)))
      ?? String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
  }
}
