import Admission
import Foundation
import JSON
import Manifests
import RayPlan
import TestSupport
import Testing

/// Trios under `Tests/Fixtures/golden`: a RayCluster as a user writes it, the operations of its patch, its Service.
@Suite struct GoldenTests {
  static let folder = Fixture.folder.appending(path: "golden")

  /// The names of the cases: whatever stands before the first ending that a trio knows.
  static let cases: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return Set(
      names.map { name in
        GoldenTests.endings.first { name.hasSuffix($0) }.map { String(name.dropLast($0.count)) } ?? name
      }
    )
    .sorted()
  }()

  /// The last is the end of the others too.
  static let endings = [".patch.json", ".service.yaml", ".yaml"]

  @Test func `there are cases`() { #expect(GoldenTests.cases.count > 20) }

  @Test(arguments: cases) func `a case is a whole trio`(name: String) {
    for ending in GoldenTests.endings {
      let file = GoldenTests.folder.appending(path: name + ending)
      #expect(FileManager.default.fileExists(atPath: file.path), "\(file.lastPathComponent) is missing")
    }
  }

  @Test(arguments: cases) func `the patch of a case is the recorded one, operation by operation`(name: String) throws {
    let expected = try JSONPatch(JSONDocument(Fixture.bytes("golden/\(name).patch.json")).root)
    let patch = try plan(of: name).patch
    #expect(patch.operations.map { "\($0.path)" } == expected.operations.map { "\($0.path)" })
    for (operation, expectation) in zip(patch.operations, expected.operations) { #expect(operation == expectation) }
  }

  @Test(arguments: cases) func `the Service of a case is the recorded one, port by port`(name: String) throws {
    let file = "\(name).service.yaml"
    let expected = try YAMLDocument(Fixture.bytes("golden/\(file)"), named: file).value
    let service = try HeadlessService(for: plan(of: name)).object
    let (ports, expectedPorts) = (service["spec"]?["ports"], expected["spec"]?["ports"])
    #expect(ports?.elements?.map(\.text) == expectedPorts?.elements?.map(\.text))
    #expect(service.text == expected.text)
  }

  @Test(arguments: cases) func `a patched case asks for nothing more and has the same Service`(name: String) throws {
    let plan = try plan(of: name)
    let patched = try plan.patch.applied(to: cluster(of: name))
    let again = try PortPlan(for: RayCluster(manifest: element(patched.text), namespace: "default"))
    #expect(again.patch.isEmpty)
    #expect(try HeadlessService(for: again) == HeadlessService(for: plan))
  }

  @Test func `the Service of the guide's cluster has each port of the guide's own, as http where the guide errs`()
    throws
  {
    let guide = try YAMLDocument(Fixture.bytes("guide/headless-service.yaml"), named: "headless-service.yaml").value
    let ours = try HeadlessService(for: plan(of: "guide")).object
    let listed = try #require(ours["spec"]?["ports"]?.elements)
    var expected: [JSONValue] = []
    for port in try #require(guide["spec"]?["ports"]?.elements) {
      let appProtocol = try #require(port["port"] == 6382 ? "http" : port["appProtocol"])
      expected.append(
        ["name": port["name"] ?? .null, "port": port["port"] ?? .null, "protocol": "TCP", "appProtocol": appProtocol])
    }
    let added = listed.filter { !expected.contains($0) }
    #expect(expected.filter { !listed.contains($0) } == [])
    #expect(added.compactMap { $0["name"]?.string } == ["autoscaler-metrics-port", "dashboard-metrics-port"])
    for field in ["clusterIP", "publishNotReadyAddresses", "selector"] {
      #expect(ours["spec"]?[field] == guide["spec"]?[field])
    }
    #expect(ours["metadata"]?["name"] == guide["metadata"]?["name"])
  }

  private func cluster(of name: String) throws -> JSONValue {
    try YAMLDocument(Fixture.bytes("golden/\(name).yaml"), named: "\(name).yaml").value
  }

  private func plan(of name: String) throws -> PortPlan {
    try PortPlan(for: RayCluster(manifest: element(cluster(of: name).text), namespace: "default"))
  }
}
