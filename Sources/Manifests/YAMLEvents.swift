internal import CYAML

/// Reads a YAML text as libyaml's stream of events.
///
/// Libyaml's own documents are not used: they resolve aliases recursively, so a small text could exhaust the stack.
@safe final class YAMLEvents {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The parser reads the text in place.
  private let text: UnsafeMutableBufferPointer<UInt8>

  /// - Throws: `YAMLFault` if there is no memory for a parser.
  init(_ text: String) throws(YAMLFault) {
    unsafe self.text = .allocate(capacity: text.utf8.count)
    _ = unsafe self.text.initialize(fromContentsOf: text.utf8)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    guard unsafe yaml_parser_initialize(parser) == 1 else { throw YAMLFault(line: 1, "no memory to read it") }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// Returns the next event. At the end of the text, it is always `end`.
  ///
  /// - Throws: `YAMLFault` if the text is not YAML.
  func next() throws(YAMLFault) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw fault }
    defer { unsafe yaml_event_delete(&event) }
    return unsafe YAMLEvent(event)
  }

  /// The error of the parser. For bytes that it cannot read, the parser knows the offset, but not the line.
  private var fault: YAMLFault {
    let parser = unsafe self.parser.pointee
    let words = unsafe [parser.context, parser.problem].compactMap { unsafe $0.map { unsafe String(cString: $0) } }
    let isUnread = unsafe parser.error == YAML_READER_ERROR
    let before = unsafe isUnread ? lineEnds(before: parser.problem_offset) : parser.problem_mark.line
    return YAMLFault(line: Int(before) + 1, "not YAML: \(words.joined(separator: ", "))")
  }

  private func lineEnds(before offset: Int) -> Int {
    unsafe text.prefix(offset).count { $0 == UInt8(ascii: "\n") }
  }
}

/// An event of a YAML text.
struct YAMLEvent {
  let kind: Kind
  /// The line where it begins, from 1.
  let line: Int
  /// The anchor of the value, or the one that an alias refers to.
  let anchor: String?
  /// The full tag; `nil` if there is none.
  let tag: String?

  enum Kind {
    case scalar(YAMLNode.Scalar)
    case sequenceStart
    case mappingStart
    case collectionEnd
    case alias
    /// The start or the end of a document, or the start of the text.
    case border
    case end
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    line = unsafe Int(event.start_mark.line) + 1
    let data = unsafe event.data
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      kind = unsafe .scalar(YAMLNode.Scalar(data.scalar))
      (anchor, tag) = unsafe (String(data.scalar.anchor), String(data.scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      (anchor, tag) = unsafe (String(data.sequence_start.anchor), String(data.sequence_start.tag))
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      (anchor, tag) = unsafe (String(data.mapping_start.anchor), String(data.mapping_start.tag))
    case YAML_ALIAS_EVENT: unsafe (kind, anchor, tag) = (.alias, String(data.alias.anchor), nil)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: (kind, anchor, tag) = (.collectionEnd, nil, nil)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: (kind, anchor, tag) = (.end, nil, nil)
    default: (kind, anchor, tag) = (.border, nil, nil)
    }
  }
}

extension YAMLNode.Scalar {
  fileprivate init(_ scalar: yaml_event_s.__Unnamed_union_data.__Unnamed_struct_scalar) {
    let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    text = unsafe String(decoding: bytes, as: UTF8.self)
    switch unsafe scalar.style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: style = .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: style = .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: style = .literal
    case YAML_FOLDED_SCALAR_STYLE: style = .folded
    default: style = .plain
    }
  }
}

extension String {
  fileprivate init?(_ text: UnsafeMutablePointer<UInt8>?) {
    guard let text = unsafe text else { return nil }
    unsafe self.init(cString: text)
  }
}
