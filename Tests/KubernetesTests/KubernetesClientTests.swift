import Foundation
import HTTP
import HTTPTypes
import JSON
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Kubernetes

/// The client against a real server over TLS, which plays an API server.
@Suite(.timeLimit(.minutes(3)))
struct KubernetesClientTests {
  private let loops: EventLoopGroup

  init() throws { loops = try EventLoopGroup(count: 1) }

  /// Answers by a script, one after the other, and remembers what it was asked.
  private final class Script: Responder {
    private let state: Mutex<(answers: [Response], requests: [Request])>

    init(_ answers: [Response]) { state = Mutex((answers.reversed(), [])) }

    var requests: [Request] { state.withLock { $0.requests } }

    func respond(to request: Request) async -> Response {
      state.withLock { state in
        state.requests.append(request)
        return state.answers.popLast() ?? .text(.notFound, "no more answers")
      }
    }
  }

  private func visit<Value>(
    _ answers: [Response], token: Material? = nil, _ body: (KubernetesClient) async throws -> Value
  ) async throws -> (value: Value, requests: [Request]) {
    let (pair, script) = (try TLSPair(), Script(answers))
    let value = try await LoopbackServer.with(script, tls: pair.server) { server in
      let security = ClusterAccess.Security(authority: .inline(pair.authority, named: "ca"), client: nil)
      let access = ClusterAccess(
        endpoint: server.endpoint, prefix: "/proxy", serverName: "localhost", security: security, token: token,
        namespace: nil)
      return try await body(KubernetesClient(access, on: loops.first))
    }
    return (value, script.requests)
  }

  private static func json(_ status: HTTPResponse.Status, _ text: String, retryAfter: String? = nil) -> Response {
    var response = Response(status, contentType: "application/json", body: Array(text.utf8))
    if let retryAfter { response.head.headerFields[.retryAfter] = retryAfter }
    return response
  }

  @Test func `a call says what it wants, and as whom, by the token that the file has now`() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("one\n".utf8), to: "token")
    let ok = Self.json(.ok, #"{"kind":"Service"}"#)
    let (_, requests) = try await visit([ok, ok], token: .file(path)) { client in
      let document = try await client.send(
        APICall(.read, "/api/v1/services", query: [("labelSelector", "a=b,c d"), ("limit", "5")]), until: later)
      #expect(document.root.member("kind")?.string == "Service")
      _ = try folder.write(Array("two".utf8), to: "token")
      _ = try await client.send(APICall(.apply, "/x", body: ["a": 1]), until: later)
    }
    #expect(
      requests.map { $0.head.path } == ["/proxy/api/v1/services?labelSelector=a%3Db%2Cc%20d&limit=5", "/proxy/x"])
    #expect(requests.map { $0.head.headerFields[.authorization] } == ["Bearer one", "Bearer two"])
    #expect(requests[1].head.method == .patch)
    #expect(requests[1].head.headerFields[.contentType] == "application/apply-patch+yaml")
    #expect(requests[1].body == Array(#"{"a":1}"#.utf8))
  }

  @Test func `a refusal carries the status of the API server, in its words`() async throws {
    let status =
      #"{"kind":"Status","status":"Failure","message":"pods \"a\" not found","reason":"NotFound","code":404}"#
    _ = try await visit([Self.json(.notFound, status), .text(.badGateway, "a proxy")]) { client in
      let error = await #expect(throws: KubernetesError.self) {
        _ = try await client.send(APICall(.read, "/x"), until: later)
      }
      #expect(error?.status == Status(code: 404, reason: "NotFound", message: #"pods "a" not found"#))
      #expect(error?.description == #"404 NotFound: pods "a" not found"#)
      let other = await #expect(throws: KubernetesError.self) {
        _ = try await client.send(APICall(.read, "/x"), until: later)
      }
      #expect(other?.status?.code == 502)
    }
  }

  @Test func `a server that says when to ask again is asked again`() async throws {
    let busy = Self.json(.tooManyRequests, "{}", retryAfter: "0")
    let starting = Self.json(.serviceUnavailable, "{}", retryAfter: "0")
    let (_, requests) = try await visit([busy, starting, Self.json(.ok, "{}")]) { client in
      _ = try await client.send(APICall(.read, "/x"), until: later)
    }
    #expect(requests.count == 3)
  }

  @Test func `one that says so again and again is left alone in the end`() async throws {
    let busy = (0..<30).map { _ in Self.json(.tooManyRequests, "{}", retryAfter: "0") }
    let (_, requests) = try await visit(busy) { client in
      let error = await #expect(throws: KubernetesError.self) {
        _ = try await client.send(APICall(.read, "/x"), until: later)
      }
      #expect(error?.status?.code == 429)
    }
    #expect(requests.count == 11)
  }

  @Test func `one that wants more time than there is, or does not say, is not`() async throws {
    let answers = [Self.json(.tooManyRequests, "{}", retryAfter: "3600"), Self.json(.serviceUnavailable, "{}")]
    let (_, requests) = try await visit(answers) { client in
      for code in [429, 503] {
        let error = await #expect(throws: KubernetesError.self) {
          _ = try await client.send(APICall(.read, "/x"), until: later)
        }
        #expect(error?.status?.code == code)
        #expect(error?.status?.retryAfter == (code == 429 ? .seconds(3600) : nil))
      }
    }
    #expect(requests.count == 2)
  }

  @Test func `the connection is kept, and replaced if the server has closed it`() async throws {
    let pair = try TLSPair()
    let script = Script((0..<4).map { _ in Self.json(.ok, "{}") })
    var limits = HTTPLimits.patient
    limits.age = .zero
    try await LoopbackServer.with(script, tls: pair.server, limits: limits) { server in
      let security = ClusterAccess.Security(authority: .inline(pair.authority, named: "ca"), client: nil)
      let access = ClusterAccess(
        endpoint: server.endpoint, prefix: "", serverName: "localhost", security: security, token: nil, namespace: nil)
      let client = KubernetesClient(access, on: loops.first)
      for _ in 0..<4 { _ = try await client.send(APICall(.read, "/x"), until: later) }
    }
    #expect(script.requests.count == 4)
  }

  @Test func `a watch gives events also behind one that cannot be read, and says why it ends`() async throws {
    let lines = """
      {"type":"ADDED","object":{"metadata":{"name":"a"}}}
      {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}
      {"type":"DELETED","object":{"metadata":{"name":"a"}}}
      nonsense
      {"type":"NEWS","object":{}}
      {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}

      """
    _ = try await visit([Self.json(.ok, lines)]) { client in
      let stream = try await client.watch(APICall(.read, "/x"), until: later)
      var told: [String] = []
      while let event = try await stream.next(until: later, endedBy: .draining) {
        switch event {
        case .changed(let object): told.append("changed \(object.member("metadata")?.member("name")?.string ?? "")")
        case .deleted: told.append("deleted")
        case .bookmark(let version): told.append("bookmark \(version)")
        case .failed(let status): told.append("failed \(status.isGone)")
        case .unreadable: told.append("unreadable")
        }
      }
      #expect(told == ["changed a", "bookmark 7", "deleted", "unreadable", "unreadable", "failed true"])
    }
  }

  @Test func `a watch that is cut within a line is an error`() async throws {
    _ = try await visit([Self.json(.ok, #"{"type":"ADDED","obj"#)]) { client in
      let stream = try await client.watch(APICall(.read, "/x"), until: later)
      await #expect(throws: KubernetesError.self) {
        _ = try await stream.next(until: later, endedBy: .draining)
      }
    }
  }

  @Test func `a watch that is refused carries the status`() async throws {
    let status = #"{"kind":"Status","message":"not yours","reason":"Forbidden","code":403}"#
    let busy = Self.json(.tooManyRequests, "{}", retryAfter: "9")
    _ = try await visit([Self.json(.forbidden, status), busy]) { client in
      let error = await #expect(throws: KubernetesError.self) {
        _ = try await client.watch(APICall(.read, "/x"), until: later)
      }
      #expect(error?.status == Status(code: 403, reason: "Forbidden", message: "not yours"))
      let other = await #expect(throws: KubernetesError.self) {
        _ = try await client.watch(APICall(.read, "/x"), until: later)
      }
      #expect(other?.status?.retryAfter == .seconds(9))
    }
  }
}
