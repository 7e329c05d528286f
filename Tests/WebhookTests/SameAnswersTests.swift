import Admission
import HTTP
import RayPlan
import TestSupport
import Testing
import Webhook

/// Clients of HTTP/1.1 and of HTTP/2 get the same answers.
@Suite(.timeLimit(.minutes(3)))
struct SameAnswersTests {
  /// What of a response must not depend on the protocol.
  private struct Answer: Hashable {
    let status: Int?
    let fields: [String: String]
    let body: [UInt8]

    init(_ status: Int?, _ fields: [String: String], _ body: [UInt8]) {
      (self.status, self.fields, self.body) = (status, fields.filter { $0.key != "date" }, body)
    }
  }

  private struct Question {
    let path: String
    let body: [UInt8]
    var method = "POST"
    var contentType = "application/json"
  }

  /// Asks all questions by each protocol, by HTTP/2 all at once.
  private func compare(_ questions: [Question]) async throws {
    let pair = try TLSPair(serverProtocols: HTTPServer.protocols(http2: true))
    let newClient = try pair.client(offering: ["h2"])
    let router = Router.webhook(options: .standard, log: .silent)
    try await LoopbackServer.with(router, tls: pair.server) { server in
      let old = try await WireClient.connect(to: server.endpoint, tls: pair.client)
      let new = try await HTTP2Client.connect(to: server.endpoint, tls: newClient)
      #expect(old.negotiatedProtocol == "http/1.1" && new.negotiatedProtocol == "h2")
      for (number, question) in questions.enumerated() {
        let type = [("content-type", question.contentType)]
        try await new.request(question.method, question.path, body: question.body, fields: type, on: 2 * number + 1)
      }
      for (number, question) in questions.enumerated() {
        let post = Post(question.path, question.body, contentType: question.contentType, method: question.method)
        try await old.send([post.bytes])
        let (one, two) = try await (old.response(), new.response(on: 2 * number + 1))
        #expect(Answer(one.status, one.fields, one.body) == Answer(two.status, two.fields, two.body))
      }
    }
  }

  @Test func `reviews of our own are answered the same`() async throws {
    for path in ["/mutate?timeout=5s", "/mutate-service", "/service"] {
      try await compare(ReviewFile.own.map { Question(path: path, body: try $0.bytes) })
    }
  }

  @Test(.enabled(if: !ReviewFile.recorded.isEmpty, "needs reviews recorded from a real API server"))
  func `recorded reviews are answered the same`() async throws {
    try await compare(ReviewFile.recorded.map { Question(path: "/mutate", body: try $0.bytes) })
  }

  @Test func `what is refused is refused the same`() async throws {
    let text = Array("{".utf8)
    try await compare([
      Question(path: "/mutate", body: text), Question(path: "/mutate", body: []),
      Question(path: "/nowhere", body: text),
      Question(path: "/mutate", body: text, method: "PUT"),
      Question(path: "/mutate", body: text, contentType: "text/plain"),
    ])
  }
}
