internal import Admission
internal import HTTP
internal import Metrics
internal import RayPlan

/// What is counted about admission reviews. Every series is there from the start.
struct AdmissionMetrics: Sendable {
  static let reviews = "raymesh_admission_reviews_total"
  static let duration = "raymesh_admission_review_seconds"
  static let ports = "raymesh_planned_ports"
  static let refusals = "raymesh_admission_refusals_total"
  static let warnings = "raymesh_admission_warnings_total"

  /// Bounds of the histograms that the usual ones do not fit.
  static let bounds = [
    duration: [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    ports: [50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 65535],
  ]

  private let create = Verdicts("CREATE")
  private let update = Verdicts("UPDATE")
  private let delete = Verdicts("DELETE")
  private let connect = Verdicts("CONNECT")
  private let others = Verdicts("other")
  private let malformed = Counter(
    label: AdmissionMetrics.reviews, dimensions: [("operation", "unknown"), ("verdict", "malformed")])
  private let seconds = Timer(label: AdmissionMetrics.duration)
  private let planned = Recorder(label: AdmissionMetrics.ports, aggregate: true)
  private let refused: [String: Counter]
  private let warned: [String: Counter]

  private struct Verdicts: Sendable {
    let allowed: Counter
    let patched: Counter
    let denied: Counter

    init(_ operation: String) {
      let counter = { (verdict: String) in
        Counter(label: AdmissionMetrics.reviews, dimensions: [("operation", operation), ("verdict", verdict)])
      }
      (allowed, patched, denied) = (counter("allowed"), counter("patched"), counter("denied"))
    }

    subscript(answer: AdmissionAnswer) -> Counter {
      switch answer {
      case .allow: allowed
      case .patch: patched
      case .deny: denied
      }
    }
  }

  init() {
    let each = { (name: String, label: String, values: [String]) in
      Dictionary(values.map { ($0, Counter(label: name, dimensions: [(label, $0)])) }) { first, _ in first }
    }
    refused = each(AdmissionMetrics.refusals, "class", PlanFault.Class.allCases.map(\.rawValue))
    warned = each(AdmissionMetrics.warnings, "kind", PlanNotice.Kind.allCases.map(\.rawValue))
  }

  func record(_ reply: Reviewer.Reply, in duration: Duration) {
    verdicts(of: reply.review.operation)[reply.answer].increment()
    seconds.record(duration: duration)
    if let count = reply.plan?.portCount { planned.record(count) }
    switch reply.answer {
    case .allow(let notices), .patch(_, let notices):
      for notice in notices { warned[notice.kind.rawValue]?.increment() }
    case .deny(let refusal): for fault in refusal.faultClasses { refused[fault.rawValue]?.increment() }
    }
  }

  private func verdicts(of operation: String) -> Verdicts {
    switch operation {
    case "CREATE": create
    case "UPDATE": update
    case "DELETE": delete
    case "CONNECT": connect
    default: others
    }
  }

  func recordMalformed() { malformed.increment() }
}

/// What each metric of the webhook means, for the `# HELP` lines.
package enum MetricsHelp {
  /// The meanings by name.
  package static let texts = HTTPMetrics.help.merging(own) { _, own in own }

  /// The bounds of histograms that the usual ones do not fit, by name.
  package static let bounds = AdmissionMetrics.bounds

  private static let own = [
    AdmissionMetrics.reviews:
      "Admission reviews by operation and verdict: allowed as is, patched, denied, or malformed.",
    AdmissionMetrics.ports: "Ports that a planned RayCluster's Service lists.",
    AdmissionMetrics.refusals: "RayClusters rejected, by class: ray, range, mesh or form.",
    AdmissionMetrics.warnings: "Warnings given to users, by kind.",
    AdmissionMetrics.duration: "Time from a whole review to its whole reply, without the network.",
    ServiceEndpoint.services: "Headless Services asked for over HTTP, by answer.",
    SyncEndpoint.syncs:
      "Metacontroller's calls, by answer: a Service attached, none as the cluster is unmanaged, or refused.",
    TimeGuard.budget: "What was left of a client's time when work on its request began.",
    TimeGuard.shed: "Requests rejected with 503 because too little time was left.",
  ]
}
