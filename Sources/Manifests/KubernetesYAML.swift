internal import Yams

/// How `kubectl` reads plain scalars.
///
/// That is `sigs.k8s.io/yaml`, a fork of go-yaml 2: YAML 1.1's words for truth, `y` and `n` among them, but none of its
/// numbers to the base 60. Measured with kubectl 1.32, whose answers are a fixture of the tests.
enum KubernetesYAML {
  static let resolver: Resolver = {
    let rules: [(Tag.Name, String)] = [
      (.bool, "^(?:[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$"),
      (.int, "^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0o?[0-7_]+|0|[1-9][0-9_]*)$"),
      (
        .float,
        "^(?:[-+]?(?:[0-9][0-9_]*(?:\\.[0-9_]*)?|\\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN))$"
      ),
    ]
    return rules.reduce(.default) { resolver, rule in (try? resolver.replacing(rule.0, with: rule.1)) ?? resolver }
  }()

  /// The one document of a text, or `nil` where that holds comments only.
  ///
  /// - Throws: `YAMLFault` where it is no YAML.
  static func node(of text: String) throws(YAMLFault) -> Node? {
    do { return try Parser(yaml: text, resolver: resolver).singleRoot() } catch {
      throw YAMLFault(error)
    }
  }
}

/// What is wrong in a YAML text.
struct YAMLFault: Error {
  /// The line within the text, from 1.
  let line: Int
  let reason: String

  init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }

  init(at node: Node, _ reason: String) { self.init(line: node.mark?.line ?? 1, reason: reason) }

  init(_ error: any Error) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      self.init(line: mark.line, reason: "not YAML: \(context.map { "\($0.text), " } ?? "")\(problem)")
    case .reader(let problem, _, _, _): self.init(line: 1, reason: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
      self.init(line: context.mark.line, reason: "found \(names) twice in one mapping, expected once")
    default: self.init(line: 1, reason: "not YAML: \(error)")
    }
  }
}

extension Tag {
  /// The tag's name, which Yams keeps to itself except as text.
  var id: Tag.Name { Tag.Name(rawValue: rawValue) }
}
