import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// What holds for any update of any managed RayCluster, tried on many that follow from their seeds.
@Suite struct UpdatePropertyTests {
  private static let lots = stride(from: UInt64(1), to: 1500, by: 250).map { first in first...first + 249 }

  /// The writers that update RayClusters, and what each makes of a managed one. `original` is the object before Raymesh
  /// patched it.
  private static func writes(managed: JSONValue, original: JSONValue) -> [(writer: String, object: JSONValue)] {
    let metadata = managed["metadata"] ?? [:]
    let spec = managed["spec"] ?? [:]
    return [
      ("RayService replaces it by its own", original),
      ("the operator sets a finalizer", managed.adding(["metadata": metadata.adding(["finalizers": ["x"]])])),
      ("Kueue or RayJob suspends it", managed.adding(["spec": spec.adding(["suspend": true])])),
      ("the autoscaler scales it", managed.adding(["spec": spec.adding(["autoscalerOptions": [:]])])),
      ("somebody applies it again", managed),
    ]
  }

  @Test(arguments: lots)
  func `each writer's update ends with the parameters that were there, and the next review is empty`(
    seeds: ClosedRange<UInt64>
  ) throws {
    var tried = 0
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      let (original, options) = (random.object(), try random.options())
      guard let managed = try? original.created(options), managed != original else { continue }
      // If groups share a name, neither the record nor KubeRay can tell them apart.
      let roles = try managed.cluster().groups.map(\.role)
      guard Set(roles).count == roles.count else { continue }
      tried += 1
      for (writer, object) in UpdatePropertyTests.writes(managed: managed, original: original) {
        let context: Comment = "seed \(seed): \(writer)"
        let answer = try object.answer(updating: managed)
        #expect(answer.denial == nil, context)
        let stored = try answer.patch.applied(to: object)
        #expect(try stored.parametersByGroup == managed.parametersByGroup, context)
        #expect(try stored.answer(updating: managed).patch.isEmpty, context)
        #expect(try stored.answer(updating: stored).patch.isEmpty, context)
      }
    }
    #expect(tried > seeds.count / 4, "\(tried) tried: too one-sided")
  }

  @Test(arguments: lots)
  func `the Service of the stored cluster is that of the patch, after any writer's update`(
    seeds: ClosedRange<UInt64>
  ) throws {
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      let (original, options) = (random.object(), try random.options())
      guard let managed = try? original.created(options), managed != original,
        case .known = try managed.cluster().name
      else { continue }
      let service = try HeadlessService(for: PortPlan(for: managed.cluster(), options: options))
      #expect(try managed.service(options) == service, "seed \(seed)")
      let roles = try managed.cluster().groups.map(\.role)
      guard Set(roles).count == roles.count else { continue }
      for (writer, object) in UpdatePropertyTests.writes(managed: managed, original: original) {
        let stored = try object.stored(updating: managed)
        #expect(try stored.service(options) == service, "seed \(seed): \(writer)")
      }
    }
  }

  @Test(arguments: lots)
  func `a second look at an update that takes numbers of ours finds nothing left to do`(
    seeds: ClosedRange<UInt64>
  ) throws {
    var moved = 0
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      let (original, options) = (random.object(), try random.options())
      guard let managed = try? original.created(options), managed != original else { continue }
      for port: Int64 in [6380, 6382, 10_005] {
        let object = original.addingContainerPort(port)
        guard let answer = try? object.answer(updating: managed), !answer.patch.isEmpty else { continue }
        if answer.warnings.contains(where: { $0.contains(" moved from ") }) { moved += 1 }
        let stored = try answer.patch.applied(to: object)
        let again = try stored.answer(updating: managed)
        #expect(again.patch.isEmpty, "seed \(seed), port \(port): \(again.patch)")
        #expect(try stored.answer(updating: stored).patch.isEmpty, "seed \(seed), port \(port)")
      }
    }
    #expect(moved > seeds.count / 10, "\(moved) moved: too one-sided")
  }

  @Test(arguments: lots)
  func `an update that brings no fault is never refused, whatever the cluster is like`(
    seeds: ClosedRange<UInt64>
  ) throws {
    for seed in seeds {
      var random = RandomCluster(seed: seed)
      let object = random.object()
      guard case .object = object, case .object = object["metadata"] else { continue }
      let record: JSONValue = ["raymesh.io/managed": #"{"plan":1,"head":["node-manager-port"],"workers":{}}"#]
      let metadata = (object["metadata"] ?? [:]).adding(["annotations": record])
      let managed = object.adding(["metadata": metadata])
      for same in [managed, object] {
        let denial = try same.answer(updating: same).denial
        #expect(denial == nil, "seed \(seed): \(denial ?? "")")
      }
    }
  }
}

extension JSONValue {
  /// The Service of the cluster as it is stored.
  fileprivate func service(_ options: PlanOptions) throws -> HeadlessService {
    let manifest = adding(["apiVersion": "ray.io/v1", "kind": "RayCluster"])
    let document = try JSONDocument(JSONWriter.bytes(of: manifest))
    return try HeadlessService(of: document.root, namespace: "ray", options: options)
  }

  /// The ray start parameters of each group, as they are stored.
  fileprivate var parametersByGroup: [[String: String]?] {
    get throws { try cluster().groups.map(\.startParameters) }
  }

  /// The cluster with one more port in the head's first container, if there is one.
  fileprivate func addingContainerPort(_ port: Int64) -> JSONValue {
    guard let spec = self["spec"], let head = spec["headGroupSpec"], let template = head["template"],
      let pod = template["spec"], var containers = pod["containers"]?.elements, let first = containers.first
    else { return self }
    let ports = (first["ports"]?.elements ?? []) + [["containerPort": .integer(port)]]
    containers[0] = first.adding(["ports": .array(ports)])
    let newPod = pod.adding(["containers": .array(containers)])
    let newHead = head.adding(["template": template.adding(["spec": newPod])])
    return adding(["spec": spec.adding(["headGroupSpec": newHead])])
  }
}
