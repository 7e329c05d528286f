internal import JSON

/// A port that the user lists on the Ray container, Ray Serve's for one.
public struct ContainerPort: Hashable, Sendable {
  /// The number.
  public let port: Port
  /// The name, or `nil` if it has none.
  public let name: String?
  /// What carries it.
  public let transport: TransportProtocol

  /// A `protocol` as Kubernetes spells it.
  public enum TransportProtocol: String, CaseIterable, Sendable {
    case tcp = "TCP"
    case udp = "UDP"
    case sctp = "SCTP"
  }

  /// A number and what carries it: a Service lists each once.
  struct Place: Hashable {
    let port: Port
    let transport: TransportProtocol
  }

  var place: Place { Place(port: port, transport: transport) }

  /// Reads a port.
  ///
  /// - Throws: `JSONMismatch` if it is not of Kubernetes' form.
  init(_ element: JSONElement) throws(JSONMismatch) {
    do throws(Flaw) { self = try ContainerPort(reading: element) } catch {
      throw element.member(error.key)?.mismatch(expected: error.expected.description)
        ?? element.missing(error.key, expected: error.expected.description)
    }
  }

  /// Reads a port, or returns `nil` if it is not one.
  ///
  /// It builds no error: a pod may list as many bad ports as a request has room for.
  init?(lenient element: JSONElement) {
    do throws(Flaw) { self = try ContainerPort(reading: element) } catch { return nil }
  }

  /// What is wrong with a port: a member, and what it should be.
  private struct Flaw: Error {
    let key: StaticString
    let expected: StaticString
  }

  private init(reading element: JSONElement) throws(Flaw) {
    guard let port = element.member("containerPort")?.integer.flatMap({ Port($0) }) else {
      throw Flaw(key: "containerPort", expected: "a port from 1 to 65535")
    }
    self.port = port
    name = try ContainerPort.name(in: element)
    transport = try ContainerPort.transport(in: element)
  }

  private static func name(in element: JSONElement) throws(Flaw) -> String? {
    guard let stated = element.member("name") else { return nil }
    guard let name = stated.string else { throw Flaw(key: "name", expected: "a string") }
    guard !name.isEmpty else { return nil }
    guard DNSName.isLabel(name, longest: longestName) else {
      throw Flaw(key: "name", expected: "a port name: at most 15 lower case letters, digits and '-'")
    }
    return name
  }

  /// Of a port name, by Kubernetes' own rule (RFC 6335 section 5.1).
  private static let longestName = 15

  private static func transport(in element: JSONElement) throws(Flaw) -> TransportProtocol {
    guard let stated = element.member("protocol"), !stated.isString("TCP") else { return .tcp }
    guard let text = stated.string else { throw Flaw(key: "protocol", expected: "a string") }
    guard !text.isEmpty else { return .tcp }
    guard let transport = TransportProtocol(rawValue: text) else {
      throw Flaw(key: "protocol", expected: "TCP, UDP or SCTP")
    }
    return transport
  }
}
