import JSON
import RayPlan
import TestSupport
import Testing

@Suite struct ServicePortsTests {
  /// Each port as `number name protocol`, workers' own ones left out.
  private func ports(_ sketch: ClusterSketch) throws -> [String] {
    try HeadlessService(for: sketch.plan()).ports.filter { !(10002...10099).contains($0.port.number) }.map { port in
      let transport = port.transport == .tcp ? "" : "/\(port.transport.rawValue)"
      return "\(port.port)\(transport) \(port.name) \(port.appProtocol?.rawValue ?? "-")"
    }
  }

  private static let usual = [
    "6379 node-gcs-port grpc", "6380 node-manager-port grpc", "6381 object-manager-port grpc",
    "6382 runtime-env-agent-port http", "6383 dashboard-agent-grpc-port grpc", "8080 metrics-export-port http",
    "8265 dashboard-port http", "8266 dashboard-grpc-port grpc", "10001 client-port grpc",
    "44217 autoscaler-metrics-port http", "44227 dashboard-metrics-port http", "52365 dashboard-agent-listen-port http",
  ]

  @Test func `every port of the plan is listed once, by number, named as in the guide`() throws {
    let workers = [GroupSketch(), GroupSketch(name: "b")]
    #expect(try ports(ClusterSketch(image: "rayproject/ray:2.10.0", workers: workers)) == ServicePortsTests.usual)
    #expect(try ports(ClusterSketch(workers: workers)) == ServicePortsTests.usual.filter { !$0.hasPrefix("8266 ") })
  }

  @Test func `a worker port is p and its number, and speaks grpc`() throws {
    let head = GroupSketch(parameters: ["min-worker-port": "10002", "max-worker-port": "10005"])
    let worker = GroupSketch(parameters: ["worker-port-list": "30000,10004,1024"])
    let service = try HeadlessService(for: ClusterSketch(head: head, workers: [worker]).plan())
    let ports = service.ports.filter { $0.name.hasPrefix("p") }
    #expect(ports.map(\.name) == ["p1024", "p10002", "p10003", "p10004", "p10005", "p30000"])
    #expect(ports.allSatisfy { $0.name == "p\($0.port)" && $0.appProtocol == .grpc && $0.transport == .tcp })
  }

  @Test func `a port is written as in Kubernetes, and names its protocol`() throws {
    let head = GroupSketch(ports: [["containerPort": 53, "name": "dns", "protocol": "UDP"]])
    let ports = try HeadlessService(for: ClusterSketch(head: head).plan()).object["spec"]?["ports"]?.elements
    #expect(ports?[0].text == #"{"name":"dns","port":53,"protocol":"UDP"}"#)
    #expect(ports?[1].text == #"{"name":"node-gcs-port","port":6379,"protocol":"TCP","appProtocol":"grpc"}"#)
  }

  @Test func `if groups differ the head keeps the plain name`() throws {
    let head = GroupSketch(parameters: ["object-manager-port": "7000"])
    let workers = [
      GroupSketch(parameters: ["metrics-export-port": "9000"]),
      GroupSketch(name: "b", parameters: ["object-manager-port": "7001", "metrics-export-port": "9000"]),
    ]
    let ports = try ports(ClusterSketch(head: head, workers: workers))
    #expect(
      ports.filter { $0.contains("object-manager") } == [
        "6381 object-manager-port-6381 grpc", "7000 object-manager-port grpc", "7001 object-manager-port-7001 grpc",
      ])
    #expect(
      ports.filter { $0.contains("metrics-export") } == [
        "8080 metrics-export-port http", "9000 metrics-export-port-9000 http",
      ])
  }

  @Test func `a user's numbers and the ports set by environment are the ones listed`() throws {
    let head = GroupSketch(
      parameters: ["port": "6390", "dashboard-port": "8300", "ray-client-server-port": "10200"],
      env: [
        ["name": "AUTOSCALER_METRIC_PORT", "value": "45000"], ["name": "DASHBOARD_METRIC_PORT", "value": "45001"],
      ])
    let ports = try ports(ClusterSketch(head: head))
    for port in [
      "6390 node-gcs-port grpc", "8300 dashboard-port http", "10200 client-port grpc",
      "45000 autoscaler-metrics-port http", "45001 dashboard-metrics-port http",
    ] { #expect(ports.contains(port)) }
    #expect(!ports.contains { $0.hasPrefix("6379 ") || $0.hasPrefix("44217 ") })
  }

  @Test(
    arguments: [
      ("serve", "http"), ("http", "http"), ("http-metrics", "http"), ("http2", "http"), ("https", "https"),
      ("https-web", "https"), ("serve-grpc", "grpc"), ("grpc", "grpc"), ("grpc-web", "grpc"), ("serve-http", "tcp"),
      ("web", "tcp"), ("redis", "tcp"), (nil, "tcp"),
    ] as [(String?, String)])
  func `a container's port that the plan lacks speaks what its name says`(name: String?, appProtocol: String) throws {
    let port = JSONValue.sketch(["containerPort": 9000, "name": name.map(JSONValue.string)])
    let expected = "9000 \(name ?? "p9000") \(appProtocol)"
    #expect(try ports(ClusterSketch(head: GroupSketch(ports: [port]))).contains(expected))
    #expect(try ports(ClusterSketch(workers: [GroupSketch(ports: [port])])).contains(expected))
  }

  @Test(arguments: ["UDP", "SCTP"])
  func `UDP and SCTP keep their protocol, and their number stays free for TCP`(transport: String) throws {
    let head = GroupSketch(ports: [
      ["containerPort": 8000, "name": "serve", "protocol": .string(transport)],
      ["containerPort": 8000, "name": "http"],
      ["containerPort": 6379, "name": "gcs", "protocol": .string(transport)],
    ])
    let ports = try ports(ClusterSketch(head: head))
    for port in [
      "8000/\(transport) serve -", "8000 http http", "6379/\(transport) gcs -", "6379 node-gcs-port grpc",
    ] { #expect(ports.contains(port)) }
  }

  @Test func `a container's port that the plan has is listed as the plan's`() throws {
    let head = GroupSketch(ports: [
      ["containerPort": 6379, "name": "redis"], ["containerPort": 8265, "name": "dashboard"], ["containerPort": 10001],
    ])
    #expect(try ports(ClusterSketch(image: "rayproject/ray:2.10.0", head: head)) == ServicePortsTests.usual)
  }

  @Test func `a worker port that the user fixed is listed as such, though a container lists it too`() throws {
    let head = GroupSketch(
      parameters: ["worker-port-list": "10002"], ports: [["containerPort": 10002, "name": "mine"]])
    #expect(try HeadlessService(for: ClusterSketch(head: head).plan()).ports.map(\.name).contains("p10002"))
  }

  @Test func `a name that is taken gets the number behind it, then the protocol too`() throws {
    let head = GroupSketch(ports: [
      ["containerPort": 9000, "name": "serve"], ["containerPort": 9001, "name": "client-port"],
      ["containerPort": 9002, "name": "p10002"], ["containerPort": 9003, "name": "p9004"], ["containerPort": 9004],
    ])
    let worker = GroupSketch(ports: [
      ["containerPort": 9000, "name": "other"], ["containerPort": 9010, "name": "serve"],
      ["containerPort": 9010, "name": "serve", "protocol": "UDP"],
      ["containerPort": 9010, "name": "serve", "protocol": "SCTP"],
    ])
    let ports = try ports(ClusterSketch(head: head, workers: [worker])).filter { $0.hasPrefix("90") }
    #expect(
      ports == [
        "9000 serve http", "9001 client-port-9001 tcp", "9002 p10002-9002 tcp", "9003 p9004 tcp", "9004 p9004-9004 tcp",
        "9010/SCTP serve-9010-sctp -", "9010 serve-9010 http", "9010/UDP serve-9010-udp -",
      ])
  }

  @Test func `a port is listed even if every such name is taken`() throws {
    let head = GroupSketch(ports: [
      ["containerPort": 9000, "name": "a"], ["containerPort": 9001, "name": "a-9003"],
      ["containerPort": 9002, "name": "a-9003-udp"],
    ])
    let worker = GroupSketch(ports: [["containerPort": 9003, "name": "a", "protocol": "UDP"]])
    let ports = try HeadlessService(for: ClusterSketch(head: head, workers: [worker]).plan()).ports
    #expect(ports.contains { $0.port == Port(9003) && $0.transport == .udp })
    #expect(Set(ports.map(\.name)).count == ports.count)
  }
}
