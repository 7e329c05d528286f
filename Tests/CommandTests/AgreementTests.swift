import Foundation
import JSON
import Manifests
import TestSupport
import Testing

/// The same planning flags give the same answer, whoever is asked.
@Suite struct AgreementTests {
  static let flags: [[String]] = [
    [], ["--cluster-domain", "example.org", "--node-address-wait", "0", "--maximum-ports", "70"],
  ]

  @Test(arguments: flags) func `review, render, ask and the server agree`(flags: [String]) async throws {
    try await RunningServer.with(flags) { server in
      let client = try await server.connect()
      for name in ["plain", "cpus-unknown", "serve-ports"] {
        let file = Fixture.folder.appending(path: "golden/\(name).yaml").path
        let cluster = try YAMLDocument(Fixture.bytes("golden/\(name).yaml"), named: name).value
        let review = Sample.review(of: cluster)

        let offline = try await Raymesh.run(["review"] + flags, input: review)
        let online = try await client.post("/mutate", Array(review.utf8))
        #expect(online.status == 200)
        #expect(String(decoding: online.body, as: UTF8.self) + "\n" == offline.text)
        let patch = try #require(try Sample.patch(in: JSONValue(parsing: offline.text)))

        let service = try JSONValue(parsing: try await client.post("/service", Array(cluster.text.utf8)).text)
        let asked = try await Raymesh.run(
          "ask", file, "--server", "\(server.webhook)", "--authority", server.certificates.path("ca.crt"))
        #expect(asked.status == 0)
        #expect(try documents(asked.text) == [patch, service])

        let rendered = try documents(try await Raymesh.run(["render", file] + flags).text)
        let patched = try JSONPatch(element(patch.text)).applied(to: cluster)
        #expect(rendered.map(\.text) == [patched, service].map(\.text))
      }
    }
  }

  private func documents(_ text: String) throws -> [JSONValue] {
    try text.split(separator: "---\n").map { try YAMLDocument(Array($0.utf8), named: "out").value }
  }
}
