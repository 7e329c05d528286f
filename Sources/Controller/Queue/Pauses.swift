internal import Kubernetes

/// How long the controller waits before it looks at a cluster again, for each reason to do so.
struct Pauses: Sendable {
  /// After a call that failed and may succeed.
  var failures = Backoff.items
  /// After a call that the API server will refuse until somebody changes an object or a right.
  var rejections = Backoff(first: .seconds(1), longest: .seconds(300))
  /// While somebody else's Service has the name. Nobody tells of its changes unless it has Raymesh's label.
  var conflicts = Backoff(first: .seconds(30), longest: .seconds(300))
  /// While pods are there that their watch has not told of.
  var unseenPods = Duration.seconds(30)

  /// What to wait by after a look, `nil` if there is nothing to wait for.
  func backoff(after result: ReconcileResult) -> Backoff? {
    switch result {
    case .failed: failures
    case .rejected: rejections
    case .conflict: conflicts
    case .created, .applied, .adopted, .unchanged, .gone, .refused, .unreadable: nil
    }
  }
}
