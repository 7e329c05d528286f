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
      metrics.record(reply.answer, in: .now - start)
      tell(of: reply)
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

  private func tell(of reply: Reviewer.Reply) {
    log.log(
      level: .info, "admission review answered",
      metadata: [
        "answer": "\(reply.answer.name)", "reason": "\(reply.answer.reason)", "uid": "\(reply.uid)",
        "operation": "\(reply.operation)", "resource": "\(reply.resource)", "namespace": "\(reply.namespace)",
        "name": "\(reply.name)",
      ])
  }
}

extension AdmissionAnswer {
  /// The answer in a word, from a closed set.
  var name: String {
    switch self {
    case .allow: "allowed"
    case .patch: "patched"
    case .deny: "denied"
    }
  }

  /// What a denial says, or how much a patch adds.
  fileprivate var reason: String {
    switch self {
    case .allow: "nothing to add"
    case .patch(let patch, _): "\(patch.operations.count) additions, \(patch.removals.count) removals"
    case .deny(let refusal): refusal.description
    }
  }
}
