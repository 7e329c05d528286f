/// A value of a YAML document as it is written, before it is read as JSON.
///
/// An alias is the node that it refers to.
struct YAMLNode: Sendable {
  let content: Content
  /// The full tag, such as `tag:yaml.org,2002:int`; `nil` if there is none.
  let tag: String?
  /// The line where the value begins, from 1.
  let line: Int

  /// The content of a value.
  enum Content: Sendable {
    case scalar(Scalar)
    case sequence([YAMLNode])
    case mapping([Member])
  }

  /// A text and its style.
  struct Scalar: Sendable {
    let text: String
    let style: Style
  }

  /// The style of a text.
  enum Style: Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  /// A key and its value. Keys may be repeated.
  struct Member: Sendable {
    let key: YAMLNode
    let value: YAMLNode
  }
}

extension YAMLNode {
  /// The scalar; `nil` for another kind of value.
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }

  /// The elements of a sequence; `nil` for another kind of value.
  var elements: [YAMLNode]? { if case .sequence(let elements) = content { elements } else { nil } }

  /// The members of a mapping; `nil` for another kind of value.
  var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }

  /// Returns the value under a key that is written exactly so.
  func member(_ key: String) -> YAMLNode? { members?.last { $0.key.scalar?.text == key }?.value }

  /// Whether this is the key `<<`, which merges in other mappings.
  var isMerge: Bool {
    scalar?.text == "<<" && (tag == "tag:yaml.org,2002:merge" || (tag == nil && scalar?.style == .plain))
  }
}

/// Composes a document's nodes from its events, and resolves aliases.
///
/// It does so without recursion, and counts what aliases expand to: a text of a few lines can expand to more than memory
/// holds.
struct YAMLComposer {
  /// The most levels that a document may have, with aliases resolved. Code that walks the nodes recurses as deep, also in
  /// a debug build and on a small stack. A Kubernetes object has a few dozen levels.
  static let deepest = 256
  /// The most bytes of memory that all aliases may expand to.
  static let mostAliased = 64 << 20

  private var open: [Collection] = []
  private var anchors: [String: Anchor] = [:]
  private var aliased = 0
  private var root: YAMLNode?

  /// Composes the document of a text; `nil` if it contains only comments.
  ///
  /// - Throws: `YAMLFault` if it is not YAML, has several documents, or exceeds a limit.
  static func document(of text: String) throws(YAMLFault) -> YAMLNode? {
    let events = try YAMLEvents(text)
    var composer = YAMLComposer()
    while true {
      let event = try events.next()
      if case .end = event.kind { return composer.root }
      try composer.take(event)
    }
  }

  /// A sequence or mapping that has not ended yet.
  fileprivate struct Collection {
    let start: YAMLEvent
    var children: [YAMLNode] = []
    var size = YAMLComposer.sizeOfNode
    /// The number of levels below it.
    var depth = 0
  }

  /// The value of an anchor.
  private enum Anchor {
    case unfinished
    case node(YAMLNode, size: Int, depth: Int)
  }

  /// The approximate size of a node in memory, without its text.
  private static let sizeOfNode = 64

  private mutating func take(_ event: YAMLEvent) throws(YAMLFault) {
    switch event.kind {
    case .border, .end: break
    case .alias: try follow(event)
    case .scalar(let scalar):
      let node = YAMLNode(content: .scalar(scalar), tag: event.tag, line: event.line)
      try place(node, size: YAMLComposer.sizeOfNode + scalar.text.utf8.count, depth: 0, event)
    case .sequenceStart, .mappingStart:
      try checkLevels(below: 1, event)
      if let anchor = event.anchor { anchors[anchor] = .unfinished }
      open.append(Collection(start: event))
    case .collectionEnd:
      guard let collection = open.popLast() else { return }
      try place(collection.node, size: collection.size, depth: collection.depth + 1, collection.start)
    }
  }

  private mutating func follow(_ alias: YAMLEvent) throws(YAMLFault) {
    let name = alias.anchor ?? ""
    switch anchors[name] {
    case .node(let node, let size, let depth):
      try checkLevels(below: depth, alias)
      aliased += size
      guard aliased <= YAMLComposer.mostAliased else {
        throw YAMLFault(
          line: alias.line, "found aliases that expand to more than \(YAMLComposer.mostAliased >> 20) MiB")
      }
      try place(node, size: size, depth: depth, alias)
    case .unfinished: throw YAMLFault(line: alias.line, "found the alias *\(name) inside its own anchor")
    case nil: throw YAMLFault(line: alias.line, "found the alias *\(name) without an anchor")
    }
  }

  /// - Parameter depth: the number of levels below the place of the event.
  private func checkLevels(below depth: Int, _ event: YAMLEvent) throws(YAMLFault) {
    guard open.count + depth <= YAMLComposer.deepest else { throw .tooDeep(line: event.line) }
  }

  private mutating func place(_ node: YAMLNode, size: Int, depth: Int, _ event: YAMLEvent) throws(YAMLFault) {
    if let anchor = event.anchor, !event.isAlias { anchors[anchor] = .node(node, size: size, depth: depth) }
    guard let last = open.indices.last else {
      guard root == nil else { throw YAMLFault(line: event.line, "found another document, expected one") }
      return root = node
    }
    open[last].children.append(node)
    open[last].size += size
    open[last].depth = max(open[last].depth, depth)
  }
}

extension YAMLComposer.Collection {
  /// The finished node. The children of a mapping are keys and values in turn.
  fileprivate var node: YAMLNode {
    guard case .mappingStart = start.kind else {
      return YAMLNode(content: .sequence(children), tag: start.tag, line: start.line)
    }
    let members = stride(from: 0, to: children.count - 1, by: 2).map { index in
      YAMLNode.Member(key: children[index], value: children[index + 1])
    }
    return YAMLNode(content: .mapping(members), tag: start.tag, line: start.line)
  }
}

extension YAMLFault {
  static func tooDeep(line: Int) -> YAMLFault {
    YAMLFault(line: line, "found more than \(YAMLComposer.deepest) levels of nesting")
  }
}

extension YAMLEvent {
  fileprivate var isAlias: Bool { if case .alias = kind { true } else { false } }
}
