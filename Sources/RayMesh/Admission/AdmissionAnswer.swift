internal import FoundationEssentials
public import JSON

/// What Raymesh says to an admission request. A refusal carries no patch, and a patch is no refusal.
public enum AdmissionAnswer: Hashable, Sendable {
  /// Let it pass as it is.
  case allow(warnings: [String])
  /// Let it pass with additions, and with what the user should know about them.
  case patch(JSONPatch, warnings: [String])
  /// Refuse it, in words for the person who wrote the object.
  case deny(String)
}

extension AdmissionReview {
  /// The whole reply to this review: same version, same uid, and `patchType` exactly where there is a patch.
  public func answer(_ answer: AdmissionAnswer) -> [UInt8] {
    var writer = JSONWriter(capacity: 4096)
    writer.object { writer in
      writer.member("apiVersion", .string(version.rawValue))
      writer.member("kind", "AdmissionReview")
      writer.key("response")
      writer.object { writer in
        writer.member("uid", .string(uid))
        writer.answer(answer)
      }
    }
    return writer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func answer(_ answer: AdmissionAnswer) {
    switch answer {
    case .allow(let warnings):
      member("allowed", true)
      self.warnings(warnings)
    case .patch(let patch, let warnings):
      member("allowed", true)
      key("patch")
      plainString(Data(patch.bytes).base64EncodedData())
      member("patchType", "JSONPatch")
      self.warnings(warnings)
    case .deny(let message):
      member("allowed", false)
      member("status", ["code": 422, "reason": "Invalid", "message": .string(message)])
    }
  }

  private mutating func warnings(_ warnings: [String]) {
    guard !warnings.isEmpty else { return }
    member("warnings", .array(warnings.map(JSONValue.string)))
  }
}
