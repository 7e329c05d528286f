import Admission
import Foundation
import HTTP
import JSON
import RayPlan
import TestSupport
import Testing
import Transport
import Webhook

/// The client against the real server.
@Suite(.timeLimit(.minutes(3)))
struct WebhookClientTests {
  private let loops: EventLoopGroup

  init() throws { loops = try EventLoopGroup(count: 1) }

  private func cluster(_ file: String) throws -> JSONValue {
    let review = try JSONDocument(try Fixture.bytes("webhook/\(file).json")).root
    return JSONValue(try review.requiredObject("request").requiredObject("object"))
  }

  private func connect(_ visit: WebhookVisit) async throws -> WebhookClient {
    try await WebhookClient.connect(to: visit.server.endpoint, tls: visit.pair.client, on: loops.first, until: later)
  }

  @Test(arguments: ["create", "create-v1beta1"])
  func `the patch of a new RayCluster comes back, and applies`(file: String) async throws {
    let cluster = try cluster(file)
    try await WebhookVisit.with { visit in
      let client = try await connect(visit)
      let response = try await client.create(cluster, namespace: "mesh")
      #expect(response.isAllowed)
      #expect(response.message == nil)
      #expect(!response.patch.isEmpty)
      // What is patched needs nothing more.
      let patched = try response.patch.applied(to: cluster)
      let again = try await client.create(patched, namespace: "mesh")
      #expect(again.isAllowed)
      #expect(again.patch.isEmpty)
    }
  }

  @Test func `a denial is an answer, with its reason`() async throws {
    let cluster = try cluster("create-unreadable")
    try await WebhookVisit.with { visit in
      let response = try await connect(visit).create(cluster, namespace: "mesh")
      #expect(!response.isAllowed)
      #expect(response.patch.isEmpty)
      #expect(response.message?.contains("object-manager-port: found \"99999\"") == true)
    }
  }

  @Test func `the Service of a RayCluster comes back, or why there is none`() async throws {
    let (good, bad) = try (cluster("create"), cluster("create-unreadable"))
    try await WebhookVisit.with { visit in
      let client = try await connect(visit)
      let service = try await client.service(of: good)
      #expect(service["kind"] == "Service")
      #expect(service["metadata"]?["name"] == "small-headless-svc")
      let error = await #expect(throws: WebhookError.self) { try await client.service(of: bad) }
      #expect(error?.description.hasPrefix("POST /service answered 422: {\"error\":\"/spec/headGroupSpec/") == true)
      #expect(error?.mayPass == false)
      #expect(try await client.service(of: good) == service)
    }
  }

  @Test func `a webhook that cannot be trusted is asked nothing, and no better later`() async throws {
    try await WebhookVisit.with { visit in
      let stranger = try TLSPair.stranger()
      let error = await #expect(throws: WebhookError.self) {
        try await WebhookClient.connect(to: visit.server.endpoint, tls: stranger, on: loops.first, until: later)
      }
      #expect(error?.description.contains("unable to get local issuer certificate") == true)
      #expect(error?.mayPass == false)
    }
  }

  @Test func `a webhook with another's certificate is asked nothing, and no better later`() async throws {
    let pair = try TLSPair(for: ["other.test", "127.0.0.2"])
    let router = Router.webhook(options: .standard, log: .silent)
    try await LoopbackServer.with(router, tls: pair.server) { server in
      let error = await #expect(throws: WebhookError.self) {
        try await WebhookClient.connect(to: server.endpoint, tls: pair.client, on: loops.first, until: later)
      }
      #expect(error?.description.contains("IP address mismatch") == true)
      #expect(error?.mayPass == false)
    }
  }

  @Test func `the name that a certificate must carry may be another than the one to dial`() async throws {
    let (pair, cluster) = (try TLSPair(for: ["raymesh.raymesh-system.svc"]), try cluster("create"))
    let router = Router.webhook(options: .standard, log: .silent)
    try await LoopbackServer.with(router, tls: pair.server) { server in
      let client = try await WebhookClient.connect(
        to: server.endpoint, tls: pair.client, serverName: "raymesh.raymesh-system.svc", on: loops.first, until: later)
      #expect(try await client.create(cluster, namespace: "mesh").isAllowed)
      await #expect(throws: WebhookError.self) {
        try await WebhookClient.connect(
          to: server.endpoint, tls: pair.client, serverName: "raymesh.other.svc", on: loops.first, until: later)
      }
    }
  }

  @Test func `if nothing listens, the next try may fare better`() async throws {
    let pair = try TLSPair()
    // The port was free a moment ago, and is again.
    let endpoint = try await LoopbackServer.with(Router()) { $0.endpoint }
    let error = await #expect(throws: WebhookError.self) {
      try await WebhookClient.connect(to: endpoint, tls: pair.client, on: loops.first, until: later)
    }
    #expect(error?.description == "connect to \(endpoint): Connection refused")
    #expect(error?.mayPass == true)
  }

  @Test func `a server that is no webhook is told apart from one that is not there`() async throws {
    let pair = try TLSPair()
    let router = Router.admin(live: [], ready: []) { "" }
    let cluster = try cluster("create")
    try await LoopbackServer.with(router, tls: pair.server) { server in
      let client = try await WebhookClient.connect(
        to: server.endpoint, tls: pair.client, on: loops.first, until: later)
      let error = await #expect(throws: WebhookError.self) {
        _ = try await client.create(cluster, namespace: "mesh")
      }
      #expect(error?.description.hasPrefix("POST /mutate answered 404: no such path: /mutate") == true)
      #expect(error?.mayPass == false)
    }
  }
}
