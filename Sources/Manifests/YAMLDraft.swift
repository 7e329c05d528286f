/// One value of a YAML document that is to be written. Mappings and sequences are written as blocks.
enum YAMLDraft {
  /// A text, and how to write it. libyaml quotes what cannot be written so.
  case scalar(String, YAMLNode.Style)
  case sequence([YAMLDraft])
  /// Keys and values, in the order in which they are written.
  case mapping([(key: YAMLDraft, value: YAMLDraft)])
}
