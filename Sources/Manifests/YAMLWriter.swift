internal import JSON
internal import Yams

/// Writes a JSON value as a YAML document, in the manner of one that was read where there is one.
///
/// A key or scalar that has not changed keeps its spelling, and its quotes or the lack of them. Mappings and sequences
/// are written as blocks; anchors, tags, merge keys and comments do not come back.
enum YAMLWriter {
  /// The text of a document, without a marker.
  static func text(of node: Node) throws(YAMLFault) -> String {
    do { return try serialize(node: node, width: -1, allowUnicode: true) } catch {
      throw YAMLFault(line: 1, "cannot be written: \(error)")
    }
  }

  /// A value as a document.
  ///
  /// - Parameter model: the document that the value was read from.
  static func node(of value: JSONValue, like model: YAMLNode? = nil) -> Node {
    switch value {
    case .object(let object): mapping(of: object, like: model)
    case .array(let elements): sequence(of: elements, like: model)
    default: scalar(of: value, like: model)
    }
  }

  /// A mapping, the value of one key written already.
  static func mapping(of object: JSONObject, like model: YAMLNode?, with written: (key: String, node: Node)? = nil)
    -> Node
  {
    let models = model?.models ?? [:]
    let pairs = object.members.map { member in
      let model = models[member.key]
      let value = member.key == written?.key ? written?.node : nil
      return (key(member.key, like: model?.key), value ?? node(of: member.value, like: model?.value))
    }
    return Node(pairs, Tag(.map), .block)
  }

  private static func sequence(of elements: [JSONValue], like model: YAMLNode?) -> Node {
    let models = model?.elements ?? []
    let nodes = elements.enumerated().map { index, element in
      node(of: element, like: index < models.count ? models[index] : nil)
    }
    return Node(nodes, Tag(.seq), .block)
  }

  private static func key(_ key: String, like model: YAMLNode?) -> Node {
    if let model, let scalar = model.scalar, model.tag == nil, (try? YAMLReader.key(model)) == key {
      return node(scalar.text, model.keyStyle)
    }
    return node(key, style(of: key))
  }

  private static func scalar(of value: JSONValue, like model: YAMLNode?) -> Node {
    if let model, let scalar = model.scalar, model.tag == nil, (try? YAMLReader.value(of: scalar, in: model)) == value {
      return node(scalar.text, Node.Scalar.Style(scalar.style))
    }
    guard case .string(let text) = value else {
      return node(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self), .plain)
    }
    return node(text, style(of: text))
  }

  /// The tag is not written, it only keeps Yams from looking for one.
  private static func node(_ text: String, _ style: Node.Scalar.Style) -> Node { Node(text, Tag(.str), style) }

  /// How to write a text that nobody has written yet. libyaml quotes what cannot be plain.
  private static func style(of text: String) -> Node.Scalar.Style {
    if text.unicodeScalars.contains(where: { $0 != "\n" && $0.isLineBreak }) { return .doubleQuoted }
    if text.utf8.contains(UInt8(ascii: "\n")) { return .literal }
    return needsQuotes(text) ? .singleQuoted : .plain
  }

  /// Whether a plain text would be read as something else than a string, by kubectl or by another reader of YAML.
  private static func needsQuotes(_ text: String) -> Bool {
    guard PlainScalar(text) == .string, let first = text.utf8.first else { return true }
    // What is more to others begins like a number, or is `=` or `<<`. Yams has a regular expression for each.
    return "+-.0123456789=<".utf8.contains(first) && Resolver.default.resolveTag(of: Node(text)) != .str
  }
}

extension YAMLNode {
  /// The members by what their keys are read as; a key of its own before one that is merged in.
  fileprivate var models: [String: Member] {
    var models: [String: Member] = [:]
    for member in members ?? [] where !member.key.isMerge {
      if let key = try? YAMLReader.key(member.key) { models[key] = member }
    }
    for member in members ?? [] where member.key.isMerge {
      for mapping in member.value.elements ?? [member.value] {
        models.merge(mapping.models) { own, _ in own }
      }
    }
    return models
  }

  /// A block has no place before a colon.
  fileprivate var keyStyle: Node.Scalar.Style {
    switch scalar?.style {
    case .plain: .plain
    case .singleQuoted: .singleQuoted
    default: .doubleQuoted
    }
  }
}

extension Node.Scalar.Style {
  fileprivate init(_ style: YAMLNode.Style) {
    switch style {
    case .plain: self = .plain
    case .singleQuoted: self = .singleQuoted
    case .doubleQuoted: self = .doubleQuoted
    case .literal: self = .literal
    case .folded: self = .folded
    }
  }
}

extension Unicode.Scalar {
  /// What YAML 1.1 breaks a line at, as libyaml does.
  fileprivate var isLineBreak: Bool {
    switch self {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }
}
