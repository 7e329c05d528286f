internal import HTTP
internal import HTTPTypes
internal import JSON
internal import Logging
internal import RayMesh

/// `POST /mutate` and `POST /mutate-service`: an AdmissionReview in, its answer out.
struct AdmissionEndpoint: Sendable {
  let reviewer: Reviewer
  let log: Logger
  private let metrics = AdmissionMetrics()

  init(reviewer: Reviewer, log: Logger) {
    self.reviewer = reviewer
    self.log = log
  }

  func respond(to request: Request) -> Response {
    if let refusal = request.refusalUnlessJSON { return refusal }
    let start = ContinuousClock.now
    do throws(MalformedReview) {
      let reply = try reviewer.review(request.body)
      let duration = start.duration(to: .now)
      metrics.record(reply, in: duration)
      tell(of: reply, duration)
      return Response(.ok, contentType: "application/json", body: reply.bytes)
    } catch {
      metrics.recordMalformed()
      log.warning("not an admission review", metadata: ["error": "\(error)"])
      return refuse(error)
    }
  }

  private func refuse(_ error: MalformedReview) -> Response {
    switch error {
    case .notJSON: Problem.response(.badRequest, "\(error)")
    case .notAReview(let mismatch): Problem.response(.badRequest, mismatch)
    }
  }

  /// One line for each review: who did what to which cluster, and what became of it. No bodies.
  private func tell(of reply: Reviewer.Reply, _ duration: Duration) {
    log.info("admission review answered", metadata: facts(of: reply, duration))
  }

  private func facts(of reply: Reviewer.Reply, _ duration: Duration) -> Logger.Metadata {
    let review = reply.review
    var facts: Logger.Metadata = [
      "uid": .string(review.uid), "operation": .string(review.operation), "resource": .string(review.resource.name),
      "object": "\(review.namespace)/\(review.name)", "user": .string(review.user),
      "verdict": .string(reply.answer.verdict), "microseconds": .stringConvertible(Int(duration / .microseconds(1))),
    ]
    reply.answer.add(to: &facts)
    return facts
  }
}

extension AdmissionAnswer {
  /// The verdict in a word, from a closed set.
  fileprivate var verdict: String {
    switch self {
    case .allow: "allowed"
    case .patch: "patched"
    case .deny: "denied"
    }
  }

  /// What a patch does, what the user is told, or why nothing goes.
  fileprivate func add(to facts: inout Logger.Metadata) {
    switch self {
    case .allow(let notices):
      facts["operations"] = .stringConvertible(0)
      facts["warnings"] = .array(notices.logged)
    case .patch(let patch, let notices):
      facts["operations"] = .stringConvertible(patch.operations.count + patch.removals.count)
      facts["warnings"] = .array(notices.logged)
    case .deny(let refusal): facts["refusal"] = "\(refusal)"
    }
  }
}

extension [PlanNotice] {
  fileprivate var logged: [Logger.MetadataValue] { map { "\($0.sentence)" } }
}
