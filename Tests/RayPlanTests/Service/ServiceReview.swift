import Admission
import JSON
import RayPlan
import TestSupport
import Testing

extension JSONValue {
  /// What a reviewer answers if somebody writes this object of a core resource.
  func answer(
    resource: String, operation: String = "CREATE", by reviewer: Reviewer = Reviewer()
  ) throws -> AdmissionAnswer {
    let review: JSONValue = [
      "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
      "request": [
        "uid": "a-uid", "operation": .string(operation), "namespace": "ray", "object": self, "oldObject": self,
        "resource": ["group": "", "version": "v1", "resource": .string(resource)],
      ],
    ]
    return try reviewer.review(JSONWriter.bytes(of: review)).answer
  }

  /// This Service as it is stored after its review, which a second one leaves as it is. Only protocols change.
  func reviewed() throws -> JSONValue {
    let patch = try answer(resource: "services").patch
    #expect(
      patch.removals.isEmpty
        && patch.operations.allSatisfy { operation in
          value(at: operation.path) == "tcp" && operation.path.description.hasSuffix("/appProtocol")
        })
    let patched = try patch.applied(to: self)
    #expect(try patched.answer(resource: "services") == .allow([]))
    return patched
  }

  /// What each port of a Service is said to speak, by its name.
  var protocols: [String: String] {
    Dictionary(
      (value(at: "/spec/ports")?.elements ?? []).map { ($0["name"]?.string ?? "", $0["appProtocol"]?.string ?? "") },
      uniquingKeysWith: { first, _ in first })
  }

  /// The same, with another value at a place.
  func with(_ value: JSONValue, at place: JSONPointer) throws -> JSONValue {
    try JSONPatch { $0.add(value, at: place) }.applied(to: self)
  }
}
