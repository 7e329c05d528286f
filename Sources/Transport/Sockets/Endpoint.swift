/// A host and a port as people write them: `[::]:9443`, `127.0.0.1:0`, `localhost:9443`, `:9443`.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// A name or an address, without brackets; empty for every address of the machine.
  public let host: String
  /// 0 lets the kernel choose where one listens.
  public let port: UInt16

  /// A host and a port.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `host:port`; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). `nil` where it is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let port = Endpoint.port(text[text.index(after: colon)...]) else {
      return nil
    }
    var host = text[..<colon]
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    if isBracketed { host = host.dropFirst().dropLast() }
    guard host.contains(":") == isBracketed, !host.contains(where: { $0 == "[" || $0 == "]" || $0.isWhitespace })
    else { return nil }
    self.init(host: String(host), port: port)
  }

  private static func port(_ text: Substring) -> UInt16? {
    text.allSatisfy { ("0"..."9").contains($0) } ? UInt16(text) : nil
  }

  /// As people write it.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
