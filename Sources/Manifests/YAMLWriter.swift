internal import JSON

/// Writes a JSON value as a YAML document, in the style of the document that it was read from.
///
/// An unchanged key or scalar keeps its spelling and style. Mappings and sequences are written as blocks. Anchors, tags,
/// merge keys and comments are lost.
enum YAMLWriter {
  /// Drafts a value as a document.
  ///
  /// - Parameter model: the document that the value was read from.
  static func draft(of value: JSONValue, like model: YAMLNode? = nil) -> YAMLDraft {
    switch value {
    case .object(let object): mapping(of: object, like: model)
    case .array(let elements): sequence(of: elements, like: model)
    default: scalar(of: value, like: model)
    }
  }

  /// Drafts a mapping. The value of one key may already be written.
  static func mapping(
    of object: JSONObject, like model: YAMLNode?, with written: (key: String, draft: YAMLDraft)? = nil
  ) -> YAMLDraft {
    let models = model?.models ?? [:]
    let pairs = object.members.map { member in
      let model = models[member.key]
      let value = member.key == written?.key ? written?.draft : nil
      return (key(member.key, like: model?.key), value ?? draft(of: member.value, like: model?.value))
    }
    return .mapping(pairs)
  }

  private static func sequence(of elements: [JSONValue], like model: YAMLNode?) -> YAMLDraft {
    let models = model?.elements ?? []
    let drafts = elements.enumerated().map { index, element in
      draft(of: element, like: index < models.count ? models[index] : nil)
    }
    return .sequence(drafts)
  }

  private static func key(_ key: String, like model: YAMLNode?) -> YAMLDraft {
    if let model, let scalar = model.scalar, model.tag == nil, (try? YAMLReader.key(model)) == key {
      return .scalar(scalar.text, model.keyStyle)
    }
    return .scalar(key, style(of: key))
  }

  private static func scalar(of value: JSONValue, like model: YAMLNode?) -> YAMLDraft {
    if let model, let scalar = model.scalar, model.tag == nil, (try? YAMLReader.value(of: scalar, in: model)) == value {
      return .scalar(scalar.text, scalar.style)
    }
    guard case .string(let text) = value else {
      return .scalar(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self), .plain)
    }
    return .scalar(text, style(of: text))
  }

  /// Chooses the style of a new text. libyaml quotes what cannot be plain.
  private static func style(of text: String) -> YAMLNode.Style {
    if text.unicodeScalars.contains(where: { $0 != "\n" && $0.isLineBreak }) { return .doubleQuoted }
    if text.utf8.contains(UInt8(ascii: "\n")) { return .literal }
    return needsQuotes(text) ? .singleQuoted : .plain
  }

  /// Whether kubectl or another YAML reader would read a plain text as something else than a string. To other readers
  /// `1:30` is a number in base 60, `2026-01-02` a date, `=` a default value and `<<` a merge key.
  private static func needsQuotes(_ text: String) -> Bool {
    guard PlainScalar(text) == .string, let first = text.utf8.first else { return true }
    if text == "=" || text == "<<" { return true }
    // Versions and addresses have two dots, but no number or time has. Each of those has a digit.
    return "+-.0123456789".utf8.contains(first) && text.utf8.count { $0 == UInt8(ascii: ".") } < 2
      && text.utf8.contains(where: "0123456789".utf8.contains)
      && text.utf8.allSatisfy("0123456789abcdefABCDEFxo_:.+-TtZ \t".utf8.contains)
  }
}

extension YAMLNode {
  /// The members by their keys. A mapping's own key counts before a merged one.
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

  /// The style of a key, which cannot be a block.
  fileprivate var keyStyle: Style {
    switch scalar?.style {
    case .plain: .plain
    case .singleQuoted: .singleQuoted
    default: .doubleQuoted
    }
  }
}

extension Unicode.Scalar {
  /// Whether YAML 1.1 breaks a line at this character, as libyaml does.
  fileprivate var isLineBreak: Bool {
    switch self {
    case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }
}
