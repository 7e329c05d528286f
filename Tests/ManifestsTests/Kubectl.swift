import JSON
import TestSupport

/// The real `kubectl`, where the machine has one.
enum Kubectl {
  /// Whether it is there and reads a file without a cluster.
  static var isAtHand: Bool { get async { await probe.value } }

  private static let probe = Task {
    guard let folder = try? TemporaryFolder(),
      let file = try? folder.write(Array("apiVersion: v1\nkind: Probe\nmetadata: {name: a}\n".utf8), to: "probe.yaml")
    else { return false }
    return (try? await reading(of: file)) != nil
  }

  /// What `kubectl` reads a file of one document as, with a label `x: y`; `nil` where it refuses.
  static func reading(of file: String) async throws -> JSONValue? {
    let run = try await Subprocess.run(["kubectl", "label", "--local", "-f", file, "-o", "json", "x=y"])
    return run.status == 0 ? JSONValue(try JSONDocument(run.output).root) : nil
  }
}

extension JSONValue {
  /// The value to be compared with another where the order of members means nothing, and numbers are what Go's
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
