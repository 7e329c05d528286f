import Admission
import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct HeadServiceTests {
  private static let plain = KubeRayHeadService(for: ClusterSketch().object).object

  /// A Service with these ports alone, as KubeRay makes it otherwise.
  private func service(_ ports: [JSONValue]) throws -> JSONValue {
    try HeadServiceTests.plain.with(.array(ports), at: "/spec/ports")
  }

  @Test func `the ports that KubeRay lists if the user lists none speak what they do`() throws {
    let expected = ["client": "grpc", "dashboard": "http", "gcs-server": "grpc", "serve": "http", "metrics": "http"]
    #expect(try HeadServiceTests.plain.reviewed().protocols == expected)
  }

  @Test(
    arguments: [
      ("gcs", 6379, "grpc"), ("redis", 6379, "grpc"), ("dashboard-agent", 52365, "http"), ("serve-grpc", 9000, "grpc"),
      // By its name, wherever the user has moved it.
      ("gcs-server", 6390, "grpc"), ("gcs", 6390, "grpc"), ("dashboard", 8300, "http"), ("client", 20001, "grpc"),
      ("metrics", 9090, "http"), ("dashboard-agent", 52366, "http"), ("serve", 80, "http"),
      ("http", 9000, "http"), ("http-web", 9000, "http"), ("http2", 9000, "http"), ("grpc", 8888, "grpc"),
      ("grpc-web", 9000, "grpc"),
      // By its number, under a name that says nothing or as KubeRay makes one up.
      ("6379-port", 6379, "grpc"), ("8265-port", 8265, "http"), ("10001-port", 10001, "grpc"), ("ray", 8080, "http"),
      ("52365-port", 52365, "http"), ("a", 44217, "http"), ("b", 44227, "http"), ("8000-port", 8000, "http"),
      ("", 8265, "http"),
      // Nobody knows.
      ("web", 9000, "tcp"), ("redis", 6390, "tcp"), ("mxla", 8081, "tcp"), ("serve-http", 9000, "tcp"),
      ("tcp-mine", 8000, "tcp"), ("redis", 8000, "tcp"), ("node", 6380, "tcp"), ("worker", 10002, "tcp"),
      // Not ours to say, or name and number say different things.
      ("https", 8443, "tcp"), ("https", 8265, "tcp"), ("http", 6379, "tcp"), ("client", 8265, "tcp"),
      ("grpc-app", 8080, "tcp"),
    ] as [(String, Int64, String)])
  func `a port speaks what its name or its number says`(name: String, number: Int64, expected: String) throws {
    let service = try service([.headPort(name, .integer(number))])
    #expect(try service.reviewed().protocols == [name: expected])
  }

  @Test func `a number is nobody's if another port is named after its component`() throws {
    let moved = try service([
      .headPort("gcs-server", 6390), .headPort("mine", 6379), .headPort("metrics", 9090), .headPort("http-mine", 8080),
    ])
    #expect(
      try moved.reviewed().protocols
        == ["gcs-server": "grpc", "mine": "tcp", "metrics": "http", "http-mine": "http"])
  }

  @Test func `two ports that lead to one component both speak as it does`() throws {
    var custom = KubeRayHeadService(for: ClusterSketch().object)
    custom.ownPorts = [
      ["name": "ui", "appProtocol": "tcp", "port": 80, "targetPort": 8265], .headPort("mine", 12345, appProtocol: nil),
    ]
    let expected = [
      "ui": "http", "mine": "", "client": "grpc", "dashboard": "http", "gcs-server": "grpc", "serve": "http",
      "metrics": "http",
    ]
    #expect(try custom.object.reviewed().protocols == expected)
  }

  @Test(arguments: ["http", "grpc", "https", "kubernetes.io/h2c", "TCP", "", 7, nil] as [JSONValue?])
  func `a protocol other than tcp, or none, stays`(stated: JSONValue?) throws {
    let service = try service([.headPort("dashboard", 8265, appProtocol: stated), .headPort("client", 10001)])
    let reviewed = try service.reviewed()
    #expect(reviewed.value(at: "/spec/ports/0") == service.value(at: "/spec/ports/0"))
    #expect(reviewed.value(at: "/spec/ports/1/appProtocol") == "grpc")
  }

  @Test func `what listens in the pod counts, not the Service's own number`() throws {
    let reviewed = try service([
      ["name": "ui", "appProtocol": "tcp", "port": 80, "targetPort": 8265],
      ["name": "gate", "appProtocol": "tcp", "port": 6379, "targetPort": 7000],
      ["name": "far", "appProtocol": "tcp", "port": 8265, "targetPort": "somewhere"],
      ["name": "near", "appProtocol": "tcp", "port": 10001],
      ["name": "dashboard", "protocol": "UDP", "appProtocol": "tcp", "port": 8265],
    ]).reviewed()
    #expect(
      reviewed.protocols == ["ui": "http", "gate": "tcp", "far": "tcp", "near": "grpc", "dashboard": "tcp"])
  }

  @Test(
    arguments: [
      ("/metadata/labels/ray.io~1node-type", "worker"), ("/metadata/labels/ray.io~1node-type", nil),
      ("/metadata/labels/ray.io~1cluster", nil), ("/metadata/labels/app.kubernetes.io~1created-by", "me"),
      ("/metadata/labels", nil), ("/metadata/ownerReferences", nil), ("/metadata/ownerReferences", []),
      ("/metadata/ownerReferences/0/kind", "RayService"), ("/metadata/ownerReferences/0/apiVersion", "ray.example/v1"),
      ("/metadata/annotations", ["raymesh.io/inject": "false"]),
    ] as [(JSONPointer, JSONValue?)])
  func `only a Service that KubeRay made for a RayCluster's head is touched`(
    place: JSONPointer, value: JSONValue?
  ) throws {
    #expect(try HeadServiceTests.plain.with(value ?? .null, at: place).answer(resource: "services") == .allow([]))
  }

  @Test(
    arguments: [
      ("/metadata", 1), ("/metadata/labels", []), ("/metadata/ownerReferences", ["kind": "RayCluster"]),
      ("/metadata/ownerReferences", [1, "RayCluster"]), ("/spec", .null), ("/spec", "no spec"), ("/spec/ports", .null),
      ("/spec/ports", ["name": "client"]), ("/spec/ports", []), ("/spec/ports", [1, "client", .null, [], [:]]),
      ("/spec/ports", [["name": 1, "port": "6379", "appProtocol": "tcp"]]),
      ("/spec/ports", [["name": "a", "port": 70000, "appProtocol": "tcp"]]),
      ("/spec/ports", [["name": "a", "port": .double(8265.5), "appProtocol": "tcp"]]),
    ] as [(JSONPointer, JSONValue)])
  func `what cannot be read is allowed as it is`(place: JSONPointer, value: JSONValue) throws {
    #expect(try HeadServiceTests.plain.with(value, at: place).answer(resource: "services") == .allow([]))
  }

  @Test func `annotations that cannot be read are no wish`() throws {
    let service = try HeadServiceTests.plain.with(["raymesh.io/inject": 1], at: "/metadata/annotations")
    #expect(try service.reviewed().protocols["client"] == "grpc")
  }

  @Test(arguments: ["UPDATE", "DELETE", "CONNECT"])
  func `only its creation is reviewed`(operation: String) throws {
    #expect(try HeadServiceTests.plain.answer(resource: "services", operation: operation) == .allow([]))
  }
}
