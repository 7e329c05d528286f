import Foundation
import JSON
import TestSupport
import Testing

@testable import Manifests

/// Files under `Tests/Fixtures/render`, each beside what it is rendered to.
@Suite struct RenderTests {
  static let cases: [String] = {
    let files = try? Fixture.files(in: Fixture.folder.appending(path: "render"), ending: ".rendered.yaml")
    return files?.map { $0.lastPathComponent.replacing(".rendered.yaml", with: "") } ?? []
  }()

  @Test func `there are cases, each with its input`() throws {
    let inputs = try Fixture.files(in: Fixture.folder.appending(path: "render"), ending: ".yaml")
      .map { $0.lastPathComponent.replacing(".yaml", with: "") }
      .filter { !$0.hasSuffix(".rendered") }
    #expect(inputs == RenderTests.cases)
    #expect(inputs.count > 5)
  }

  @Test(arguments: cases) func `a file is rendered as it was recorded`(name: String) throws {
    let rendered = try Sample.render(String(decoding: Fixture.bytes("render/\(name).yaml"), as: UTF8.self))
    let expected = String(decoding: try Fixture.bytes("render/\(name).rendered.yaml"), as: UTF8.self)
    for (line, expectation) in zip(rendered.utf8.split(separator: 10), expected.utf8.split(separator: 10))
    where !line.elementsEqual(expectation) {
      Issue.record("\(String(line) ?? "") instead of \(String(expectation) ?? "")")
      break
    }
    #expect(rendered.utf8.elementsEqual(expected.utf8))
  }

  @Test(arguments: cases) func `what has been rendered is rendered to itself`(name: String) throws {
    let rendered = String(decoding: try Fixture.bytes("render/\(name).rendered.yaml"), as: UTF8.self)
    let again = try Sample.render(rendered)
    #expect(again.utf8.elementsEqual(rendered.utf8))
  }

  @Test func `a RayCluster is followed by its Service, and other documents keep their place`() throws {
    let file = "\(Sample.other("one"))---\n\(Sample.cluster("ours"))---\n\(Sample.other("two"))"
    let documents = try Sample.documents(of: Sample.render(file))
    #expect(documents.map { $0["kind"]?.string } == ["ConfigMap", "RayCluster", "Service", "ConfigMap"])
    let names = documents.map { $0["metadata"]?["name"]?.string }
    #expect(names == ["one", "ours", "ours-headless-svc", "two"])
  }

  @Test(arguments: [
    (["a: 1\n", "b: 2\n"], "a: 1\n---\nb: 2\n"),
    (["a: 1", "b: 2"], "a: 1\n---\nb: 2"),
    (["a: 1\n", "---\nb: 2\n"], "a: 1\n---\nb: 2\n"),
    (["a: 1\n---\n", "b: 2\n"], "a: 1\n---\n---\nb: 2\n"),
    (["a: 1\n", "# comment\n---\nb: 2\n"], "a: 1\n# comment\n---\nb: 2\n"),
    (["a: 1\n", "# comment\nb: 2\n"], "a: 1\n---\n# comment\nb: 2\n"),
    (["a: 1\n", "--- {b: 2}\n"], "a: 1\n--- {b: 2}\n"),
    (["a: 1\n...\n", "b: 2\n"], "a: 1\n...\n---\nb: 2\n"),
    (["a: 1\n", "%YAML 1.1\n---\nb: 2\n"], "a: 1\n...\n%YAML 1.1\n---\nb: 2\n"),
    (["a: |\n  text\n", "b: 2\n"], "a: |\n  text\n---\nb: 2\n"),
    (["\u{FEFF}a: 1\n", "\u{FEFF}b: 2\n"], "\u{FEFF}a: 1\n---\nb: 2\n"),
    (["", "a: 1\n", "", "b: 2\n"], "a: 1\n---\nb: 2\n"),
    ([""], ""), (["# comments only"], "# comments only"), (["\u{FEFF}"], ""),
    (["a: 1\r\n", "b: 2\r\n"], "a: 1\r\n---\r\nb: 2\r\n".replacing("---\r\n", with: "---\n")),
  ])
  func `files follow one another as documents of one stream`(files: [String], expected: String) throws {
    let rendered = try Sample.rendering(of: files).text
    #expect(rendered.utf8.elementsEqual(expected.utf8), "\(rendered.debugDescription)")
  }

  @Test func `a file that ends with a cluster is joined to the next`() throws {
    let rendered = try Sample.rendering(of: [Sample.cluster("one"), Sample.cluster("two"), Sample.other("three")]).text
    let names = try Sample.documents(of: rendered).map { $0["metadata"]?["name"]?.string }
    #expect(names == ["one", "one-headless-svc", "two", "two-headless-svc", "three"])
  }

  @Test(arguments: [
    ("", "elsewhere", "elsewhere"), ("  namespace: stated\n", "elsewhere", "stated"),
    ("  namespace: stated\n", "default", "stated"), ("", "default", "default"), ("  namespace: ''\n", "other", "other"),
  ])
  func `the namespace is the document's, else the one that was asked for`(
    metadata: String, flag: String, expected: String
  ) throws {
    let rendered = try Sample.render(Sample.cluster("ours", metadata: metadata), namespace: flag)
    let documents = try Sample.documents(of: rendered)
    let address = documents[0]["spec"]?["headGroupSpec"]?["rayStartParams"]?["node-ip-address"]?.string
    #expect(address?.contains(".ours-headless-svc.\(expected).svc.cluster.local;") == true)
    #expect(documents[1]["metadata"]?["namespace"]?.string == expected)
  }

  @Test func `what the user should know is told with file and line`() throws {
    let ports = "{min-worker-port: '20000', max-worker-port: '29999'}"
    let file = "\(Sample.other("one"))---\n# comment\n\(Sample.cluster("wide", parameters: ports))"
    let warnings = try Sample.rendering(of: [Sample.other("zero"), file]).warnings.map(\.description)
    #expect(warnings.count == 1)
    #expect(
      warnings.first?.hasPrefix("b.yaml:4: raymesh: worker ports 21000-29999 are above the limit") == true,
      "\(warnings)")
  }

  @Test func `a cluster that the webhook leaves alone is copied to the byte`() throws {
    let metadata = "  annotations:   {raymesh.io/inject: \"false\"} # odd spacing\n"
    let file = "# one\n---\n\(Sample.cluster("ours", metadata: metadata))# two\n"
    #expect(try Sample.render(file) == file)
    let list = "kind: List\napiVersion:   v1\nitems:\n- \(Sample.cluster("ours", metadata: metadata).indented)"
    #expect(try Sample.render(list) == list)
    let both = "\(list)- \(Sample.cluster("other").indented)"
    let names = try Sample.documents(of: Sample.render(both))[0]["items"]?.elements?.map {
      $0["metadata"]?["name"]?.string
    }
    #expect(names == ["ours", "other", "other-headless-svc"])
  }

  @Test func `a cluster of thousands of ports is rendered up to the limit`() throws {
    let ports = "{min-worker-port: '20000', max-worker-port: '29999'}"
    let documents = try Sample.documents(of: Sample.render(Sample.cluster("wide", parameters: ports)))
    #expect(documents.last?["spec"]?["ports"]?.elements?.count == 1011)
  }
}

extension String {
  /// Every line but the first two columns to the right.
  fileprivate var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n  ").trimmingCharacters(in: [" "])
  }
}
