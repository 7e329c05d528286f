import Admission
import CoreMetrics
import Foundation
import HTTP
import JSON
import RayPlan
import Synchronization
import Telemetry
import TestSupport
import Testing
import Transport
import Webhook

/// The admin listener, and what is counted.
@Suite(.timeLimit(.minutes(3)))
struct AdminTests {
  /// Asks for a path, plainly, on a connection of its own.
  private func ask(_ path: String, of server: LoopbackServer, method: String = "GET") async throws -> WireResponse {
    let client = try await WireClient.connect(to: server.endpoint)
    try await client.send("\(method) \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    return try await client.response(hasBody: method != "HEAD")
  }

  @Test func `liveness and readiness are told apart, and say what is wrong`() async throws {
    let problem = Shared<String?>(nil)
    let checks = [HealthCheck("loops") { nil }, HealthCheck("certificate") { problem.value }]
    let router = Router.admin(live: [checks[0]], ready: checks) { "" }
    try await LoopbackServer.with(router) { server in
      for path in ["/livez", "/readyz"] {
        let response = try await ask(path, of: server)
        #expect(response.status == 200)
        #expect(response.text == "ok\n")
      }
      #expect(try await ask("/readyz?verbose", of: server).text == "[+]loops ok\n[+]certificate ok\n")
      problem.value = "expired"
      #expect(try await ask("/livez", of: server).status == 200)
      let response = try await ask("/readyz", of: server)
      #expect(response.status == 503)
      #expect(response.text == "[+]loops ok\n[-]certificate failed: expired\n")
      #expect(try await ask("/readyz?verbose=1", of: server).status == 503)
      problem.value = nil
      #expect(try await ask("/readyz", of: server, method: "HEAD").status == 200)
    }
  }

  @Test func `metrics are the text of the moment`() async throws {
    let text = Shared("a 1\n")
    try await LoopbackServer.with(Router.admin(live: [], ready: []) { text.value }) { server in
      let response = try await ask("/metrics", of: server)
      #expect(response.text == "a 1\n")
      #expect(response.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      text.value = "a 2\n"
      #expect(try await ask("/metrics?x=y", of: server).text == "a 2\n")
    }
  }

  @Test func `what is not there is told in plain text`() async throws {
    try await LoopbackServer.with(Router.admin(live: [], ready: []) { "" }) { server in
      let response = try await ask("/mutate", of: server)
      #expect(response.status == 404)
      #expect(response.text == "no such path: /mutate; there is GET /livez, GET /readyz, GET /metrics\n")
      let wrongMethod = try await ask("/livez", of: server, method: "DELETE")
      #expect(wrongMethod.status == 405)
      #expect(wrongMethod.fields["allow"] == "GET, HEAD")
    }
  }

  /// What is posted, how often, and so what is counted.
  private static func posts() throws -> [(post: Post, count: Int)] {
    func review(_ name: String) throws -> Post { Post("/mutate", try Fixture.bytes("webhook/\(name).json")) }
    let create = try JSONDocument(try Fixture.bytes("webhook/create.json")).root
    let cluster = JSONValue(try create.requiredObject("request").requiredObject("object"))
    return [
      (try review("create"), 3), (try review("create-conflict"), 2), (try review("update"), 1),
      (try review("delete"), 1), (Post("/mutate", Array("{}".utf8)), 1), (Post("/mutate", Array("no JSON".utf8)), 1),
      (Post("/service", Array("{}".utf8)), 1), (Post("/service", Array("no JSON".utf8)), 1),
      (Post("/service", JSONWriter.bytes(of: cluster)), 1),
    ]
  }

  private static let counts = [
    #"raymesh_admission_reviews_total{operation="CREATE",verdict="patched"} 3"#,
    #"raymesh_admission_reviews_total{operation="CREATE",verdict="denied"} 2"#,
    #"raymesh_admission_reviews_total{operation="UPDATE",verdict="allowed"} 1"#,
    #"raymesh_admission_reviews_total{operation="DELETE",verdict="allowed"} 1"#,
    #"raymesh_admission_reviews_total{operation="unknown",verdict="malformed"} 2"#,
    "raymesh_admission_review_seconds_count 7", #"raymesh_admission_refusals_total{class="ray"} 2"#,
    "raymesh_planned_ports_count 3", #"raymesh_planned_ports_bucket{le="100.0"} 3"#,
    #"raymesh_services_total{answer="generated"} 1"#, #"raymesh_services_total{answer="refused"} 2"#,
    "# TYPE raymesh_admission_reviews_total counter", "# TYPE raymesh_admission_review_seconds histogram",
  ]

  @Test func `every answer is counted, once`() async throws {
    let metrics = PrometheusMetrics(help: MetricsHelp.texts, bounds: MetricsHelp.bounds)
    try await withMetricsFactory(metrics) {
      try await WebhookVisit.with { visit in
        let client = try await visit.connect()
        for (post, count) in try Self.posts() {
          try await client.send(Array(repeating: post.bytes, count: count))
          for _ in 0..<count { _ = try await client.response() }
        }
      }
    }
    let lines = Set(metrics.text.split(separator: "\n"))
    for line in Self.counts { #expect(lines.contains(line[...]), "\(line) is not in:\n\(metrics.text)") }
    for line in metrics.text.split(separator: "\n") where line.hasPrefix("# TYPE ") {
      let name = line.split(separator: " ")[2]
      #expect(metrics.text.contains("# HELP \(name) "))
    }
  }

  /// A cluster whose two groups get no node address, as its annotation asks for.
  private static let withoutAddresses = #"""
    {"metadata":{"name":"demo","annotations":{"raymesh.io/node-address":"never"}},
     "spec":{"headGroupSpec":{"template":{"spec":{"containers":[{"name":"ray"}]}}},
             "workerGroupSpecs":[{"groupName":"a","template":{"spec":{"containers":[{"name":"ray"}]}}}]}}
    """#

  @Test func `every warning is counted by its kind`() async throws {
    let metrics = PrometheusMetrics(help: MetricsHelp.texts, bounds: MetricsHelp.bounds)
    let cluster = try JSONValue(parsing: Self.withoutAddresses)
    let post = Post("/mutate", AdmissionReview.creating(cluster, namespace: "ray", uid: "u"))
    try await withMetricsFactory(metrics) {
      try await WebhookVisit.with { visit in
        let client = try await visit.connect()
        for _ in 0..<3 {
          try await client.send([post.bytes])
          _ = try await client.response()
        }
      }
    }
    #expect(metrics.text.contains(#"raymesh_admission_warnings_total{kind="node-address"} 6"# + "\n"))
    #expect(metrics.text.contains(#"raymesh_admission_warnings_total{kind="left-alone"} 0"# + "\n"))
  }

  @Test func `every kind of answer is shown from the beginning, at zero`() async throws {
    let metrics = PrometheusMetrics(help: MetricsHelp.texts, bounds: MetricsHelp.bounds)
    try await withMetricsFactory(metrics) { try await WebhookVisit.with { _ in } }
    for operation in ["CREATE", "UPDATE", "DELETE", "CONNECT", "other"] {
      for verdict in ["allowed", "patched", "denied"] {
        let labels = #"{operation="\#(operation)",verdict="\#(verdict)"}"#
        #expect(metrics.text.contains("raymesh_admission_reviews_total\(labels) 0"))
      }
    }
    for line in [
      #"raymesh_admission_reviews_total{operation="unknown",verdict="malformed"} 0"#,
      #"raymesh_admission_refusals_total{class="mesh"} 0"#, #"raymesh_admission_warnings_total{kind="node-address"} 0"#,
      #"raymesh_tls_handshake_failures_total{kind="unknown-authority",listener="test"} 0"#,
    ] { #expect(metrics.text.contains(line), "\(line)") }
  }
}

/// A value that a server and its test share.
private final class Shared<Value: Sendable>: Sendable {
  private let stored: Mutex<Value>

  init(_ value: Value) { stored = Mutex(value) }

  var value: Value {
    get { stored.withLock { $0 } }
    set { stored.withLock { $0 = newValue } }
  }
}
