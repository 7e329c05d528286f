internal import JSON

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
}
