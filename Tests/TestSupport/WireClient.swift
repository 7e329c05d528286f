public import TLS
public import Transport

/// A client that sends just the bytes it is told to, in just those pieces, and reads responses strictly.
///
/// It stays with one task. Over TLS each piece is a record of its own, so the server reads them one by one.
public final class WireClient {
  private let connection: Connection
  private var received: [UInt8] = []

  /// A loop for all clients of the test process; it lives as long as that.
  private static let loops = Result { try EventLoopGroup(count: 1) }

  /// Connects, and shakes hands if there is TLS.
  ///
  /// - Parameter host: whom the certificate must name, if that is not the endpoint's host.
  public static func connect(
    to endpoint: Endpoint, tls: TLSContext? = nil, host: String? = nil
  ) async throws -> WireClient {
    let deadline = later
    let socket = try await Socket.connect(to: endpoint, on: loops.get().first, until: deadline)
    let session = try tls.map { try TLSSession($0, as: .client(host: host ?? endpoint.host)) }
    let connection = Connection(socket, tls: session)
    try await connection.handshake(until: deadline)
    return WireClient(connection)
  }

  private init(_ connection: Connection) { self.connection = connection }

  /// The protocol that ALPN agreed on.
  public var negotiatedProtocol: String? { connection.negotiatedProtocol }

  /// Sends pieces, each with a call of its own.
  public func send(_ pieces: [[UInt8]]) async throws {
    for piece in pieces { try await connection.send(piece, until: later) }
  }

  /// Sends a text at once.
  public func send(_ text: String) async throws { try await send([Array(text.utf8)]) }

  /// Says that nothing more will be sent.
  public func finishSending() async throws { try await connection.finishSending(until: later) }

  /// The next response.
  ///
  /// - Parameter hasBody: false for the answer to a HEAD.
  public func response(hasBody: Bool = true) async throws -> WireResponse {
    while true {
      if let response = try WireResponse.take(from: &received, hasBody: hasBody) { return response }
      guard try await receive() else {
        let rest = String(decoding: received, as: UTF8.self)
        throw WireResponse.Fault(description: "the server ended the connection after \"\(rest)\"")
      }
    }
  }

  /// What still comes until the server ends the connection, as it should.
  public func rest() async throws -> [UInt8] {
    while try await receive() {}
    return received
  }

  /// What has come since it was last asked, waiting if nothing has; `nil` when the server has ended the connection.
  public func bytes() async throws -> [UInt8]? {
    defer { received = [] }
    return try await receive() || !received.isEmpty ? received : nil
  }

  private func receive() async throws -> Bool {
    try await connection.receive(into: &received, until: later) == .bytes
  }
}
