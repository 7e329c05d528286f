import JSON
import RayPlan
import TestSupport

/// RayClusters that follow from a seed: most can work, some conflict, some cannot be read.
struct RandomCluster {
  private var random: Choices

  init(seed: UInt64) { random = Choices(seed: seed) }

  /// The cluster; one in five has something of the wrong kind, or missing, at a random place.
  mutating func object() -> JSONValue {
    let whole: JSONValue = .sketch([
      "apiVersion": "ray.io/v1", "kind": "RayCluster", "x-unknown": random.sometimes { $0.junk() },
      "metadata": metadata(), "spec": spec(), "status": random.sometimes { $0.junk() },
    ])
    guard random.chance(of: 5) else { return whole }
    return whole.damaged(by: &random)
  }

  /// Options within their bounds.
  mutating func options() throws -> PlanOptions {
    try PlanOptions(
      clusterDomain: random.one(of: ["cluster.local", "example.org"]), nodeAddressWait: random.one(of: [60, 0, 3600]),
      maximumPorts: random.one(of: [1000, 1000, 3000, 200, 50]))
  }

  private mutating func metadata() -> JSONValue {
    let name = random.one(of: [
      "demo", "a", "raycluster-with-a-name-of-exactly-fifty-three-letters", String(repeating: "n", count: 51), nil,
    ])
    let annotations = random.maybe { random -> JSONValue in
      random.one(of: [
        .null, [:], ["note": "mine", "tilde~slash/": ""], ["raymesh.io/managed": "no record"],
        ["raymesh.io/managed": #"{"plan":1,"head":["port"],"workers":{"a":["z"]}}"#, "b": "c"],
      ])
    }
    return .sketch([
      "name": name.map(JSONValue.string), "generateName": name == nil ? random.one(of: ["demo-", "g", nil]) : nil,
      "namespace": random.one(of: [nil, "ray", "0"]), "annotations": annotations,
      "managedFields": random.sometimes { $0.junk() },
    ])
  }

  private mutating func spec() -> JSONValue {
    let head = group(isHead: true)
    let names = ["a", "b", "größer/~", "a"].prefix(random.number(0...4))
    let workers = names.map { name in group(isHead: false).adding("groupName", .string(name)) }
    return .sketch([
      "rayVersion": random.one(of: [nil, "2.10.0", "2.44.1", "2.46.0", "2.60.0", "nightly", "v2.9"]),
      "suspend": random.sometimes { $0.junk() }, "headGroupSpec": head,
      "workerGroupSpecs": workers.isEmpty ? random.one(of: [nil, .null, []]) : .array(workers),
    ])
  }

  private mutating func group(isHead: Bool) -> JSONValue {
    let container: JSONValue = .sketch([
      "name": "ray", "image": random.sometimes { $0.junk() }, "env": environment(), "ports": containerPorts(),
      "resources": random.sometimes { random in
        ["limits": ["cpu": random.cpus(), "memory": "4Gi"], "requests": ["cpu": random.cpus()]]
      },
    ])
    return .sketch([
      "replicas": random.sometimes { $0.junk() }, "rayStartParams": parameters(isHead: isHead),
      "resources": random.sometimes { random in [random.one(of: ["CPU", "cpu", "GPU"]): random.cpus()] },
      "template": [
        "metadata": random.junk(), "spec": ["containers": [container, random.junk()], "volumes": random.junk()],
      ],
    ])
  }

  private mutating func parameters(isHead: Bool) -> JSONValue? {
    guard !random.chance(of: 4) else { return random.one(of: [nil, .null, [:]]) }
    var parameters = JSONObject()
    for component in RayComponent.allCases where isHead || !component.isHeadOnly {
      if case .parameter(let name) = component.setting, random.chance(of: 4) { parameters[name] = random.port() }
    }
    let first = random.number(15000...60000)
    let workerPorts: [(String, Int)] = random.one(of: [
      [], [], [("min-worker-port", first)], [("max-worker-port", random.number(10003...10400))],
      [("min-worker-port", first), ("max-worker-port", first + random.number(0...300))],
    ])
    for (name, port) in workerPorts { parameters[name] = .string("\(port)") }
    if random.chance(of: 6) {
      parameters["worker-port-list"] = .string((0...3).map { "\(first + 7 * $0)" }.joined(separator: ","))
    }
    if random.chance(of: 3) { parameters["num-cpus"] = random.one(of: ["1", "8", "0", "40", "$(nproc)"]) }
    if random.chance(of: 4) { parameters["labels"] = #"{"a": "$HOME"}"# }
    if random.chance(of: 6) { parameters["node-ip-address"] = "10.0.0.9" }
    return .object(parameters)
  }

  private mutating func environment() -> JSONValue? {
    random.maybe { random in
      var variables = (0..<random.number(0...2)).map {
        JSONValue.sketch(["name": .string("V\($0)"), "value": "$(X) $$"])
      }
      if random.chance(of: 5) { variables.append(NodeAddressTests.variable) }
      if random.chance(of: 12) { variables.append(["name": "RAYMESH_POD_IP", "value": "10.0.0.1"]) }
      for name in ["AUTOSCALER_METRIC_PORT", "DASHBOARD_METRIC_PORT"] where random.chance(of: 6) {
        variables.append(["name": .string(name), "value": random.port()])
      }
      return random.chance(of: 8) ? .null : .array(variables)
    }
  }

  private mutating func containerPorts() -> JSONValue? {
    random.maybe { random in
      .array(
        (0..<random.number(0...4)).map { _ in
          .sketch([
            "containerPort": .integer(
              Int64(random.one(of: [8000, 9000, 6379, 8265, 10002, random.number(1...65535)]))),
            "name": random.one(of: [nil, "serve", "serve-grpc", "http", "client-port", "p10002", "a", "a-8000"]),
            "protocol": random.one(of: [nil, nil, "TCP", "UDP", "SCTP"]), "hostIP": random.sometimes { $0.junk() },
          ])
        })
    }
  }
}

extension Choices {
  /// Mostly a port that nobody else takes.
  fileprivate mutating func port() -> JSONValue {
    let usual = ["6379", "6380", "8265", "10001", "10010", "52365", "44217", "080", "65535"]
    let bad = ["-1", "65536", "abc", "", " 7000", "0x1f"]
    if chance(of: 40) { return .string(one(of: bad)) }
    return .string(chance(of: 10) ? one(of: usual) : "\(number(1024...9999))")
  }

  fileprivate mutating func cpus() -> JSONValue {
    one(of: ["2", "500m", "1.5", 4, .double(0.5), "0", "64", "4e0", "100Gi"])
  }
}
