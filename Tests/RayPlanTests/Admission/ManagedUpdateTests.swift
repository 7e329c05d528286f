import Admission
import JSON
import TestSupport
import Testing

@testable import RayPlan

/// An update of a cluster that Raymesh manages.
@Suite struct ManagedUpdateTests {
  private static let plain = ClusterSketch(rayVersion: "2.52.0", workers: [GroupSketch()])

  /// The managed cluster, and what is stored once somebody has replaced it by a sketch.
  private func update(
    from old: ClusterSketch = plain, to new: ClusterSketch, _ options: PlanOptions = .standard
  ) throws -> (old: JSONValue, answer: AdmissionAnswer, stored: JSONValue) {
    let managed = try old.object.created()
    return try (managed, new.object.answer(updating: managed, options), new.object.stored(updating: managed, options))
  }

  private func parameters(_ cluster: JSONValue, group: Int? = nil) -> JSONValue? {
    group.map { cluster["spec"]?["workerGroupSpecs"]?.elements?[$0]["rayStartParams"] }
      ?? cluster["spec"]?["headGroupSpec"]?["rayStartParams"]
  }

  @Test func `an update restores what the writer dropped: parameters, variable and record`() throws {
    let update = try update(to: ManagedUpdateTests.plain)
    #expect(
      try update.stored.cluster().groups.map(\.startParameters) == update.old.cluster().groups.map(\.startParameters))
    #expect(update.stored["metadata"]?["annotations"] == update.old["metadata"]?["annotations"])
    #expect(update.stored.summaryOfVariables == update.old.summaryOfVariables)
    #expect(update.answer.warnings.isEmpty && update.answer.denial == nil)
  }

  @Test func `a write that drops nothing is answered without a patch`() throws {
    let managed = try ManagedUpdateTests.plain.object.created()
    #expect(try managed.answer(updating: managed) == .allow([]))
    let scaled = managed.adding(["metadata": (managed["metadata"] ?? [:]).adding(["labels": ["a": "b"]])])
    #expect(try scaled.answer(updating: managed) == .allow([]))
  }

  @Test func `old values stay, whatever this Raymesh would choose today`() throws {
    let options = try PlanOptions(clusterDomain: "other.domain", nodeAddressWait: 5, maximumPorts: 60)
    let update = try update(to: ManagedUpdateTests.plain, options)
    #expect(
      try update.stored.cluster().groups.map(\.startParameters) == update.old.cluster().groups.map(\.startParameters))
    let larger = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(parameters: ["num-cpus": "64"]), workers: [GroupSketch()])
    #expect(try self.update(to: larger).stored.cluster().head.parameter("max-worker-port") == "10085")
  }

  @Test func `what the user adds, changes or deletes stays so`() throws {
    let managed = try ManagedUpdateTests.plain.object.created()
    var head = try #require(managed.cluster().head.startParameters)
    head["node-manager-port"] = "7000"
    head["num-cpus"] = "3"
    let new = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(parameters: .object(JSONObject(head))), workers: [GroupSketch()])
    let stored = try new.object.stored(updating: managed)
    #expect(try stored.cluster().head.startParameters == head)
    let record = try #require(ManagedRecord(of: stored.cluster().metadata))
    #expect(!record[.head].contains("node-manager-port"), "the user has it now")
    #expect(record[.worker("small-group")].contains("node-manager-port"))
    let without = ClusterSketch(rayVersion: "2.52.0", workers: [GroupSketch()])
    let again = try without.object.stored(updating: stored)
    #expect(try again.cluster().head.parameter("node-manager-port") == nil, "and may take it out")
  }

  @Test func `a worker group that is new gets the plan of the others`() throws {
    let moved = ClusterSketch(
      rayVersion: "2.52.0",
      workers: [
        GroupSketch(ports: [["containerPort": 6380]])
      ])
    let new = ClusterSketch(
      rayVersion: "2.52.0",
      workers: [
        GroupSketch(name: "new", resources: ["limits": ["cpu": "64"]]), GroupSketch(ports: [["containerPort": 6380]]),
      ])
    let update = try update(from: moved, to: new)
    let groups = try update.stored.cluster().workers
    #expect(groups[0].parameter("node-manager-port") == "6384" && groups[1].parameter("node-manager-port") == "6384")
    for name in ["min-worker-port", "max-worker-port", "node-ip-address"] {
      #expect(groups[0].parameter(name) != nil && groups[0].parameter(name) == groups[1].parameter(name))
    }
    #expect(update.answer.warnings.contains { $0.contains("worker group new has 84 worker ports") })
    #expect(try update.stored.answer(updating: update.old).patch.isEmpty, "asked again, nothing is left to add")
    let record = try #require(try ManagedRecord(of: update.stored.cluster().metadata))
    #expect(record[.worker("new")].count == 9 && record[.worker("small-group")].count == 9)
  }

  @Test func `groups are matched by name, wherever they moved, and the record follows those that go`() throws {
    let two = ClusterSketch(workers: [
      GroupSketch(name: "a", parameters: ["node-manager-port": "7001"]), GroupSketch(name: "b"),
    ])
    let swapped = ClusterSketch(workers: [
      GroupSketch(name: "b"), GroupSketch(name: "a", parameters: ["node-manager-port": "7001"]),
    ])
    let groups = try update(from: two, to: swapped).stored.cluster().workers
    #expect(groups.map { $0.parameter("node-manager-port") } == ["6380", "7001"])
    let one = try update(from: two, to: ClusterSketch(workers: [GroupSketch(name: "b")])).stored
    #expect(try one.cluster().annotations?["raymesh.io/managed"]?.contains(#""a":"#) == false)
  }

  @Test func `a number that the user takes now is left to him, with a warning`() throws {
    let new = ClusterSketch(rayVersion: "2.52.0", workers: [GroupSketch(ports: [["containerPort": 6381]])])
    let update = try update(to: new)
    #expect(try update.stored.cluster().groups.allSatisfy { $0.parameter("object-manager-port") == "6384" })
    let warning = "raymesh: object-manager-port moved from 6381 to 6384; running pods keep the old"
    #expect(update.answer.warnings == [warning])
  }

  @Test func `a second look at the write that moved a number finds it to be ours, and so does every later update`()
    throws
  {
    let new = ClusterSketch(rayVersion: "2.52.0", workers: [GroupSketch(ports: [["containerPort": 6381]])])
    let update = try update(to: new)
    let again = try update.stored.answer(updating: update.old)
    #expect(again.patch.isEmpty && again.warnings == update.answer.warnings)
    let dropped = try new.object.stored(updating: update.stored)
    #expect(
      try dropped.cluster().groups.map(\.startParameters) == update.stored.cluster().groups.map(\.startParameters))
    #expect(dropped["metadata"]?["annotations"] == update.stored["metadata"]?["annotations"])
    #expect(try dropped.answer(updating: dropped) == .allow([]))
    #expect(try dropped.cluster().head.parameter("object-manager-port") == "6384")
  }

  @Test(arguments: [("min-worker-port", "20000", "max-worker-port", "20083", "10085")])
  func `the end of the worker range that is Raymesh's follows the user's if no range would be left`(
    taken: String, value: String, other: String, moved: String, before: String
  ) throws {
    let new = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(parameters: [taken: .string(value)]), workers: [GroupSketch()])
    let update = try update(to: new)
    #expect(update.answer.denial == nil)
    #expect(update.answer.warnings.contains { $0.contains("\(other) moved from \(before) to \(moved)") })
    #expect(try update.stored.cluster().head.parameter(other) == moved)
    #expect(try update.stored.answer(updating: update.old).patch.isEmpty, "a second look")
    #expect(try update.stored.answer(updating: update.stored) == .allow([]))
    #expect(try new.object.stored(updating: update.stored) == update.stored, "and the next write of the kind")
  }

  @Test func `a first worker port that is Raymesh's makes way for the user's last one too`() throws {
    let old = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(ports: [["containerPort": 10030]]), workers: [GroupSketch()])
    let new = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(parameters: ["max-worker-port": "10020"]), workers: [GroupSketch()])
    let update = try update(from: old, to: new)
    #expect(try update.old.cluster().head.parameter("min-worker-port") == "10031")
    #expect(try update.stored.cluster().head.parameter("min-worker-port") == "10002")
    #expect(try update.stored.cluster().workers[0].parameter("min-worker-port") == "10031", "there it is kept")
  }

  @Test func `a sidecar that a running cluster has, or gets, moves no number`() throws {
    let sidecar: JSONValue = ["name": "cache", "ports": [["containerPort": 6380]]]
    let new = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(pod: ["containers": [["name": "ray"], sidecar]]), workers: [GroupSketch()]
    )
    let update = try update(to: new)
    #expect(update.answer.warnings.isEmpty && update.answer.denial == nil)
    #expect(try update.stored.cluster().head.parameter("node-manager-port") == "6380")
  }

  @Test func `a copy of a managed cluster has an address of its own, whatever its record says`() throws {
    let managed = try ManagedUpdateTests.plain.object.created()
    for other in [["name": "copy"], ["namespace": "elsewhere"]] as [JSONValue] {
      let copy = managed.adding(["metadata": (managed["metadata"] ?? [:]).adding(other)])
      let stored = try copy.created()
      let fresh = ManagedUpdateTests.plain.object
      let made = try fresh.adding(["metadata": (fresh["metadata"] ?? [:]).adding(other)]).created()
      #expect(try stored.cluster().groups.map(\.startParameters) == made.cluster().groups.map(\.startParameters))
      #expect(try copy.answer().warnings.isEmpty && stored.answer().patch.isEmpty)
    }
    let users = ClusterSketch(head: GroupSketch(parameters: ["node-ip-address": "10.0.0.9"])).object
    #expect(try users.created().cluster().head.parameter("node-ip-address") == "10.0.0.9", "the user's own stays")
  }

  @Test func `the Service says no protocols as long as pods run without an address, though the reason is gone`() throws
  {
    let spec: JSONValue = ["enableInTreeAutoscaling": true]
    let old = ClusterSketch(rayVersion: "2.46.0", workers: [GroupSketch()], spec: spec)
    let version2: JSONValue = ["autoscalerOptions": ["version": "v2"]]
    let new = ClusterSketch(rayVersion: "2.46.0", workers: [GroupSketch()], spec: spec.adding(version2))
    let stored = try update(from: old, to: new).stored
    #expect(try stored.cluster().head.parameter("node-ip-address") == nil, "the pods run")
    let service = try HeadlessService(of: JSONDocument(JSONWriter.bytes(of: stored)).root, namespace: "ray")
    #expect(service.ports.allSatisfy { $0.appProtocol == nil })
    #expect(try new.object.created().cluster().head.parameter("node-ip-address") != nil, "a new one would have it")
  }

  @Test func `a moved number that the user then changes is the user's`() throws {
    let new = ClusterSketch(rayVersion: "2.52.0", workers: [GroupSketch(ports: [["containerPort": 6381]])])
    let moved = try update(to: new).stored
    var head = try #require(moved.cluster().head.startParameters)
    head["object-manager-port"] = "7000"
    let own = ClusterSketch(
      rayVersion: "2.52.0", head: GroupSketch(parameters: .object(JSONObject(head))),
      workers: [GroupSketch(ports: [["containerPort": 6381]])])
    let record = try #require(ManagedRecord(of: own.object.stored(updating: moved).cluster().metadata))
    #expect(!record[.head].contains("object-manager-port"))
    #expect(record[.worker("small-group")].contains("object-manager-port"))
  }

  @Test func `a parameter that the new Ray refuses is taken out, and the record follows`() throws {
    let old = ClusterSketch(image: "rayproject/ray:2.44.0")
    let managed = try old.object.created()
    let text = managed.text.replacing("rayproject/ray:2.44.0", with: "rayproject/ray:2.52.0")
    let upgraded = JSONValue(try JSONDocument(Array(text.utf8)).root)
    let answer = try upgraded.answer(updating: managed)
    #expect(answer.patch.removals == ["/spec/headGroupSpec/rayStartParams/dashboard-grpc-port"])
    #expect(answer.warnings == ["raymesh: dashboard-grpc-port taken out, this Ray refuses it; running pods keep it"])
    let stored = try answer.patch.applied(to: upgraded)
    #expect(try stored.cluster().head.parameter("dashboard-grpc-port") == nil)
    #expect(try stored.cluster().annotations?["raymesh.io/managed"]?.contains("dashboard-grpc-port") == false)
    #expect(try stored.answer(updating: managed) == .allow([.removed(parameter: "dashboard-grpc-port")]))
  }

  @Test func `an update is refused for a fault that it brings, and for no other`() throws {
    let faulty = GroupSketch(parameters: ["port": "8265"])
    let update = try #require(try? ManagedUpdateTests.plain.object.created())
    #expect(try ClusterSketch(head: faulty).object.answer(updating: update).denial?.contains("8265") == true)
    let old = update.adding(["spec": (ClusterSketch(head: faulty).object["spec"] ?? [:])])
    let answer = try ClusterSketch(head: faulty, spec: ["suspend": true]).object.answer(updating: old)
    #expect(answer.denial == nil && answer.warnings.contains { $0.contains("not changed by this update, but wrong") })
  }

  @Test func `an update that cannot be read is refused, unless that was so before`() throws {
    let managed = try ManagedUpdateTests.plain.object.created()
    let unreadable = managed.adding(["spec": ["headGroupSpec": ["rayStartParams": ["port": 1]]]])
    #expect(
      try unreadable.answer(updating: managed).denial?.contains("/spec/headGroupSpec/rayStartParams/port") == true)
    #expect(try unreadable.answer(updating: unreadable).denial == nil)
  }
}

extension JSONObject {
  /// An object of strings.
  fileprivate init(_ strings: [String: String]) {
    self.init()
    for (key, value) in strings.sorted(by: { $0.key < $1.key }) { self[key] = .string(value) }
  }
}

extension JSONValue {
  /// The environments of all Ray containers.
  fileprivate var summaryOfVariables: [String] {
    let groups = [self["spec"]?["headGroupSpec"]] + (self["spec"]?["workerGroupSpecs"]?.elements ?? [])
    return groups.map { $0?["template"]?["spec"]?["containers"]?.elements?[0]["env"]?.summary ?? "none" }
  }
}
