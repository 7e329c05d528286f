import Admission
import JSON
import RayPlan
import TestSupport
import Testing

@testable import Manifests

/// What is rendered, read again: by us, by Python and by kubectl.
@Suite struct RenderedTests {
  /// A RayCluster, as it is written and as the patch leaves it, and its Service.
  struct Case {
    let text: String
    let expected: [JSONValue]

    init(_ name: String) throws {
      text = String(decoding: try Fixture.bytes("golden/\(name).yaml"), as: UTF8.self)
      let cluster = try YAMLDocument(Array(text.utf8), named: name).value
      let plan = try PortPlan(for: RayCluster(manifest: element(cluster.text), namespace: "default"))
      expected = [try plan.patch.applied(to: cluster), try HeadlessService(for: plan).object]
    }
  }

  @Test(arguments: GoldenTests.cases) func `a rendered cluster is the patched one`(name: String) throws {
    let golden = try Case(name)
    #expect(try Sample.documents(of: Sample.render(golden.text)).map(\.text) == golden.expected.map(\.text))
  }

  @Test(arguments: GoldenTests.cases) func `a rendered cluster is rendered to itself`(name: String) throws {
    let rendered = try Sample.render(Case(name).text)
    #expect(try Sample.render(rendered) == rendered)
  }

  @Test(.enabled("Python needs its package yaml") { await Python.hasYAML })
  func `Python reads the patched clusters`() async throws {
    let cases = try GoldenTests.cases.map { try Case($0) }
    let given = try cases.map { golden -> JSONValue in
      ["text": .string(try Sample.render(golden.text)), "documents": .string(JSONValue.array(golden.expected).text)]
    }
    let script = """
      import yaml
      loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
      answer = [case["text"] for case in given
                if list(yaml.load_all(case["text"], loader)) != json.loads(case["documents"])]
      """
    #expect(try await Python.answer(to: .array(given), by: script) == [])
  }

  @Test(.enabled("kubectl is needed") { await Kubectl.isAtHand })
  func `kubectl reads the patched clusters`() async throws {
    let folder = try TemporaryFolder()
    let cases = try GoldenTests.cases.map { try Case($0) }
    let files = try cases.enumerated().map { index, golden in
      try folder.write(Array(Sample.render(golden.text).utf8), to: "\(index).yaml")
    }
    let readings = try await Kubectl.readings(of: files)
    #expect(readings.documents.map(\.unordered.text) == cases.flatMap(\.expected).map(\.labelled.unordered.text))
  }
}

extension JSONValue {
  /// The object with the label that `Kubectl` sets.
  fileprivate var labelled: JSONValue {
    guard case .object(var object) = self, case .object(var metadata) = object["metadata"] else { return self }
    var labels = JSONObject()
    if case .object(let there) = metadata["labels"] { labels = there }
    labels["x"] = "y"
    metadata["labels"] = .object(labels)
    object["metadata"] = .object(metadata)
    return .object(object)
  }
}
