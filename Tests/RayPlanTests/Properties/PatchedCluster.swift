import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// A cluster that a plan was made for, patched and planned again, and the rules that hold for any such.
struct PatchedCluster {
  let object: JSONValue
  let plan: PortPlan
  let patch: JSONPatch
  let patched: JSONValue
  let again: PortPlan

  /// Plans, patches and plans again.
  ///
  /// - Throws: what refuses the cluster; a patched cluster must not be refused, so that is an issue.
  init(_ object: JSONValue, namespace: String, options: PlanOptions = .standard) throws {
    self.object = object
    plan = try PortPlan(for: object.cluster(namespace: namespace), options: options)
    patch = plan.patch
    patched = try patch.applied(to: object)
    do { again = try PortPlan(for: patched.cluster(namespace: namespace), options: options) } catch {
      Issue.record("the patched cluster is refused: \(error) \(patched.text)")
      throw error
    }
  }

  /// The rules of every patch and its Service.
  func expectRules(_ context: Comment) throws {
    #expect(again.patch.isEmpty, context)
    #expect(plan.groups.map(\.numbers) == again.groups.map(\.numbers), context)
    #expect(plan.groups.map(\.workerPorts.ports) == again.groups.map(\.workerPorts.ports), context)
    #expect(plan.warnings == again.warnings && plan.warnings.allSatisfy { $0.unicodeScalars.count < 120 }, context)
    expectOnlyAdditions(context)
    try expectWorkingGroups(context)
    guard case .known = plan.cluster.name else { return }
    let service = try HeadlessService(for: plan)
    #expect(try service == HeadlessService(for: again), context)
    expectValidPorts(of: service, context)
    let listed = Set(service.ports.map(PortNumber.init))
    #expect(try listed.isSubset(of: portsOfPatched()), context)
    let isWhole = !plan.notices.contains { $0.kind == .ports }
    #expect(try !isWhole || listed == Set(portsOfPatched()), context)
    #expect(listed.count <= plan.options.maximumPorts + RayComponent.allCases.count, context)
  }

  /// Nothing that was there is changed, and what is new stands in a map or list of ours to fill.
  private func expectOnlyAdditions(_ context: Comment) {
    for operation in patch.operations {
      let path = operation.path.description
      let isRecord = path == "/metadata/annotations/raymesh.io~1managed"
      let existing = object.value(at: operation.path) ?? .null
      #expect(existing == .null || isRecord, "\(context): \(path) was \(existing.text)")
      #expect(PatchedCluster.isPlaceToFill(operation.path) || isRecord, "\(context): \(path)")
    }
    #expect(patched.keeps(object), context)
  }

  /// A group's parameters, the environment of its Ray container, or the annotations, the head Service's among them.
  private static func isPlaceToFill(_ path: JSONPointer) -> Bool {
    let tokens = path.tokens
    let below = tokens.dropFirst(tokens.dropFirst().first == "headGroupSpec" ? 2 : 3).joined(separator: "/")
    let places = ["rayStartParams", "template/spec/containers/0/env", "template/spec/containers/0/env/-"]
    let headService = ["spec", "headServiceAnnotations"]
    return tokens == ["metadata", "annotations"] || tokens == headService || tokens.dropLast() == headService[...]
      || tokens.first == "spec" && (places.contains(below) || below.hasPrefix("rayStartParams/"))
  }

  /// What Kubernetes wants of a Service's ports (`validateServicePort`): each number and each name once, names labels.
  private func expectValidPorts(of service: HeadlessService, _ context: Comment) {
    #expect(Set(service.ports.map(PortNumber.init)).count == service.ports.count, context)
    #expect(Set(service.ports.map(\.name)).count == service.ports.count, context)
    #expect(service.ports.map(\.port) == service.ports.map(\.port).sorted(), context)
    let label = service.ports.map(\.name) + [service.name]
    #expect(label.allSatisfy { $0.utf8.count <= 63 && $0.isLabel }, context)
  }
}

extension GroupPlan {
  /// The components' numbers, chosen by the user or by Raymesh.
  fileprivate var numbers: [RayComponent: Port] {
    Dictionary(uniqueKeysWithValues: ports.map { ($0.component, $0.port) })
  }
}

/// A number and what carries it.
struct PortNumber: Hashable {
  let number: Int
  let transport: String

  init(_ number: Int, _ transport: String = "TCP") { (self.number, self.transport) = (number, transport) }
  init(_ port: ServicePort) { self.init(Int(port.port.number), port.transport.rawValue) }
}

extension String {
  /// Whether this is a label of RFC 1123.
  fileprivate var isLabel: Bool {
    utf8.first != UInt8(ascii: "-") && utf8.last != UInt8(ascii: "-") && !isEmpty
      && utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }
}

extension JSONValue {
  /// Whether all that an original says is still said: members in place, elements in front. Null may have been filled.
  fileprivate func keeps(_ original: JSONValue) -> Bool {
    switch (original, self) {
    case (.null, _): true
    case (.object(let before), .object(let after)):
      zip(before.members, after.members).allSatisfy { before, after in
        before.key.utf8.elementsEqual(after.key.utf8)
          && (before.key == "raymesh.io/managed" || after.value.keeps(before.value))
      } && after.members.count >= before.members.count
    case (.array(let before), .array(let after)):
      after.count >= before.count && zip(before, after).allSatisfy { $1.keeps($0) }
    default: text == original.text
    }
  }
}
