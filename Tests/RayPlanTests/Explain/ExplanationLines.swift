import Admission
import Explain
import JSON
import RayPlan
import TestSupport

extension PlanExplanation {
  /// What a test says about an entry: every use of it as `groups | author | why`.
  func uses(of number: Int) -> [String] {
    let entry = Port(number).flatMap { port in ports.first { $0.ports.contains(port) } }
    return (entry?.claims ?? []).map { claim in
      "\(claim.groups.map { groups[$0].name }.joined(separator: " ")) | \(claim.author) | \(claim.why)"
    }
  }

  /// The Service's ports that the entries stand for, one by one.
  var listed: [String] {
    ports.flatMap { entry -> [String] in
      let said = "\(entry.transport.rawValue) \(entry.appProtocol?.rawValue ?? "-")"
      let (first, last) = (entry.ports.lowerBound.number, entry.ports.upperBound.number)
      guard first < last else { return ["\(first) \(entry.name) \(said)"] }
      let names = (first...last).map { "p\($0)" }
      guard names.first == entry.name, names.last == entry.lastName else { return ["\(entry)"] }
      return zip(first...last, names).map { "\($0) \($1) \(said)" }
    }
  }
}

extension HeadlessService {
  /// The ports in the words of `PlanExplanation.listed`.
  var listed: [String] {
    ports.map { "\($0.port) \($0.name) \($0.transport.rawValue) \($0.appProtocol?.rawValue ?? "-")" }
  }
}

extension ClusterSketch {
  /// The explanation of the plan, if there is one.
  func explanation(_ options: PlanOptions = .standard) throws -> PlanExplanation {
    PlanExplanation(of: try plan(options))
  }

  /// The cluster as its plan patches it.
  func patched() throws -> JSONValue { try plan().patch.applied(to: object) }

  /// What becomes of the cluster if somebody creates it, and why so.
  func explained() throws -> Explanation {
    let document = try JSONDocument(JSONWriter.bytes(of: object))
    return try ClusterWrite(document.root, namespace: "ray", options: .standard).explanation()
  }
}
