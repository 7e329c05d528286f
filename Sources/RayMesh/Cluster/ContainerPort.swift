internal import JSON

/// A port that the user lists on the Ray container, Ray Serve's for one.
public struct ContainerPort: Hashable, Sendable {
  /// The number.
  public let port: Port
  /// The name, or `nil` where it has none.
  public let name: String?
  /// What carries it.
  public let transport: Transport

  /// A `protocol` as Kubernetes spells it.
  public enum Transport: String, CaseIterable, Sendable {
    case tcp = "TCP"
    case udp = "UDP"
    case sctp = "SCTP"
  }

  /// A number and what carries it: a Service lists each once.
  struct Place: Hashable {
    let port: Port
    let transport: Transport
  }

  var place: Place { Place(port: port, transport: transport) }

  init(_ element: JSONElement) throws(JSONMismatch) {
    let expectation = "a port from 1 to 65535"
    guard let number = element.member("containerPort") else {
      throw element.missing("containerPort", expected: expectation)
    }
    guard let port = number.integer.flatMap({ Port($0) }) else { throw number.mismatch(expected: expectation) }
    self.port = port
    name = try ContainerPort.name(in: element)
    transport = try ContainerPort.transport(in: element)
  }

  private static func name(in element: JSONElement) throws(JSONMismatch) -> String? {
    guard let name = try element.string("name"), !name.isEmpty else { return nil }
    guard DNSName.isLabel(name, longest: longestName) else {
      throw JSONMismatch(
        at: element.pointer.appending(path: "/name"), found: JSONValue.string(name).summary,
        expected: "a port name: at most 15 lower case letters, digits and '-'")
    }
    return name
  }

  /// Of a port name, by Kubernetes' own rule (RFC 6335 section 5.1).
  private static let longestName = 15

  private static func transport(in element: JSONElement) throws(JSONMismatch) -> Transport {
    guard let stated = try element.text("protocol"), !stated.isString("TCP"), let text = stated.string, !text.isEmpty
    else { return .tcp }
    guard let transport = Transport(rawValue: text) else {
      throw JSONMismatch(
        at: element.pointer.appending(path: "/protocol"), found: JSONValue.string(text).summary,
        expected: "TCP, UDP or SCTP")
    }
    return transport
  }
}
