import Dates
import Foundation
import HTTPTypes
import Testing

@testable import HTTP

struct RouterTests {
  private let router: Router = {
    var router = Router()
    router.add(.get, "/livez") { _ in .text(.ok, "alive") }
    router.add(.post, "/mutate") { .text(.ok, "mutated \($0.body.count) \($0.query ?? "plainly")") }
    router.add(.delete, "/mutate") { _ in .text(.accepted, "deleted") }
    return router
  }()

  private func ask(_ method: HTTPRequest.Method, _ path: String?, body: [UInt8] = []) async -> Response {
    let head = HTTPRequest(method: method, scheme: "https", authority: "h", path: path)
    return await router.respond(to: Request(head: head, body: body))
  }

  @Test(arguments: [
    (HTTPRequest.Method.get, "/livez", 200, "alive\n"), (.head, "/livez", 200, "alive\n"),
    (.get, "/livez?", 200, "alive\n"), (.post, "/mutate", 200, "mutated 3 plainly\n"),
    (.post, "/mutate?timeout=5s?", 200, "mutated 3 timeout=5s?\n"), (.delete, "/mutate", 202, "deleted\n"),
  ])
  func `path and method find their endpoint`(
    method: HTTPRequest.Method, path: String, status: Int, text: String
  ) async {
    let response = await ask(method, path, body: [1, 2, 3])
    #expect(response.head.status.code == status)
    #expect(response.body == Array(text.utf8))
  }

  @Test(arguments: ["/", "", "/livez/", "/Livez", "/mutate%20", "//livez", "*", "/liveź"])
  func `an unknown path is told what there is`(path: String) async {
    let response = await ask(.get, path)
    #expect(response.head.status == .notFound)
    let text = "no such path: \(path); there is GET /livez, POST /mutate, DELETE /mutate\n"
    #expect(String(decoding: response.body, as: UTF8.self) == text)
  }

  @Test(arguments: [
    (HTTPRequest.Method.get, "/mutate", "POST, DELETE"), (.head, "/mutate", "POST, DELETE"),
    (.put, "/mutate", "POST, DELETE"), (.post, "/livez", "GET, HEAD"), (.options, "/livez", "GET, HEAD"),
  ])
  func `a known path with another method is told which it takes`(
    method: HTTPRequest.Method, path: String, allowed: String
  ) async {
    let response = await ask(method, path)
    #expect(response.head.status == .methodNotAllowed)
    #expect(response.head.headerFields[.allow] == allowed)
    #expect(String(decoding: response.body, as: UTF8.self) == "\(method.rawValue) on \(path); expected \(allowed)\n")
  }

  @Test func `a router explains refusals as it was told to`() async {
    let router = Router { Response($0, contentType: "text/x", body: Array("<\($1)>".utf8)) }
    let error = router.respond(to: WireError.bodyTooLarge(limit: 7))
    #expect(error.head.status == .contentTooLarge)
    #expect(error.body == Array("<body too large: expected at most 7 bytes>".utf8))
    let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil)
    #expect(await router.respond(to: Request(head: head)).body == Array("<no such path: ; there is >".utf8))
  }
}

struct HTTPDateTests {
  @Test func `now is now`() {
    let before = Int(Date().timeIntervalSince1970)
    let now = HTTPDate().now
    let after = Int(Date().timeIntervalSince1970)
    // `time` reads a coarser clock than Foundation does.
    #expect(((before - 1)...after).map { UTCTime(secondsSince1970: $0).httpDate }.contains(now))
  }
}
