internal import Transport

/// One version of HTTP: serves a connection from its first byte to its last.
///
/// Which one a connection speaks is what ALPN agreed on; a version that is added here is offered there.
protocol WireProtocol: Sendable {
  /// The name that ALPN knows it by (RFC 7301 section 6).
  static var name: String { get }

  /// Serves the connection until either side ends it, or its place is wanted.
  ///
  /// - Throws: `TransportError` where it breaks; there is nobody left to tell.
  func serve(_ connection: Connection, at place: Place) async throws(TransportError)
}
