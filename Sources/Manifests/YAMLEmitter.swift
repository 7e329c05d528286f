internal import CYAML

/// Writes a YAML text with libyaml, from a stream of events.
@safe final class YAMLEmitter {
  private let emitter: UnsafeMutablePointer<yaml_emitter_t>
  private var bytes: [UInt8] = []

  /// - Throws: `YAMLFault` if there is no memory for an emitter.
  private init() throws(YAMLFault) {
    unsafe emitter = .allocate(capacity: 1)
    unsafe emitter.initialize(to: yaml_emitter_t())
    guard unsafe yaml_emitter_initialize(emitter) == 1 else { throw YAMLFault(line: 1, "no memory to write it") }
    unsafe yaml_emitter_set_encoding(emitter, YAML_UTF8_ENCODING)
    unsafe yaml_emitter_set_unicode(emitter, 1)
    // A long text stays on its line.
    unsafe yaml_emitter_set_width(emitter, -1)
    unsafe yaml_emitter_set_output(emitter, handOver, Unmanaged.passUnretained(self).toOpaque())
  }

  deinit {
    unsafe yaml_emitter_delete(emitter)
    unsafe emitter.deallocate()
  }

  /// Writes one document, without a marker, with a line end.
  ///
  /// - Throws: `YAMLFault` if libyaml rejects it.
  static func text(of document: YAMLDraft) throws(YAMLFault) -> String {
    let emitter = try YAMLEmitter()
    try unsafe emitter.emit { unsafe yaml_stream_start_event_initialize($0, YAML_UTF8_ENCODING) }
    try unsafe emitter.emit { unsafe yaml_document_start_event_initialize($0, nil, nil, nil, 1) }
    try emitter.write(document)
    try unsafe emitter.emit { unsafe yaml_document_end_event_initialize($0, 1) }
    try unsafe emitter.emit { unsafe yaml_stream_end_event_initialize($0) }
    return String(decoding: emitter.bytes, as: UTF8.self)
  }

  private func write(_ draft: YAMLDraft) throws(YAMLFault) {
    switch draft {
    case .scalar(let text, let style): try write(text, as: style.libyaml)
    case .sequence(let elements):
      try unsafe emit { unsafe yaml_sequence_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_SEQUENCE_STYLE) }
      for element in elements { try write(element) }
      try unsafe emit { unsafe yaml_sequence_end_event_initialize($0) }
    case .mapping(let members):
      try unsafe emit { unsafe yaml_mapping_start_event_initialize($0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
      for (key, value) in members {
        try write(key)
        try write(value)
      }
      try unsafe emit { unsafe yaml_mapping_end_event_initialize($0) }
    }
  }

  private func write(_ text: String, as style: yaml_scalar_style_t) throws(YAMLFault) {
    let utf8 = Array(text.utf8)
    guard let length = Int32(exactly: utf8.count) else { throw fault("a text of \(utf8.count) bytes") }
    try unsafe emit { unsafe yaml_scalar_event_initialize($0, nil, nil, utf8, length, 1, 1, style) }
  }

  /// Creates an event and passes it to libyaml, which frees it.
  private func emit(_ make: (UnsafeMutablePointer<yaml_event_t>) -> Int32) throws(YAMLFault) {
    var event = unsafe yaml_event_t()
    guard unsafe make(&event) == 1 else { throw fault("no memory for an event") }
    guard unsafe yaml_emitter_emit(emitter, &event) == 1 else {
      throw fault(unsafe emitter.pointee.problem.map { unsafe String(cString: $0) } ?? "no reason given")
    }
  }

  fileprivate func take(_ piece: UnsafeBufferPointer<UInt8>) {
    unsafe bytes.append(contentsOf: piece)
  }

  private func fault(_ reason: String) -> YAMLFault { YAMLFault(line: 1, "cannot be written: \(reason)") }
}

extension YAMLNode.Style {
  fileprivate var libyaml: yaml_scalar_style_t {
    switch self {
    case .plain: YAML_PLAIN_SCALAR_STYLE
    case .singleQuoted: YAML_SINGLE_QUOTED_SCALAR_STYLE
    case .doubleQuoted: YAML_DOUBLE_QUOTED_SCALAR_STYLE
    case .literal: YAML_LITERAL_SCALAR_STYLE
    case .folded: YAML_FOLDED_SCALAR_STYLE
    }
  }
}

/// Takes each piece of the text from libyaml.
private func handOver(
  _ object: UnsafeMutableRawPointer?, _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int
) -> Int32 {
  guard let object = unsafe object, let bytes = unsafe bytes else { return 0 }
  let emitter = unsafe Unmanaged<YAMLEmitter>.fromOpaque(object).takeUnretainedValue()
  unsafe emitter.take(UnsafeBufferPointer(start: bytes, count: count))
  return 1
}
