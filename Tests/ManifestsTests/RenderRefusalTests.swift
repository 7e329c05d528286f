import Manifests
import RayPlan
import TestSupport
import Testing

/// Files that nothing is rendered of, and what is said.
@Suite struct RenderRefusalTests {
  @Test func `a cluster that is refused is named with file, line, place, value and expectation`() {
    let error = refusal(of: [Sample.other("one"), "# c\n---\n\(Sample.cluster("bad", parameters: "{port: abc}"))"])
    #expect(
      error == [
        "b.yaml:3: RayCluster /spec/headGroupSpec/rayStartParams/port: found \"abc\", expected a port from 1 to 65535"
      ])
  }

  @Test func `every fault of every cluster in every file has a line`() {
    let bad = Sample.cluster("bad", parameters: "{port: abc, node-manager-port: '-1', dashboard-port: '99999'}")
    let list = """
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: ray.io/v1, kind: RayCluster, metadata: {name: BAD}}
      - {apiVersion: v1, kind: List, items: [{apiVersion: ray.io/v1, kind: RayCluster}]}

      """
    let error = refusal(of: [
      "\(Sample.cluster("good"))---\n\(bad)", list, "a: [", "a: \u{1}", "\(Sample.cluster("good"))",
    ])
    #expect(error.count == 7)
    #expect(error.count { $0.hasPrefix("a.yaml:10: RayCluster /spec/headGroupSpec/rayStartParams/") } == 3)
    #expect(error.count { $0.hasPrefix("b.yaml:4: RayCluster at /items/0 /metadata/name: found \"BAD\"") } == 1)
    #expect(error.count { $0.hasPrefix("b.yaml:5: RayCluster at /items/1/items/0 /metadata: found nothing") } == 1)
    #expect(error.count { $0.hasPrefix("c.yaml:2: not YAML: while parsing a flow node") } == 1, "\(error)")
    #expect(error.count { $0.hasPrefix("d.yaml:1: not YAML: control characters are not allowed") } == 1)
  }

  @Test func `a name that is made later is refused, as a Service is called after it`() {
    let cluster = Sample.cluster("x").replacing("name: x\n", with: "generateName: ours-\n")
    let error = refusal(of: [cluster])
    #expect(error.count == 1)
    #expect(error.first?.hasPrefix("a.yaml:1: RayCluster /metadata/name: found nothing, expected") == true, "\(error)")
  }

  @Test(arguments: [
    ("spec: {}\n", 9, "found the key \"spec\" twice in one mapping, expected once"),
    ("more: {1: a, \"1\": b}\n", 9, "found the key \"1\" twice in one mapping, expected once"),
    ("more: {y: a, true: b}\n", 9, "found the key \"true\" twice in one mapping, expected once"),
    ("more: {~: a}\n", 9, "found the key ~, expected a string"),
    ("more:\n  1.5: a\n", 10, "found the key 1.5, expected a string"),
    ("more: [.nan]\n", 9, "found .nan, which JSON cannot represent"),
    ("more: {<<: 1}\n", 9, "found no mapping to merge, expected one or a list of them"),
  ])
  func `what nobody can mean is refused if there is a RayCluster`(more: String, line: Int, reason: String) {
    // The sample's own spec is the one before.
    #expect(refusal(of: ["\(Sample.cluster("ours"))\(more)"]) == ["a.yaml:\(line): \(reason)"])
  }

  @Test(arguments: ["a: 1\na: 2\n", "~: a\n", "1.5: a\n", "a: .inf\n", "<<: 1\n", "? [a]\n: b\n", "a: !!int b\n"])
  func `what kubectl would not read is copied if there is none`(text: String) throws {
    #expect(try Sample.render(text) == text)
  }

  @Test func `a repeated key of JSON is refused too`() {
    let json = #"{"apiVersion": "ray.io/v1", "kind": "RayCluster", "kind": "RayCluster", "metadata": {"name": "a"}}"#
    #expect(refusal(of: [json]).first == "a.yaml:1: /kind: found twice, expected once")
  }

  @Test func `bytes that are no UTF-8 are refused`() {
    let error = #expect(throws: RenderRefusal.self) {
      try ManifestRenderer(options: .standard, namespace: "default").render([
        (name: "-", bytes: [0x61, 0x3A, 0x20, 0xFF])
      ])
    }
    #expect(error?.description == "standard input:1: found bytes that are not UTF-8")
  }

  @Test(arguments: [
    ("a: 1\n---\nb: 2\n", "f:3: found another document, expected one"),
    ("# comments\n", "f:1: found nothing, expected one document"),
    ("", "f:1: found nothing, expected one document"),
    ("a: 1\na: 2\n", "f:2: found the key \"a\" twice in one mapping, expected once"),
  ])
  func `a file that is read as one document has one`(text: String, message: String) {
    let error = #expect(throws: ManifestError.self) { try YAMLDocument(Array(text.utf8), named: "f") }
    #expect(error?.description == message)
  }

  private func refusal(of files: [String]) -> [String] {
    let error = #expect(throws: RenderRefusal.self) { try Sample.rendering(of: files) }
    return error?.errors.map(\.description) ?? []
  }
}
