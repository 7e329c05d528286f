/// One value of a YAML document as it is written: what an editor sees, not yet what an API server gets.
///
/// An alias is the very node that it stands for.
struct YAMLNode: Sendable {
  let content: Content
  /// The tag, written out (`tag:yaml.org,2002:int`), or `nil` where there is none.
  let tag: String?
  /// The line of the text that the value begins at, from 1.
  let line: Int

  /// What the value is made of.
  enum Content: Sendable {
    case scalar(Scalar)
    case sequence([YAMLNode])
    case mapping([Member])
  }

  /// A text, and how it is written.
  struct Scalar: Sendable {
    let text: String
    let style: Style
  }

  /// How a text is written.
  enum Style: Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  /// A key and its value, in the order of the text; keys may be repeated.
  struct Member: Sendable {
    let key: YAMLNode
    let value: YAMLNode
  }
}

extension YAMLNode {
  /// The text of a scalar.
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  /// The elements of a sequence.
  var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }

  /// The members of a mapping.
  var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }

  /// The value under a key that is written just so.
  func member(_ key: String) -> YAMLNode? { members?.last { $0.key.scalar?.text == key }?.value }

  /// Whether this is the key `<<`, under which other mappings are merged in.
  var isMerge: Bool {
    scalar?.text == "<<" && (tag == "tag:yaml.org,2002:merge" || (tag == nil && scalar?.style == .plain))
  }
}
