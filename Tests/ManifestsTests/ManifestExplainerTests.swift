import JSON
import Manifests
import RayPlan
import Explain
import TestSupport
import Testing

/// What is explained of files, and what is said to be wrong with them.
@Suite struct ManifestExplainerTests {
  /// The files are called a.yaml, b.yaml and so on.
  private func explain(_ files: String..., namespace: String = "default") -> ManifestExplanation {
    let named = zip("abcdefghij", files).map { (name: "\($0).yaml", bytes: Array($1.utf8)) }
    return ManifestExplainer(options: .standard, namespace: namespace).explain(named)
  }

  private func titles(of explanation: ManifestExplanation) -> [Substring] {
    explanation.text(in: .plain).split(separator: "\n").filter { $0.hasPrefix("RayCluster ") }
  }

  @Test func `every cluster of every document and list is explained, in order, and all else is skipped`() {
    let list = """
      # A list in a list.
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: v1, kind: Secret, metadata: {name: s}}
      - kind: List
        items:
        - \(Sample.cluster("deep").replacing("\n", with: "\n    "))
      """
    let explanation = explain(
      "\(Sample.other("x"))---\n\(Sample.cluster("one"))---\n\(Sample.cluster("two", metadata: "  namespace: stated\n"))",
      list,
      #"{"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "j", "namespace": ""}, "spec": "#
        + #"{"headGroupSpec": {"template": {"spec": {"containers": [{}]}}}}}"#, namespace: "asked")
    #expect(
      titles(of: explanation) == [
        "RayCluster one in namespace asked (a.yaml:5)", "RayCluster two in namespace stated (a.yaml:14)",
        "RayCluster deep in namespace asked (b.yaml:8)", "RayCluster j in namespace asked (c.yaml:1)",
      ])
    #expect(explanation.errors == [])
    #expect(explanation.text(in: .plain).contains("one-headless-svc.asked.svc.cluster.local"))
  }

  @Test func `what is refused or cannot be read is named by file and line, and the rest explained`() throws {
    let bad = Sample.cluster("bad", parameters: "{port: abc, node-manager-port: '-1'}")
    let explanation = explain(
      "\(Sample.cluster("one"))---\n\(bad)", "a: 1\n---\nb: [\n---\n\(Sample.cluster("two"))",
      "apiVersion: ray.io/v1\nkind: RayCluster\nmetadata: {name: a}\nmetadata: {name: b}\n")
    #expect(titles(of: explanation).map { $0.split(separator: " ")[1] } == ["one", "two"])
    let errors = explanation.errors.map(\.description)
    try #require(errors.count == 4, "\(errors)")
    #expect(errors[..<2].allSatisfy { $0.hasPrefix("a.yaml:10: RayCluster /spec/headGroupSpec/rayStartParams/") })
    #expect(errors[2].hasPrefix("b.yaml:4: not YAML: "))
    #expect(errors[3].hasPrefix("c.yaml:4: ") && errors[3].contains("metadata"))
  }

  @Test func `a refused cluster is in the JSON, with its faults and their classes`() throws {
    let json = explain("\(Sample.cluster("bad", parameters: "{port: '8265'}"))---\n\(Sample.cluster("good"))").json
    let clusters = try #require(JSONValue(JSONDocument(json).root).elements)
    #expect(clusters.map { $0["outcome"] } == ["refused", "planned"])
    let fault = clusters[0]["faults"]?.elements?.first
    #expect(fault?["class"] == "ray")
    #expect(fault?["message"]?.string?.hasPrefix("port 8265 is taken twice in the head group") == true)
    #expect(clusters[0]["line"] == 1 && clusters[1]["line"] == 10 && clusters[1]["file"] == "a.yaml")
  }

  @Test func `without a RayCluster there is nothing to explain`() throws {
    let explanation = explain("# nothing\n", Sample.other("x"), "")
    #expect(explanation.isEmpty)
    #expect(explanation.text(in: .plain).isEmpty && explanation.json == Array("[]".utf8))
    #expect(!explain(Sample.cluster("one")).isEmpty && !explain("a: \u{1}").isEmpty)
  }

  @Test func `a file that is not UTF-8 is named`() {
    let explainer = ManifestExplainer(options: .standard, namespace: "default")
    let errors = explainer.explain([("-", [0x61, 0xFF])]).errors.map(\.description)
    #expect(errors == ["standard input:1: found bytes that are not UTF-8"])
  }

  @Test func `what a manifest says gives no orders to a terminal`() throws {
    let cluster = Sample.cluster("one", parameters: #"{node-ip-address: "\e[31mred\e[0m\u009B1m"}"#)
    let explanation = explain(cluster)
    #expect(explanation.errors == [])
    for text in [explanation.text(in: .plain), String(decoding: explanation.json, as: UTF8.self)] {
      #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" })
    }
    #expect(explanation.text(in: .plain).contains("?[31mred?[0m?1m"))
    #expect(!explanation.text(in: .coloured).contains("\u{1B}[31m"))
  }

  @Test func `the limits of plans are those that were asked for`() throws {
    let options = try PlanOptions(clusterDomain: "example.org", nodeAddressWait: 0, maximumPorts: 50)
    let file = (name: "a.yaml", bytes: Array(Sample.cluster("one").utf8))
    let text = ManifestExplainer(options: options, namespace: "ray").explain([file]).text(in: .plain)
    #expect(text.contains("limited by"))
    #expect(text.contains("tr .: -).one-headless-svc.ray.svc.example.org\n"))
  }
}
