internal import Admission
internal import HTTP
internal import HTTPTypes
internal import JSON
internal import Limits
internal import Logging
internal import RayPlan

/// `POST /mutate` and `POST /mutate-service`: an AdmissionReview in, its answer out.
struct AdmissionEndpoint: Sendable {
  let reviewer: Reviewer
  let log: Logger
  private let metrics = AdmissionMetrics()

  init(reviewer: Reviewer, log: Logger) {
    self.reviewer = reviewer
    self.log = log
  }

  func respond(to request: Request, within budget: inout WorkBudget) -> Response {
    if let refusal = request.refusalUnlessJSON { return refusal }
    let start = ContinuousClock.now
    do throws(MalformedReview) {
      let reply = try reviewer.review(request.body, within: &budget)
      let duration = start.duration(to: .now)
      metrics.record(reply, in: duration)
      tell(of: reply, duration)
      return Response(.json, body: reply.bytes)
    } catch { return refuse(error) }
  }

  private func refuse(_ error: MalformedReview) -> Response {
    if case .late = error {
      log.warning("admission review not finished in time")
      return Unavailable.overloaded.response(Problem.response)
    }
    metrics.recordMalformed()
    log.warning("not an admission review", metadata: ["error": "\(error)"])
    if case .notAReview(let mismatch) = error { return Problem.response(.badRequest, mismatch) }
    return Problem.response(.badRequest, "\(error)")
  }

  /// One line for each review: who did what to which cluster, and what became of it. No bodies.
  private func tell(of reply: Reviewer.Reply, _ duration: Duration) {
    log.info("admission review answered", metadata: ["review": .stringConvertible(facts(of: reply, duration))])
  }

  /// Lists the facts in the order of their names, so that no table is made and sorted for each review.
  private func facts(of reply: Reviewer.Reply, _ duration: Duration) -> [Logger.Metadata.Element] {
    let review = reply.review
    let warnings = reply.answer.notices?.prefix(ReviewLimits.noticesTold.value).map {
      Logger.MetadataValue.string($0.sentence)
    }
    var facts: [Logger.Metadata.Element] = [
      ("microseconds", .stringConvertible(Int(duration / .microseconds(1)))),
      ("object", "\(review.namespace)/\(review.name)"), ("operation", .string(review.operation)),
      reply.answer.outcome, ("resource", .string(review.resource.name)), ("uid", .string(review.uid)),
      ("user", .string(review.user)), ("verdict", .string(reply.answer.verdict)), ("warnings", .array(warnings ?? [])),
    ]
    // A refusal has none.
    if warnings == nil { facts.removeLast() }
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

  /// How much a patch does, or why nothing goes.
  fileprivate var outcome: Logger.Metadata.Element {
    switch self {
    case .allow: ("operations", .stringConvertible(0))
    case .patch(let patch, _): ("operations", .stringConvertible(patch.count))
    case .deny(let refusal): ("refusal", .string("\(refusal)"))
    }
  }

  /// What the user is told; `nil` if nothing goes.
  fileprivate var notices: [PlanNotice]? {
    switch self {
    case .allow(let notices), .patch(_, let notices): notices
    case .deny: nil
    }
  }
}
