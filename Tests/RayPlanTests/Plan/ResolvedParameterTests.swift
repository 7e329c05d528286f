import Admission
import JSON
import RayPlan
import TestSupport
import Testing

/// Values that kubelet, the shell and Ray make into others on the way.
@Suite struct ResolvedParameterTests {
  private static let environment: JSONValue = [
    ["name": "METRICS_PORT", "value": "9400"], ["name": "THOUSANDS", "value": "9"], ["name": "REST", "value": "400"],
    ["name": "JOINED", "value": "$(THOUSANDS)$(REST)"], ["name": "EARLY", "value": "$(LATE)"],
    ["name": "LATE", "value": "9400"], ["name": "TWICE", "value": "1"], ["name": "TWICE", "value": "9400"],
    ["name": "BLANKS", "value": " 9400 "], ["name": "TRAILING", "value": "9400 "], ["name": "EMPTY"],
    ["name": "SECRET", "valueFrom": ["secretKeyRef": ["name": "s", "key": "k"]]],
    ["name": "DOLLARS", "value": "$$(REST)"],
    ["name": "RAY_IP", "value": "9400"], ["name": "RANDOM", "value": "9400"],
  ]

  private static func sketch(_ value: String, container: JSONValue = [:]) -> ClusterSketch {
    ClusterSketch(
      head: GroupSketch(parameters: ["metrics-export-port": .string(value)], env: environment, container: container))
  }

  private func port(_ value: String, container: JSONValue = [:]) throws -> UInt16? {
    let plan = try ResolvedParameterTests.sketch(value, container: container).plan()
    return plan.groups[0].ports.first { $0.component == .metricsExport }?.port.number
  }

  @Test(arguments: [
    "$(METRICS_PORT)", "$METRICS_PORT", "${METRICS_PORT}", "\"$METRICS_PORT\"", "$(THOUSANDS)$(REST)",
    "$THOUSANDS${REST}",
    "9$(REST)", "$(JOINED)", "$JOINED", "$(TWICE)", "$LATE", "$$METRICS_PORT", "\"$BLANKS\"", "$TRAILING",
    "$(TRAILING)",
    "9400 ", "9400\t", "'9400'", "\"9400\"", "94\\00", "' 9400 '", "+9400", "9_400", "09400", "９４００", "94\"\"00",
    "9400" + String(repeating: " ", count: 5000), "9400" + String(repeating: "\"\"", count: 5000),
  ])
  func `a value that the environment, the shell or Ray makes into a number is that number`(value: String) throws {
    #expect(try port(value) == 9400)
    let answer = try ResolvedParameterTests.sketch(value).answer()
    #expect(answer.denial == nil && answer.warnings.isEmpty)
    #expect(!answer.patch.operations.contains { $0.path.description.hasSuffix("/metrics-export-port") })
  }

  @Test(arguments: [
    "$(NOBODY)", "$NOBODY", "${NOBODY}", "$(SECRET)", "$SECRET", "$(EARLY)", "$EARLY", "$$(METRICS_PORT)",
    "$(echo 9400)",
    "`echo 9400`", "$((9399 + 1))", "${METRICS_PORT:-1}", "$(DOLLARS)", "$1", "$$", "9400;", "9400\n", "940?",
    "{9400,1}",
    "9400 --verbose", "$(METRICS_PORT", "\"9400", "'9400", "9400\\", "~", "9400 #", "$(RAY_IP)", "$RAY_IP", "$RANDOM",
    "9400 &", "<(x)", "\"`x`\"",
  ])
  func `a value that only the pod knows is neither refused nor changed, and the user is told`(value: String) throws {
    let answer = try ResolvedParameterTests.sketch(value).answer()
    #expect(answer.denial == nil)
    #expect(
      answer.warnings == [
        "raymesh: metrics-export-port of the head group is known in the pod only: "
          + "not in the Service, so STRICT refuses calls..."
      ])
    #expect(!answer.patch.operations.contains { $0.path.description.hasSuffix("/metrics-export-port") })
    #expect(try port(value) == nil)
    let ports = try HeadlessService(for: ResolvedParameterTests.sketch(value).plan()).ports
    #expect(!ports.contains { $0.name == "metrics-export-port" })
  }

  @Test(arguments: [
    ("", "\"\", expected a port from 1"), ("$EMPTY", #""$EMPTY", which is "" in the pod, expected a port from 1"#),
    ("$(JOINED)0", #""$(JOINED)0", which is "94000" in the pod, expected a port from 1"#),
    (" 9400", #"" 9400", expected no blank before it or in it"#), ("$BLANKS", "expected no blank before it or in it"),
    ("9400 9401", "expected no blank before it or in it"), ("true", "\"true\", expected a port from 1"),
    ("9400.0", "\"9400.0\", expected a port from 1"), ("0x24b8", "expected a port from 1"),
    ("-1", "expected a port from"),
    ("9__400", "expected a port from 1"), ("_9400", "expected a port from 1"), ("9400_", "expected a port from 1"),
    ("+", "expected a port from 1"), ("99999999999999999999", "expected a port from 1"),
  ])
  func `what Ray or its shell refuses is refused, by what the pod makes of it`(value: String, message: String) throws {
    let denial = try #require(try ResolvedParameterTests.sketch(value).answer().denial)
    #expect(
      denial.contains("/spec/headGroupSpec/rayStartParams/metrics-export-port: found ") && denial.contains(message))
  }

  @Test func `a command of the user's may set variables for the shell, but not for kubelet`() throws {
    let command: JSONValue = ["args": ["export METRICS_PORT=9500"]]
    #expect(try port("$(METRICS_PORT)", container: command) == 9400)
    #expect(try port("$METRICS_PORT", container: command) == nil)
    #expect(try port("\"9400\"", container: command) == 9400)
  }

  @Test func `the guide's worker ports may come from variables, all or none`() throws {
    let parameters: JSONValue = ["min-worker-port": "$(MIN)", "max-worker-port": "$MAX"]
    let env: JSONValue = [["name": "MIN", "value": "20000"], ["name": "MAX", "value": "20099"]]
    let known = try ClusterSketch(head: GroupSketch(parameters: parameters, env: env)).plan()
    #expect(known.groups[0].workerPorts.count == 100)
    let unknown = ClusterSketch(
      head: GroupSketch(parameters: ["min-worker-port": "$(MIN)", "max-worker-port": "20099"]))
    #expect(try unknown.plan().groups[0].workerPorts.count == 0)
    #expect(
      try unknown.answer().warnings.first?.hasPrefix("raymesh: min-worker-port of the head group is known") == true)
    let operations = try unknown.answer().patch.operations
    #expect(!operations.contains { $0.path.description.hasSuffix("-worker-port") })
    let list = ClusterSketch(head: GroupSketch(parameters: ["worker-port-list": "$(LIST)"]))
    #expect(try list.answer().warnings.first?.hasPrefix("raymesh: worker-port-list of the head group is") == true)
    #expect(try !list.answer().patch.operations.contains { $0.path.description.hasSuffix("-worker-port") })
  }

  @Test func `CPUs and variables are resolved too`() throws {
    let env: JSONValue = [["name": "CPUS", "value": "40"], ["name": "AUTOSCALER_METRIC_PORT", "value": "44$(CPUS)"]]
    let plan = try ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "$(CPUS)"], env: env)).plan()
    #expect(plan.groups[0].workerPorts.count == 180)
    #expect(plan.groups[0].ports.first { $0.component == .autoscalerMetrics }?.port.number == 4440)
    let unknown = ClusterSketch(head: GroupSketch(parameters: ["num-cpus": "$(nproc)"]))
    #expect(
      try unknown.answer().warnings == [
        "raymesh: num-cpus of the head group is known in the pod only: its worker ports go by its resources"
      ])
    let elsewhere: JSONValue = [["name": "DASHBOARD_METRIC_PORT", "value": "$(NOBODY)"]]
    let warnings = try ClusterSketch(head: GroupSketch(env: elsewhere)).answer().warnings
    #expect(
      warnings.first?.hasPrefix("raymesh: DASHBOARD_METRIC_PORT of the head group is known in the pod only") == true)
    let nonsense: JSONValue = [["name": "DASHBOARD_METRIC_PORT", "value": "x"]]
    let ports = try ClusterSketch(head: GroupSketch(env: nonsense)).plan().groups[0].ports
    #expect(ports.first { $0.component == .dashboardMetrics }?.port.number == 44227, "Ray takes its default")
  }

  @Test func `names that refer to names twice do not grow without end`() throws {
    var entries: [JSONValue] = [["name": "V0", "value": "7"]]
    for index in 1...60 {
      entries.append(["name": .string("V\(index)"), "value": .string("$(V\(index - 1))$(V\(index - 1))")])
    }
    let value = ClusterSketch(head: GroupSketch(parameters: ["port": "$(V60)"], env: .array(entries)))
    #expect(try value.answer().warnings.first?.hasPrefix("raymesh: port of the head group is known in the pod") == true)
    let few = ClusterSketch(head: GroupSketch(parameters: ["port": "$(V2)"], env: .array(Array(entries.prefix(3)))))
    #expect(try few.plan().groups[0].ports.first { $0.component == .gcs }?.port.number == 7777)
  }
}
