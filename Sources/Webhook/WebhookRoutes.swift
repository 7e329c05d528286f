internal import Admission
package import HTTP
internal import HTTPTypes
internal import JSON
package import Logging
internal import Names
package import RayPlan

extension Router {
  /// What the HTTPS listener answers: `POST /mutate`, `POST /mutate-service`, `POST /service` and `POST /sync`.
  package static func webhook(options: PlanOptions, log: Logger) -> Router {
    var router = Router(for: "webhook", explain: Problem.response)
    let admission = AdmissionEndpoint(reviewer: Reviewer(options: options), log: log)
    // A path that refuses nothing, whatever an API server is told to send there.
    let headServices = AdmissionEndpoint(reviewer: Reviewer(options: options, of: [.headServices]), log: log)
    let service = ServiceEndpoint(options: options, log: log)
    let sync = SyncEndpoint(options: options, log: log)
    router.addTimed(ServerPath.mutate) { admission.respond(to: $0, within: &$1) }
    router.addTimed(ServerPath.mutateService) { headServices.respond(to: $0, within: &$1) }
    router.addTimed(ServerPath.service) { service.respond(to: $0, within: &$1) }
    router.addTimed(ServerPath.sync) { sync.respond(to: $0, within: &$1) }
    return router
  }

  /// Adds a POST whose client says how long it waits.
  private mutating func addTimed(_ path: String, _ work: @escaping @Sendable (Request, inout WorkBudget) -> Response) {
    let time = TimeGuard(path)
    add(.post, path) { time.respond(to: $0, by: work) }
  }
}

extension Request {
  /// The rejection of a body that does not say that it is JSON; `nil` if it does.
  var refusalUnlessJSON: Response? {
    // As API servers have it; all else takes longer to read.
    if head.headerFields[values: .contentType] == ["application/json"] { return nil }
    let stated = head.headerFields[.contentType]
    let type = stated?.prefix { $0 != ";" && $0 != " " && $0 != "\t" }.lowercased()
    guard type != "application/json" else { return nil }
    return Problem.response(
      .unsupportedMediaType, "Content-Type: found \(stated ?? "nothing"), expected application/json")
  }
}

extension ResponseHead {
  /// The head of every answer that is not a rejection.
  static let json = ResponseHead(.ok, contentType: "application/json")
}

/// Builds the response to a rejected request: a status, and a JSON body that says what is wrong and where.
enum Problem {
  /// `{"error": …}` alone, if no place in a document is to blame.
  static func response(_ status: HTTPResponse.Status, _ error: String) -> Response {
    response(status, ["error": .string(error)])
  }

  /// What is wrong with a document, with the place, the value found and what was expected.
  static func response(_ status: HTTPResponse.Status, _ mismatch: JSONMismatch) -> Response {
    response(
      status,
      [
        "error": .string(mismatch.description),
        "path": .string(mismatch.pointer.description),
        "found": .string(mismatch.found),
        "expected": .string(mismatch.expected),
      ])
  }

  /// Why a RayCluster has no plan: the whole text, and each fault alone.
  static func response(_ status: HTTPResponse.Status, _ refusal: Refusal) -> Response {
    if refusal.faults.count == 1, let mismatch = refusal.faults.first?.mismatch {
      return response(status, mismatch)
    }
    return response(
      status,
      [
        "error": .string(refusal.description),
        "faults": .array(refusal.told.map(JSONValue.string)),
      ])
  }

  private static func response(_ status: HTTPResponse.Status, _ body: JSONValue) -> Response {
    Response(status, contentType: "application/json", body: JSONWriter.bytes(of: body) + [UInt8(ascii: "\n")])
  }
}
