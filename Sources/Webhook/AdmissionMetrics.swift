internal import Metrics
internal import RayMesh

/// What is counted about admission reviews.
struct AdmissionMetrics: Sendable {
  static let reviews = "raymesh_admission_reviews_total"
  static let duration = "raymesh_admission_review_seconds"

  private let allowed = Counter(label: AdmissionMetrics.reviews, dimensions: [("answer", "allowed")])
  private let patched = Counter(label: AdmissionMetrics.reviews, dimensions: [("answer", "patched")])
  private let denied = Counter(label: AdmissionMetrics.reviews, dimensions: [("answer", "denied")])
  private let malformed = Counter(label: AdmissionMetrics.reviews, dimensions: [("answer", "malformed")])
  private let seconds = Timer(label: AdmissionMetrics.duration)

  func record(_ answer: AdmissionAnswer, in duration: Duration) {
    switch answer {
    case .allow: allowed.increment()
    case .patch: patched.increment()
    case .deny: denied.increment()
    }
    seconds.recordNanoseconds(
      duration.components.attoseconds / 1_000_000_000 + duration.components.seconds * 1_000_000_000)
  }

  func recordMalformed() { malformed.increment() }
}
