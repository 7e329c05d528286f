package import JSON
package import RayPlan

extension Explanation {
  /// The explanation as members of a JSON object. The member `outcome` decides which others there are.
  package var members: JSONObject {
    switch self {
    case .untouched(let reasons):
      JSONObject(present: ["outcome": "untouched", "reasons": .array(reasons.map(JSONValue.string))])
    case .planned(let explanation): explanation.members
    }
  }
}

extension Refusal {
  /// The rejection as members of a JSON object, like those of an explanation.
  package var members: JSONObject {
    let faults = faults.map { fault -> JSONValue in
      ["class": .string(fault.faultClass.rawValue), "message": .string(fault.description)]
    }
    return JSONObject(present: ["outcome": "refused", "faults": .array(faults)])
  }
}

extension PlanExplanation {
  fileprivate var members: JSONObject {
    JSONObject(present: [
      "outcome": "planned",
      "rayVersion": rayVersion.map { .string($0.description) } ?? .null,
      "service": [
        "name": service.name.map(JSONValue.string) ?? .null, "portCount": .integer(Int64(service.portCount)),
        "saysProtocols": .bool(service.saysProtocols),
      ],
      "ports": .array(ports.map { value(of: $0) }),
      "groups": .array(groups.map(\.value)),
      "leftOut": .array(
        omissions.map { omission in
          [
            "what": .string(omission.subject), "groups": names(of: omission.groups), "why": .string(omission.reason),
          ]
        }),
      "warnings": .array(notices.map { .string($0.sentence) }),
    ])
  }

  /// Returns a port as JSON. A range has an `endPort`, as in a NetworkPolicy.
  private func value(of port: ExplainedPort) -> JSONValue {
    let isRange = port.ports.lowerBound < port.ports.upperBound
    return .object(
      JSONObject(present: [
        "port": .integer(port.ports.lowerBound), "endPort": isRange ? .integer(port.ports.upperBound) : nil,
        "name": .string(port.name), "endName": isRange ? .string(port.lastName) : nil,
        "protocol": .string(port.transport.rawValue),
        "appProtocol": port.appProtocol.map { .string($0.rawValue) } ?? .null,
        "uses": .array(port.claims.map { value(of: $0) }),
      ]))
  }

  private func value(of claim: PortClaim) -> JSONValue {
    let isRange = claim.ports.lowerBound < claim.ports.upperBound
    return .object(
      JSONObject(present: [
        "use": .string(claim.use.word), "groups": names(of: claim.groups),
        "port": .integer(claim.ports.lowerBound), "endPort": isRange ? .integer(claim.ports.upperBound) : nil,
        "setBy": .string(claim.author.rawValue), "reason": .string(claim.reason.word), "why": .string(claim.why),
        "need": claim.reason.need?.value, "taken": claim.reason.taker?.value,
        "at": .array(claim.places.map { .string($0.description) }),
      ]))
  }

  private func names(of indices: [Int]) -> JSONValue { .array(indices.map { .string(groups[$0].name) }) }
}

extension ExplainedGroup {
  fileprivate var value: JSONValue {
    .object(
      JSONObject(present: [
        "name": .string(name), "role": role == .head ? "head" : "worker", "at": .string(pointer.description),
        "cpus": cpus.map { ["count": .integer(Int64($0.count)), "from": .string($0.source.rawValue)] },
        "nodeAddress": address.value,
      ]))
  }
}

extension ExplainedGroup.Address {
  fileprivate var value: JSONValue {
    switch self {
    case .value(let value, let author, let isUnderService):
      ["value": .string(value), "setBy": .string(author.rawValue), "isUnderService": .bool(isUnderService)]
    case .leftOut(let reason): ["value": .null, "why": .string(reason.explanation)]
    }
  }
}

extension WorkerNeed {
  fileprivate var value: JSONValue {
    [
      "ports": .integer(Int64(count)), "cpus": .integer(Int64(cpus.count)), "from": .string(cpus.source.rawValue),
      "group": .string(group.label),
    ]
  }
}

extension PortTaker {
  fileprivate var value: JSONValue {
    [
      "port": .integer(port), "use": .string(use?.word ?? "proxy"),
      "group": group.map { .string($0.label) } ?? .null,
    ]
  }
}

extension JSONValue {
  fileprivate static func integer(_ port: Port) -> JSONValue { .integer(Int64(port.number)) }
}

extension JSONObject {
  /// Creates an object of the members that are not `nil`.
  fileprivate init(present members: KeyValuePairs<String, JSONValue?>) {
    self.init()
    for (key, value) in members { self[key] = value }
  }
}
