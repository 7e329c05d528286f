import Admission
import CoreMetrics
import Foundation
import JSON
import Logging
import RayPlan
import Synchronization
import Telemetry
import TestSupport
import Testing
import Webhook

/// `POST /mutate-service`, asked as a real API server asks.
@Suite(.timeLimit(.minutes(1)))
struct MutateServiceTests {
  private static let services = (ReviewFile.own + ReviewFile.recorded).filter { file in
    file.description.hasPrefix("head-service") || file.description == "create-head-service.json"
  }

  @Test(arguments: services)
  func `a Service is answered as by the command line, on either path and however it is cut`(
    file: ReviewFile
  ) async throws {
    let bytes = try file.bytes
    let expected = try Reviewer().review(bytes)
    let post = Post("/mutate-service?timeout=5s", bytes)
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for pieces in [[post.bytes], [Post("/mutate", bytes).bytes]] + post.awkwardlyCut(seed: UInt64(bytes.count)) {
        try await client.send(pieces)
        let response = try await client.response()
        #expect(response.status == 200)
        #expect(response.text == String(decoding: expected.bytes, as: UTF8.self))
      }
    }
  }

  @Test func `the Service of a head speaks what its pods do`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate-service", try Fixture.bytes("reviews/head-service.json")).bytes])
      let root = try JSONDocument(try await client.response().body).root
      let reply = try AdmissionResponse(root, to: "5f3c0d5e-0041")
      #expect(reply.patch.operations.map(\.path.description) == (0...4).map { "/spec/ports/\($0)/appProtocol" })
      #expect(reply.patch.operations.map(\.value) == ["grpc", "http", "grpc", "http", "http"])
    }
  }

  @Test func `nothing is refused there, not even a RayCluster that cannot work`() async throws {
    try await WebhookVisit.with { visit in
      let client = try await visit.connect()
      for file in ReviewFile.own {
        let bytes = try file.bytes
        try await client.send([Post("/mutate-service", bytes).bytes])
        let response = try await client.response()
        #expect(response.status == 200)
        let uid = try JSONDocument(bytes).root.requiredObject("request").requiredString("uid")
        let reply = try AdmissionResponse(JSONDocument(response.body).root, to: uid)
        #expect(reply.isAllowed && reply.warnings.isEmpty)
        #expect(reply.patch.isEmpty || file.description.hasPrefix("head-service"))
      }
      try await client.send([Post("/mutate-service", Array("{}".utf8)).bytes])
      #expect(try await client.response().status == 400, "there is nobody to answer")
    }
  }

  @Test func `its answers are counted and logged as those about RayClusters are`() async throws {
    let metrics = PrometheusMetrics(help: MetricsHelp.texts)
    let lines = LogLines()
    try await withMetricsFactory(metrics) {
      try await WebhookVisit.with(log: lines.logger) { visit in
        let client = try await visit.connect()
        for name in ["head-service", "head-service-patched"] {
          try await client.send([Post("/mutate-service", try Fixture.bytes("reviews/\(name).json")).bytes])
          _ = try await client.response()
        }
      }
    }
    for verdict in ["patched", "allowed"] {
      let labels = "{operation=\"CREATE\",verdict=\"\(verdict)\"}"
      #expect(metrics.text.contains("raymesh_admission_reviews_total\(labels) 1\n"))
    }
    let user = "system:serviceaccount:kuberay:kuberay-operator"
    #expect(
      lines.all.map { $0.replacing(/microseconds=\d+/, with: "microseconds=…") } == [
        "info admission review answered microseconds=… object=ray/demo-head-svc operation=CREATE operations=5 "
          + "resource=services uid=5f3c0d5e-0041 user=\(user) verdict=patched warnings=[]",
        "info admission review answered microseconds=… object=ray/demo-head-svc operation=CREATE operations=0 "
          + "resource=services uid=5f3c0d5e-0044 user=\(user) verdict=allowed warnings=[]",
      ])
  }
}

/// What is logged of a review that is refused.
@Suite(.timeLimit(.minutes(3))) struct RefusalLogTests {
  @Test func `a refusal's line has the refusal, and no warnings`() async throws {
    let lines = LogLines()
    try await WebhookVisit.with(log: lines.logger) { visit in
      let client = try await visit.connect()
      try await client.send([Post("/mutate", try Fixture.bytes("webhook/create-conflict.json")).bytes])
      _ = try await client.response()
    }
    let line = try #require(lines.all.first)
    #expect(lines.all.count == 1 && line.contains(" refusal=") && line.hasSuffix(" verdict=denied"))
    #expect(!line.contains("warnings"))
  }
}

/// What a logger is told, line by line.
private final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])

  var all: [String] { lines.withLock { $0 } }

  var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

  private struct Handler: LogHandler {
    let lines: LogLines
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let told = (event.metadata ?? [:]).inOrder.map { "\($0.key)=\($0.value)" }
      let line = (["\(event.level)", "\(event.message)"] + told).joined(separator: " ")
      lines.lines.withLock { $0.append(line) }
    }
  }
}
