import Admission
import JSON
import TestSupport
import Testing

@testable import RayPlan

/// The annotation `raymesh.io/managed`: what of a RayCluster is Raymesh's.
@Suite struct ManagedRecordTests {
  private static let place: JSONPointer = "/metadata/annotations/raymesh.io~1managed"

  @Test func `it names what was added, sorted, the groups in their order`() throws {
    let workers = [
      GroupSketch(name: "small-group", parameters: ["worker-port-list": "30001,30002", "node-ip-address": "x"]),
      GroupSketch(name: "big \"group\"", parameters: ["min-worker-port": "30000", "node-manager-port": "7000"]),
    ]
    let all = #""dashboard-agent-grpc-port","dashboard-agent-listen-port""#
    let text =
      #"{"plan":1,"head":[\#(all),"dashboard-grpc-port","max-worker-port","metrics-export-port","#
      + #""min-worker-port","node-ip-address","node-manager-port","object-manager-port","runtime-env-agent-port"],"#
      + #""workers":{"small-group":[\#(all),"metrics-export-port","node-manager-port","object-manager-port","#
      + #""runtime-env-agent-port"],"big \"group\"":[\#(all),"max-worker-port","metrics-export-port","#
      + #""node-ip-address","object-manager-port","runtime-env-agent-port"]}}"#
    #expect(try record(of: ClusterSketch(image: "rayproject/ray:2.10.0", workers: workers)) == text)
  }

  @Test func `it names nothing if nothing was added`() throws {
    var sketch = ClusterSketch(head: full())
    #expect(try record(of: sketch) == #"{"plan":1,"head":[],"workers":{}}"#)
    sketch.annotations = ["raymesh.io/managed": #"{"plan":1,"head":[],"workers":{}}"#]
    #expect(try sketch.answer().patch.isEmpty)
  }

  @Test func `what an earlier record names stays Raymesh's`() throws {
    let worker = GroupSketch(name: "a", parameters: full(except: "metrics-export-port").parameters)
    var sketch = ClusterSketch(head: full(), workers: [worker])
    sketch.annotations = [
      "note": "mine",
      "raymesh.io/managed": #"{"plan":1,"head":["node-manager-port"],"workers":{"a":["z"],"gone":["b"]}}"#,
    ]
    #expect(
      try record(of: sketch) == #"{"plan":1,"head":["node-manager-port"],"workers":{"a":["metrics-export-port","z"]}}"#)
  }

  @Test(arguments: [
    "", "yes", "[]", "{}", #"{"head":[]}"#, #"{"head":[1],"workers":{}}"#, #"{"head":[],"workers":{"a":1}}"#,
  ])
  func `a text that is no record is replaced by one`(text: String) throws {
    var sketch = ClusterSketch(head: full())
    sketch.annotations = ["raymesh.io/managed": .string(text)]
    #expect(try record(of: sketch) == #"{"plan":1,"head":[],"workers":{}}"#)
  }

  @Test func `a record of as many groups as a cluster can have is read`() throws {
    let names = (0..<1000).map { "worker-group-\($0)" }
    var sketch = ClusterSketch(workers: names.map { GroupSketch(name: $0) })
    sketch.annotations = ["raymesh.io/managed": .string(try #require(try record(of: sketch)))]
    let record = try #require(ManagedRecord(of: sketch.cluster().metadata))
    for name in names { #expect(record[.worker(name)].contains("node-manager-port")) }
  }

  @Test func `a text longer than all annotations may be is no record`() {
    let spaces = { String(repeating: " ", count: 262_144 - 24 + $0) }
    #expect(ManagedRecord("{\"head\":[],\"workers\":{}\(spaces(0))}") != nil)
    #expect(ManagedRecord("{\"head\":[],\"workers\":{}\(spaces(1))}") == nil)
  }

  @Test func `a text with more names of a group than there can be is no record`() {
    let names = { (0..<$0).map { "\"p\($0)\"" }.joined(separator: ",") }
    #expect(ManagedRecord("{\"head\":[\(names(32))],\"workers\":{}}")?[.head].count == 32)
    #expect(ManagedRecord("{\"head\":[\(names(33))],\"workers\":{}}") == nil)
    #expect(ManagedRecord("{\"head\":[],\"workers\":{\"a\":[\(names(33))]}}") == nil)
  }

  @Test func `only parameters that Raymesh knows can have moved`() throws {
    let text = #"{"head":[],"workers":{},"moved":{"x":"1","min-worker-port":"20000","port":2}}"#
    #expect(try #require(ManagedRecord(text)).moved == ["min-worker-port": "20000"])
  }

  @Test func `of a group that a record names twice the first counts`() throws {
    let record = try #require(ManagedRecord(#"{"head":[],"workers":{"a":["x"],"b":["y"],"a":["z"]}}"#))
    #expect(record[.worker("a")].sorted == ["x"] && record[.worker("b")].sorted == ["y"])
  }

  @Test func `of groups that share a name it names what was added to any`() throws {
    let workers = [
      GroupSketch(name: "twin", parameters: full(except: "node-manager-port").parameters),
      GroupSketch(name: "twin", parameters: full().parameters),
    ]
    #expect(
      try record(of: ClusterSketch(head: full(), workers: workers))
        == #"{"plan":1,"head":[],"workers":{"twin":["node-manager-port"]}}"#)
  }

  @Test func `the map of annotations is made if it is absent and kept if it is there`() throws {
    let paths = try ClusterSketch().answer().patch.operations.suffix(2).map(\.path)
    #expect(paths == ["/metadata/annotations", ManagedRecordTests.place])
    let patch = try ClusterSketch(annotations: ["note": "mine"]).answer().patch
    #expect(
      patch.operations.filter { $0.path.description.contains("annotations") }.map(\.path) == [ManagedRecordTests.place])
  }

  @Test func `a record reads back as it was written`() throws {
    let text = #"{"plan":1,"head":["a","b"],"workers":{"x":["c"],"\"":[]}}"#
    #expect(String(decoding: try #require(ManagedRecord(text)).text, as: UTF8.self) == text)
  }

  private func record(of sketch: ClusterSketch) throws -> String? {
    let operation = try #require(try sketch.answer().patch.operations.last)
    return operation.path == ManagedRecordTests.place ? operation.value.string : nil
  }

  /// A group that has every parameter which Raymesh would add.
  private func full(except missing: String = "") -> GroupSketch {
    var parameters = JSONObject()
    for (name, value) in [
      ("node-manager-port", "7000"), ("object-manager-port", "7001"), ("runtime-env-agent-port", "7002"),
      ("dashboard-agent-grpc-port", "7003"), ("dashboard-agent-listen-port", "7004"), ("metrics-export-port", "7005"),
      ("worker-port-list", "7006"), ("node-ip-address", "10.0.0.9"),
    ] where name != missing {
      parameters[name] = .string(value)
    }
    return GroupSketch(parameters: .object(parameters))
  }
}
