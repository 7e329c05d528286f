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

/// Composes a document's nodes from its events, aliases followed.
///
/// Without recursion, and counting what aliases stand for before it is written out: a text of a few lines can mean
/// more than memory holds.
struct YAMLComposer {
  /// How many levels a document may have, aliases followed. Whoever walks the nodes goes down as far, in a debug build
  /// and on a small stack too; a Kubernetes object has a few dozen.
  static let deepest = 256
  /// How large all that aliases stand for may be, in bytes of memory.
  static let mostAliased = 64 << 20

  private var open: [Collection] = []
  private var anchors: [String: Anchor] = [:]
  private var aliased = 0
  private var root: YAMLNode?

  /// The one document of a text, or `nil` where that holds comments only.
  ///
  /// - Throws: `YAMLFault` where it is no YAML, has several documents, or is beyond the limits.
  static func document(of text: String) throws(YAMLFault) -> YAMLNode? {
    let events = try YAMLEvents(text)
    var composer = YAMLComposer()
    while true {
      let event = try events.next()
      if case .end = event.kind { return composer.root }
      try composer.take(event)
    }
  }

  /// A sequence or mapping whose end has not come yet.
  fileprivate struct Collection {
    let start: YAMLEvent
    var children: [YAMLNode] = []
    var size = YAMLComposer.sizeOfNode
    /// How many levels there are below it.
    var depth = 0
  }

  /// What an alias may stand for.
  private enum Anchor {
    case unfinished
    case node(YAMLNode, size: Int, depth: Int)
  }

  /// About what a value takes in memory, beside its text.
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
          line: alias.line, "found aliases that stand for more than \(YAMLComposer.mostAliased >> 20) MiB")
      }
      try place(node, size: size, depth: depth, alias)
    case .unfinished: throw YAMLFault(line: alias.line, "found the alias *\(name) inside of what it stands for")
    case nil: throw YAMLFault(line: alias.line, "found the alias *\(name), which stands for nothing")
    }
  }

  /// - Parameter depth: how many levels there are from the place that an event is at.
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
  /// libyaml tells of a mapping's keys and values in turn.
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
    YAMLFault(line: line, "found more than \(YAMLComposer.deepest) levels, one inside the other")
  }
}

extension YAMLEvent {
  fileprivate var isAlias: Bool { if case .alias = kind { true } else { false } }
}
