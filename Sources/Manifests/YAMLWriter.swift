internal import JSON
internal import Yams

/// Writes a JSON value as a YAML document, in the manner of one that was read where there is one.
///
/// A scalar that has not changed keeps its quotes or the lack of them. Mappings and sequences are written as blocks;
/// anchors, tags, merge keys and comments do not come back.
enum YAMLWriter {
  /// The text of a document, without a marker.
  static func text(of node: Node) throws(YAMLFault) -> String {
    do { return try serialize(node: node, width: -1, allowUnicode: true) } catch { throw YAMLFault(error) }
  }

  /// A value as a document.
  ///
  /// - Parameter model: the document that the value was read from.
  static func node(of value: JSONValue, like model: Node? = nil) -> Node {
    switch value {
    case .object(let object): mapping(of: object, like: model?.mapping)
    case .array(let elements): sequence(of: elements, like: model?.sequence)
    default: scalar(of: value, like: model?.scalar)
    }
  }

  private static func mapping(of object: JSONObject, like model: Node.Mapping?) -> Node {
    let pairs = object.members.map { member in
      (scalar(of: .string(member.key), like: nil), node(of: member.value, like: model?.value(under: member.key)))
    }
    return Node(pairs, Tag(.map), .block)
  }

  private static func sequence(of elements: [JSONValue], like model: Node.Sequence?) -> Node {
    let nodes = elements.enumerated().map { index, element in
      node(of: element, like: model.flatMap { index < $0.count ? $0[index] : nil })
    }
    return Node(nodes, Tag(.seq), .block)
  }

  private static func scalar(of value: JSONValue, like model: Node.Scalar?) -> Node {
    if let model, model.ownTag == nil, (try? YAMLReader.value(of: model)) == value {
      return Node(model.string, .implicit, model.style)
    }
    guard case .string(let text) = value else {
      return Node(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self), .implicit, .plain)
    }
    return Node(text, .implicit, text.contains("\n") ? .literal : needsQuotes(text) ? .singleQuoted : .plain)
  }

  /// Whether a plain text would be read as something else than a string, by kubectl or by another reader of YAML.
  private static func needsQuotes(_ text: String) -> Bool {
    [KubernetesYAML.resolver, .default].contains { $0.resolveTag(of: Node(text)) != .str }
  }
}

extension Node.Mapping {
  /// The value whose key is read as this string.
  fileprivate func value(under key: String) -> Node? {
    first { !$0.key.isMerge && (try? YAMLReader.key($0.key)) == key }?.value
  }
}
