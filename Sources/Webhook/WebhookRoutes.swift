public import HTTP
internal import HTTPTypes
public import Logging
public import RayMesh

extension Router {
  /// What the HTTPS listener answers: `POST /mutate`, `POST /mutate-service` and `POST /service`.
  public static func webhook(options: PlanOptions, log: Logger) -> Router {
    var router = Router(explain: Problem.response)
    let admission = AdmissionEndpoint(reviewer: Reviewer(options: options), log: log)
    // A path that refuses nothing, whatever an API server is told to send there.
    let headServices = AdmissionEndpoint(reviewer: Reviewer(options: options, of: [.headServices]), log: log)
    let service = ServiceEndpoint(companion: Companion(options: options), log: log)
    router.add(.post, "/mutate") { admission.respond(to: $0) }
    router.add(.post, "/mutate-service") { headServices.respond(to: $0) }
    router.add(.post, "/service") { service.respond(to: $0) }
    return router
  }
}

extension Request {
  /// A refusal of a body that does not say that it is JSON, or `nil` where it does.
  var refusalUnlessJSON: Response? {
    let stated = head.headerFields[.contentType]
    let type = stated?.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
    guard type != "application/json" else { return nil }
    return Problem.response(
      .unsupportedMediaType, "Content-Type: found \(stated ?? "nothing"), expected application/json")
  }
}
