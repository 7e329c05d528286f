internal import HTTP
internal import HTTPTypes
internal import JSON
internal import Logging
internal import Metrics
internal import RayPlan

/// `POST /service`: a RayCluster in, its headless Service out.
struct ServiceEndpoint: Sendable {
  let options: PlanOptions
  let log: Logger
  private let generated = Counter(label: ServiceEndpoint.services, dimensions: [("answer", "generated")])
  private let refused = Counter(label: ServiceEndpoint.services, dimensions: [("answer", "refused")])

  static let services = "raymesh_services_total"

  init(options: PlanOptions, log: Logger) {
    self.options = options
    self.log = log
  }

  func respond(to request: Request, within budget: inout WorkBudget) -> Response {
    if let refusal = request.refusalUnlessJSON { return refusal }
    let document: JSONDocument
    do throws(JSONSyntaxError) { document = try JSONDocument(request.body) } catch {
      return refuse(Problem.response(.badRequest, "\(error)"), because: "\(error)")
    }
    do throws(Refusal) {
      let service = try HeadlessService(
        of: document.root, namespace: ServiceEndpoint.defaultNamespace, options: options, within: &budget)
      generated.increment()
      log.info("service generated", metadata: ["namespace": "\(service.namespace)", "name": "\(service.name)"])
      return Response(.json, body: JSONWriter.bytes(of: service.object))
    } catch {
      return budget.isLate
        ? Unavailable.overloaded.response(Problem.response)
        : refuse(Problem.response(.unprocessableContent, error), because: "\(error)")
    }
  }

  private func refuse(_ response: Response, because reason: String) -> Response {
    refused.increment()
    log.info("service refused", metadata: ["reason": "\(reason)"])
    return response
  }

  /// Where kubectl puts what names no namespace.
  private static let defaultNamespace = "default"
}
