internal import HTTPTypes
public import Transport

/// A client with one connection, which stays with one task: requests go one after the other.
public final class HTTPClient {
  private let connection: Connection
  private let limits: HTTPLimits

  /// What its TLS context should offer by ALPN.
  public static let protocols = [HTTP1Server.name]

  /// Connects, and shakes hands where there is TLS.
  ///
  /// - Parameters:
  ///   - tls: whom to trust, or `nil` for plain HTTP.
  ///   - serverName: what must be in the server's certificate; the endpoint's host where this is `nil`.
  ///   - deadline: by when the connection must stand.
  /// - Throws: `HTTPClientError` where it does not.
  public static func connect(
    to endpoint: Endpoint, tls: TLSContext?, serverName: String? = nil, on loop: EventLoop,
    limits: HTTPLimits = HTTPLimits(), until deadline: ContinuousClock.Instant
  ) async throws(HTTPClientError) -> HTTPClient {
    do throws(TransportError) {
      let socket = try await Socket.connect(to: endpoint, on: loop, until: deadline)
      let connection = Connection(socket, tls: try session(tls, host: serverName ?? endpoint.host))
      try await connection.handshake(until: deadline)
      return HTTPClient(connection, limits)
    } catch { throw .transport(error) }
  }

  private init(_ connection: Connection, _ limits: HTTPLimits) {
    self.connection = connection
    self.limits = limits
  }

  /// Sends a request and receives its whole response.
  ///
  /// - Throws: `HTTPClientError`, after which the connection is of no more use.
  public func send(
    _ request: Request, until deadline: ContinuousClock.Instant
  ) async throws(HTTPClientError) -> Response {
    var reader = HTTP1ResponseReader(to: request.head.method, limits: limits)
    do throws(TransportError) {
      try await connection.send(HTTP1Writer.bytes(of: request), until: deadline)
    } catch { throw .transport(error) }
    var isEnd = false
    while true {
      do throws(WireError) {
        if let response = try reader.next(isEnd: isEnd) { return response }
      } catch { throw .wire(error) }
      guard !isEnd else { throw .cutShort }
      do throws(TransportError) {
        reader.buffer.compact()
        isEnd = try await connection.receive(into: &reader.buffer.bytes, until: deadline) == .end
      } catch { throw .transport(error) }
    }
  }

  private static func session(_ tls: TLSContext?, host: String) throws(TransportError) -> TLSSession? {
    guard let tls else { return nil }
    do throws(TLSError) { return try TLSSession(tls, as: .client(host: host)) } catch { throw .tls(error) }
  }
}

/// Why a request has no response.
public enum HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
  case transport(TransportError)
  case wire(WireError)
  /// The server closed the connection before the end of the response.
  case cutShort

  /// One line for a person.
  public var description: String {
    switch self {
    case .transport(let error): error.description
    case .wire(let error): "bad response: \(error)"
    case .cutShort: "the server closed the connection before the end of its response"
    }
  }
}
