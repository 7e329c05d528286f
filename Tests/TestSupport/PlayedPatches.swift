public import JSON

extension JSONValue {
  /// A JSON Patch of tests and additions; `nil` if it does not apply.
  func patched(with patch: JSONValue) -> JSONValue? {
    var result = self
    for operation in patch.elements ?? [] {
      guard let path = operation["path"]?.string.flatMap({ JSONPointer($0) }), let value = operation["value"] else {
        return nil
      }
      if operation["op"] == "test" {
        guard result.value(at: path) == value else { return nil }
      } else {
        let addition = JSONPatch { $0.add(value, at: path) }
        guard let added = try? addition.applied(to: result) else { return nil }
        result = added
      }
    }
    return result
  }
}

extension JSONValue {
  /// The value with another at a place.
  public func setting(_ path: [String], _ value: JSONValue) -> JSONValue {
    guard let key = path.first else { return value }
    var object = JSONObject()
    if case .object(let own) = self { object = own }
    object[key] = (object[key] ?? .object(JSONObject())).setting(Array(path.dropFirst()), value)
    return .object(object)
  }

  /// A merge patch (RFC 7386); for apply with the ports of a list by number and protocol, as somebody else owns those
  /// that are there.
  func merged(with patch: JSONValue, keepingPorts: Bool) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var object = JSONObject()
    if case .object(let own) = self { object = own }
    for member in changes.members {
      if member.value == .null {
        object[member.key] = nil
      } else if keepingPorts, member.key == "ports" {
        object["ports"] = .array(Self.ports(object["ports"]?.elements ?? [], member.value.elements ?? []))
      } else {
        object[member.key] = (object[member.key] ?? .null).merged(with: member.value, keepingPorts: keepingPorts)
      }
    }
    return .object(object)
  }

  private static func ports(_ live: [JSONValue], _ applied: [JSONValue]) -> [JSONValue] {
    let place = { (port: JSONValue) in [port["port"], port["protocol"]] }
    let places = Set(applied.map(place))
    return live.filter { !places.contains(place($0)) } + applied
  }
}
