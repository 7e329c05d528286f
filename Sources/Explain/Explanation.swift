public import Admission
public import RayPlan

/// What a person reads before trusting Raymesh with a RayCluster: what becomes of it, and why so.
///
/// It is made only where somebody asks, never on the way of an admission request.
public enum Explanation: Sendable {
  /// The cluster stays as it is, for these reasons, each a sentence.
  case untouched([String])
  /// The cluster gets a plan.
  case planned(PlanExplanation)
}

extension ClusterWrite {
  /// Decides as `decision` does, and says why.
  ///
  /// - Throws: `Refusal` if the answer denies the cluster.
  public func explanation() throws(Refusal) -> Explanation {
    switch decision() {
    case (.deny(let refusal), _): throw refusal
    case (.allow(let notices), let plan?), (.patch(_, let notices), let plan?):
      return .planned(PlanExplanation(of: plan, notices: notices))
    case (.allow(let notices), nil), (.patch(_, let notices), nil):
      if notices.isEmpty, case .skip(let reason)? = try? requestedAction() { return .untouched([reason.words]) }
      return .untouched(
        notices.map { notice in
          if case .untouched(let reason) = notice { reason.words } else { notice.sentence }
        })
    }
  }
}

extension RequestedAction.Reason {
  /// Why Raymesh does not look at the cluster at all.
  fileprivate var words: String {
    switch self {
    case .deleted: "it is being deleted, and only waits for its finalizers"
    case .declined: "its annotation \(UserWish.inject) is \"false\""
    case .unmanaged: "it was there before Raymesh; the annotation \(UserWish.inject): \"true\" takes it in"
    }
  }
}
