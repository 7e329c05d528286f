import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// KubeRay's Service for the head and Raymesh's for all nodes share pods and ports. Istio goes by the older one if
/// they differ, so they must not.
@Suite struct TwoServicesTests {
  /// What both Services say of the ports that both list, as `number head/all`, if it is not the same.
  private func differences(_ cluster: JSONValue) throws -> [String] {
    let patched = try PatchedCluster(cluster, namespace: "ray").patched
    let head = try KubeRayHeadService(for: patched).object.reviewed()
    let ports = try HeadlessService(for: PortPlan(for: patched.cluster())).ports.filter { $0.transport == .tcp }
    let all = Dictionary(ports.map { (Int64($0.port.number), $0.appProtocol?.rawValue) }) { first, _ in first }
    return (head.value(at: "/spec/ports")?.elements ?? []).compactMap { port in
      guard case .integer(let number)? = port["targetPort"], let other = all[number] else { return nil }
      let said = port["appProtocol"]?.string
      return said == other ? nil : "\(number) \(said ?? "-")/\(other ?? "-")"
    }
  }

  @Test(
    arguments: [
      nil, [["containerPort": 6379, "name": "redis"], ["containerPort": 8265], ["containerPort": 8000]],
      [["containerPort": 8000, "name": "serve"], ["containerPort": 9000, "name": "serve-grpc"]],
      [["containerPort": 9000, "name": "http-web"], ["containerPort": 8081, "name": "mxla"]],
      [["containerPort": 8000, "name": "tcp-mine"], ["containerPort": 6380, "name": "mine"]],
    ] as [JSONValue?])
  func `they say the same of every port`(ports: JSONValue?) throws {
    #expect(try differences(ClusterSketch(head: GroupSketch(ports: ports)).object) == [])
  }

  @Test func `they say the same if the user has moved Ray's ports`() throws {
    let head = GroupSketch(
      parameters: ["port": "6390", "dashboard-port": "8300", "ray-client-server-port": "20001"],
      ports: [
        ["containerPort": 6390, "name": "gcs"], ["containerPort": 8300, "name": "dashboard"],
        ["containerPort": 20001, "name": "client"],
      ])
    #expect(try differences(ClusterSketch(head: head).object) == [])
  }

  @Test(
    .enabled(if: !ReviewFile.recorded.isEmpty, "AdmissionReviews recorded from a real API server are not here"),
    arguments: ReviewFile.recorded.filter { $0.name.hasPrefix("create-") })
  func `of recorded clusters they say the same, wherever Raymesh's says anything`(file: ReviewFile) throws {
    let (object, namespace) = try file.subject()
    guard object["kind"] == "RayCluster", let plan = try? PortPlan(for: object.cluster(namespace: namespace)),
      case .known = plan.cluster.name
    else { return }
    #expect(try differences(object).filter { !$0.hasSuffix("/-") } == [])
  }
}
