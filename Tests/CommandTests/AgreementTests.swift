import Foundation
import JSON
import Manifests
import TestSupport
import Testing

/// The same planning flags give the same answer in every command.
@Suite struct AgreementTests {
  static let flags: [[String]] = [
    [], ["--cluster-domain", "example.org", "--node-address-wait", "0", "--maximum-ports", "70"],
  ]

  @Test(arguments: flags) func `review, render, ask and the server agree`(flags: [String]) async throws {
    try await RunningServer.with(flags) { server in
      for name in ["plain", "cpus-unknown", "serve-ports"] {
        let cluster = try YAMLDocument(Fixture.bytes("golden/\(name).yaml"), named: name).value
        let review = Sample.review(of: cluster)
        let offline = try await Raymesh.run(["review"] + flags, input: review)
        #expect(try await server.post("/mutate", Array(review.utf8)).text + "\n" == offline.text)

        let patch = try #require(try Sample.patch(in: JSONValue(parsing: offline.text)))
        let service = try await server.post("/service", Array(cluster.text.utf8))
        try await compare(name, flags, server, patch: patch, service: JSONValue(parsing: service.text), of: cluster)
      }
    }
  }

  private func compare(
    _ name: String, _ flags: [String], _ server: RunningServer, patch: JSONValue, service: JSONValue,
    of cluster: JSONValue
  ) async throws {
    let file = Fixture.folder.appending(path: "golden/\(name).yaml").path
    let asked = try await Raymesh.run(
      "ask", file, "--server", "\(server.webhook)", "--authority", server.certificates.path("ca.crt"))
    #expect(asked.status == 0)
    #expect(try documents(asked.text) == [patch, service])

    let rendered = try documents(try await Raymesh.run(["render", file] + flags).text)
    let patched = try JSONPatch(element(patch.text)).applied(to: cluster)
    #expect(rendered.map(\.text) == [patched, service].map(\.text))
  }

  private func documents(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "---\n").map { try YAMLDocument(Array($0.utf8), named: "out").value }
  }
}
