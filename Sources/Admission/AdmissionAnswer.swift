public import JSON
internal import Limits
public import RayPlan

/// What Raymesh says to an admission request. A refusal carries no patch, and a patch is no refusal.
public enum AdmissionAnswer: Hashable, Sendable {
  /// Let it pass as it is, with what the user should know.
  case allow([PlanNotice])
  /// Let it pass with additions, and with what the user should know about them.
  case patch(JSONPatch, [PlanNotice])
  /// Refuse it, in words for the person who wrote the object.
  case deny(Refusal)
}

extension AdmissionReview {
  /// The whole reply to this review: same version, same uid, and `patchType` exactly if there is a patch.
  public func answer(_ answer: AdmissionAnswer) -> [UInt8] {
    var writer = JSONWriter(capacity: 512 + answer.encodedPatch)
    writer.object { writer in
      writer.verbatim(#""apiVersion":"#)
      writer.string(version.rawValue)
      writer.verbatim(#","kind":"AdmissionReview","response":"#)
      writer.object { writer in
        writer.verbatim(#""uid":"#)
        writer.string(uid)
        writer.answer(answer)
      }
    }
    return writer.bytes
  }
}

extension AdmissionAnswer {
  /// How many letters its patch has.
  fileprivate var encodedPatch: Int { if case .patch(let patch, _) = self { patch.bytes.count / 3 * 4 + 4 } else { 0 } }
}

extension JSONWriter {
  fileprivate mutating func answer(_ answer: AdmissionAnswer) {
    switch answer {
    case .allow(let notices):
      members(#""allowed":true"#)
      tell(notices)
    case .patch(let patch, let notices):
      verbatim(#","allowed":true,"patch":"#)
      base64(patch.bytes)
      members(#""patchType":"JSONPatch""#)
      tell(notices)
    case .deny(let refusal):
      members(#""allowed":false"#)
      member("status", ["code": 422, "reason": "Invalid", "message": .string("RayCluster \(refusal)")])
      member("auditAnnotations", ["refused": .string(refusal.classes)])
    }
  }

  /// To the user as warnings, and to the audit log in full.
  private mutating func tell(_ notices: [PlanNotice]) {
    guard !notices.isEmpty else { return }
    member("warnings", .array(notices.warnings.map(JSONValue.string)))
    key("auditAnnotations")
    object { writer in
      for (kind, sentences) in notices.sentences { writer.member(kind.rawValue, .string(sentences)) }
    }
  }
}

extension PortPlan {
  /// The notices as `kubectl` prints them.
  public var warnings: [String] { notices.warnings }
}

extension [PlanNotice] {
  /// The notices as `kubectl` prints them; of very many the first, as an API server takes 4 KiB of warnings in all
  /// (`k8s.io/apiserver/pkg/endpoints/filters/warning.go`).
  public var warnings: [String] {
    let most = ReviewLimits.noticesTold.value
    let told = prefix(most).map(\.warning)
    return count > most ? told + ["raymesh: and \(count - most) more, which the audit log has"] : told
  }

  /// The notices of each kind as one text, in the order in which the kinds come; of very many the first.
  fileprivate var sentences: [(kind: PlanNotice.Kind, text: String)] {
    var sentences: [(kind: PlanNotice.Kind, text: String)] = []
    for notice in prefix(ReviewLimits.noticesAudited.value) {
      if let place = sentences.firstIndex(where: { $0.kind == notice.kind }) {
        sentences[place].text += "; " + notice.sentence
      } else {
        sentences.append((notice.kind, notice.sentence))
      }
    }
    let more = count - ReviewLimits.noticesAudited.value
    if more > 0, let last = sentences.indices.last { sentences[last].text += "; and \(more) more" }
    return sentences
  }
}
