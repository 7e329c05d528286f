import Admission
import Foundation
import HTTP
import JSON
import Logging
import RayPlan
import TestSupport
import Transport
import Webhook

/// The webhook as it is served: over TLS, on a real socket, with the certificate of an authority made for the occasion.
struct WebhookVisit: Sendable {
  let server: LoopbackServer
  let pair: TLSPair

  /// Serves the webhook as long as `body`.
  static func with<Value>(
    limits: HTTPLimits = .patient, log: Logger = .silent, _ body: (WebhookVisit) async throws -> Value
  ) async throws -> Value {
    let pair = try TLSPair(for: ["localhost", "127.0.0.1", "raymesh.raymesh-system.svc"])
    let router = Router.webhook(options: .standard, log: log)
    return try await LoopbackServer.with(router, tls: pair.server, limits: limits) { server in
      try await body(WebhookVisit(server: server, pair: pair))
    }
  }

  /// A client that connects as an API server does, by the Service's name.
  func connect() async throws -> WireClient {
    try await WireClient.connect(to: server.endpoint, tls: pair.client, host: "raymesh.raymesh-system.svc")
  }
}

/// A request as kube-apiserver writes it.
struct Post {
  let head: [UInt8]
  let body: [UInt8]

  init(_ path: String, _ body: [UInt8], contentType: String? = "application/json", method: String = "POST") {
    let type = contentType.map { "Content-Type: \($0)\r\n" } ?? ""
    head = Array(
      """
      \(method) \(path) HTTP/1.1\r
      Host: raymesh.raymesh-system.svc:443\r
      User-Agent: kube-apiserver-admission\r
      Content-Length: \(body.count)\r
      Accept: application/json, */*\r
      \(type)Accept-Encoding: gzip\r
      \r\n
      """.utf8)
    self.body = body
  }

  var bytes: [UInt8] { head + body }

  /// The request in pieces that end at awkward places: in the head, in the empty line after it, in the body.
  func awkwardlyCut(seed: UInt64) -> [[[UInt8]]] {
    let places = [1, head.count / 2] + Array(head.count - 4...head.count + 1) + [head.count + body.count / 2]
    var generator = SeededGenerator(seed: seed)
    let cuts = (places + [bytes.count - 1]).filter { 0 < $0 && $0 < bytes.count }
    return cuts.map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + [bytes.cut(by: &generator, longest: 700)]
  }
}

extension Logger {
  /// One whose lines nobody reads.
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A file that holds an AdmissionReview.
struct ReviewFile: Sendable, CustomStringConvertible {
  let url: URL

  var description: String { url.lastPathComponent }
  var bytes: [UInt8] { get throws { [UInt8](try Data(contentsOf: url)) } }

  /// The project's own: those of these tests, and where they are, those that all tests share.
  static let own: [ReviewFile] =
    files(in: Fixture.folder.appending(path: "webhook")) + files(in: Fixture.folder.appending(path: "reviews"))

  /// Those recorded from a real API server, where they are.
  static let recorded: [ReviewFile] = Fixture.recordedReviews.map(files) ?? []

  private static func files(in folder: URL) -> [ReviewFile] {
    ((try? Fixture.files(in: folder, ending: ".json")) ?? []).map { ReviewFile(url: $0) }
  }
}
