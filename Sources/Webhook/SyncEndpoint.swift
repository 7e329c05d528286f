internal import HTTP
internal import HTTPTypes
internal import JSON
internal import Logging
internal import Metrics
internal import RayPlan

/// `POST /sync`: Metacontroller's decorator hook. A RayCluster that is managed gets its headless Service attached.
///
/// The answer is the same for both versions of the hook. Of the request only the cluster counts, which version 1 calls
/// `object` and version 2 `parent` (Metacontroller, `pkg/controller/decorator/api/v1` and `v2`).
struct SyncEndpoint: Sendable {
  let options: PlanOptions
  let log: Logger
  private let attached = Counter(label: SyncEndpoint.syncs, dimensions: [("answer", "attached")])
  private let unmanaged = Counter(label: SyncEndpoint.syncs, dimensions: [("answer", "unmanaged")])
  private let refused = Counter(label: SyncEndpoint.syncs, dimensions: [("answer", "refused")])

  static let syncs = "raymesh_syncs_total"

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
    do throws(JSONMismatch) {
      let object = try SyncEndpoint.cluster(in: document.root).asRoot
      let isFinalizing = document.root.member("finalizing")?.bool ?? false
      guard !isFinalizing, try ClusterMetadata(of: object).isManaged else {
        unmanaged.increment()
        return SyncEndpoint.answer([], isFinalizing: isFinalizing)
      }
      return attach(to: object, &budget)
    } catch {
      return refuse(Problem.response(.unprocessableContent, error), because: "\(error)")
    }
  }

  private static func cluster(in call: JSONElement) throws(JSONMismatch) -> JSONElement {
    if let parent = try call.object("parent") { return parent }
    return try call.requiredObject("object")
  }

  /// A cluster without a plan is an error and not an answer without attachments, which would take its Service away.
  private func attach(to object: JSONElement, _ budget: inout WorkBudget) -> Response {
    do throws(Refusal) {
      // An object of a namespaced kind always names its namespace.
      let service = try HeadlessService(of: object, namespace: "default", options: options, within: &budget)
      attached.increment()
      log.info("service attached", metadata: ["namespace": "\(service.namespace)", "name": "\(service.name)"])
      return SyncEndpoint.answer([service.object], isFinalizing: false)
    } catch {
      return budget.isLate
        ? Unavailable.overloaded.response(Problem.response)
        : refuse(Problem.response(.unprocessableContent, error), because: "\(error)")
    }
  }

  /// Every key, as version 2 takes no other, and null if Metacontroller should leave things as they are.
  private static func answer(_ attachments: [JSONValue], isFinalizing: Bool) -> Response {
    let answer: JSONValue = [
      "labels": .null, "annotations": .null, "status": .null, "attachments": .array(attachments),
      "resyncAfterSeconds": .null, "finalized": isFinalizing ? true : .null,
    ]
    return Response(.json, body: JSONWriter.bytes(of: answer))
  }

  private func refuse(_ response: Response, because reason: String) -> Response {
    refused.increment()
    log.warning("sync refused", metadata: ["reason": "\(reason)"])
    return response
  }
}
