import JSON
import TestSupport

/// The real `kubectl`, if the machine has one.
enum Kubectl {
  /// Whether it is there and reads a file without a cluster.
  static var isAtHand: Bool { get async { await probe.value } }

  private static let probe = Task {
    guard let folder = try? TemporaryFolder(),
      let file = try? folder.write(Array("apiVersion: v1\nkind: Probe\nmetadata: {name: a}\n".utf8), to: "probe.yaml")
    else { return false }
    return (try? await readings(of: [file]))?.documents.count == 1
  }

  /// What it reads files as, document by document, each with a label `x: y`; and which files it refuses.
  static func readings(of files: [String]) async throws -> (documents: [JSONValue], refused: [String]) {
    let flags = files.flatMap { ["-f", $0] }
    let run = try await Subprocess.run(["kubectl", "label", "--local", "-o", "json", "x=y"] + flags)
    // One object after the other, each indented except for its first and last line.
    let documents = try JSONValue(parsing: "[\(run.text.replacing("\n}\n{\n", with: "\n},{\n"))]").elements ?? []
    return (documents, files.filter { run.errorText.contains("error parsing \($0): ") })
  }
}

extension JSONValue {
  /// The value to be compared with another if the order of members means nothing, and numbers are what Go's
  /// `float64` makes of them.
  var unordered: JSONValue {
    switch self {
    case .integer(let number): return .double(Double(number))
    case .unsigned(let number): return .double(Double(number))
    case .array(let elements): return .array(elements.map(\.unordered))
    case .object(let object):
      var sorted = JSONObject()
      for member in object.members.sorted(by: { $0.key.unicodeScalars.lexicographicallyPrecedes($1.key.unicodeScalars) }
      ) {
        sorted[member.key] = member.value.unordered
      }
      return .object(sorted)
    default: return self
    }
  }
}
