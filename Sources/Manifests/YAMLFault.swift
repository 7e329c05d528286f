/// What is wrong in a YAML text.
struct YAMLFault: Error, Hashable {
  /// The line within the text, from 1.
  let line: Int
  let reason: String

  init(line: Int, _ reason: String) {
    self.line = line
    self.reason = reason
  }

  init(at node: YAMLNode, _ reason: String) { self.init(line: node.line, reason) }
}
