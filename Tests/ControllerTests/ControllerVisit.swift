import HTTP
import JSON
import Kubernetes
import Logging
import RayPlan
import TestSupport
import Transport

@testable import Controller

/// A controller that runs against a played API server.
struct ControllerVisit: Sendable {
  let api: PlayedAPIServer
  let endpoint: Endpoint
  /// What controllers log.
  let lines = LogLines()

  static let cluster = "/apis/ray.io/v1/namespaces/ray/rayclusters/demo"
  static let service = "/api/v1/namespaces/ray/services/demo-headless-svc"
  static let lease = "/apis/coordination.k8s.io/v1/namespaces/raymesh-system/leases/raymesh"

  /// Plays an API server as long as `body`.
  static func with<Value: Sendable>(_ body: (ControllerVisit) async throws -> Value) async throws -> Value {
    let api = PlayedAPIServer()
    return try await LoopbackServer.with(api) { server in
      try await body(ControllerVisit(api: api, endpoint: server.endpoint))
    }
  }

  /// Runs a controller as long as `body`, and then ends it.
  func controlling<Value: Sendable>(
    as identity: String = "one", pauses: Pauses = Pauses(),
    ending end: (RayClusterController, Task<Void, Never>) -> Void = { controller, _ in controller.drain() },
    _ body: (RayClusterController) async throws -> Value
  ) async throws -> Value {
    let access = ClusterAccess(plain: endpoint)
    let loops = try EventLoopGroup(count: 1)
    var settings = RayClusterController.Settings(
      namespace: "raymesh-system", lease: "raymesh", identity: identity, options: .standard)
    settings.pauses = pauses
    let controller = RayClusterController(settings, access: access, clock: .fixed, on: loops.first, log: lines.logger)
    let run = Task { await controller.run() }
    let outcome: Result<Value, any Error>
    do { outcome = .success(try await body(controller)) } catch { outcome = .failure(error) }
    end(controller, run)
    try await within("the end of the controller") { await run.value }
    return try outcome.get()
  }

  /// A RayCluster as the webhook leaves it.
  static func cluster(
    named name: String = "demo", isManaged: Bool = true, parameters: String = "{}", isSuspended: Bool = false
  ) throws -> JSONValue {
    let record = #""annotations":{"raymesh.io/managed":"{\"plan\":1,\"head\":[],\"workers\":{}}"},"#
    return try JSONValue(
      parsing: """
        {"apiVersion":"ray.io/v1","kind":"RayCluster","metadata":{\(isManaged ? record : "")"name":"\(name)",\
        "namespace":"ray"},"spec":{"suspend":\(isSuspended),"headGroupSpec":{"rayStartParams":\(parameters),\
        "template":{"spec":{"containers":[{"name":"ray-head","image":"ray"}]}}}}}
        """)
  }

  /// A pod of the cluster.
  static func pod(_ name: String, made time: String) throws -> JSONValue {
    try JSONValue(
      parsing: """
        {"metadata":{"name":"\(name)","namespace":"ray","labels":{"ray.io/cluster":"demo"},\
        "creationTimestamp":"\(time)"}}
        """)
  }

  func object(_ path: String) -> JSONValue? { api.with { $0.objects[path] } }

  /// The numbers of the Service's ports, in their order.
  var ports: [Int64] {
    (object(Self.service)?.value(at: "/spec/ports")?.elements ?? []).compactMap {
      if case .integer(let number) = $0["port"] { number } else { nil }
    }
  }

  /// The reasons of all Events, in alphabetical order.
  var reasons: [String] {
    api.with { $0.objects.filter { $0.key.contains("/events/") }.compactMap { $0.value["reason"]?.string }.sorted() }
  }

  /// How many requests began so.
  func count(_ request: String) -> Int { api.requests.count { $0.hasPrefix(request) } }
}

extension WallClock {
  /// A clock that stands still, at 2026-11-25T12:00:00Z.
  static let fixed = WallClock { (1_795_608_000, 0) }
}
