internal import HTTPTypes
public import TLS
public import Transport

/// A client with one connection, which stays with one task: requests go one after the other.
public final class HTTPClient {
  private let connection: Connection
  private let limits: HTTPLimits

  /// What its TLS context should offer by ALPN.
  public static let protocols = [HTTP1Server.name]

  /// Connects, and shakes hands if there is TLS.
  ///
  /// - Parameters:
  ///   - tls: whom to trust, or `nil` for plain HTTP.
  ///   - serverName: what must be in the server's certificate; the endpoint's host if this is `nil`.
  ///   - deadline: by when the connection must stand.
  /// - Throws: `HTTPClientError` if it does not.
  public static func connect(
    to endpoint: Endpoint, tls: TLSContext?, serverName: String? = nil, on loop: EventLoop,
    limits: HTTPLimits = HTTPLimits(), until deadline: Instant
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
  /// - Throws: `HTTPClientError`, after which the connection cannot be used again.
  public func send(
    _ request: Request, until deadline: Instant
  ) async throws(HTTPClientError) -> Response {
    var reader = HTTP1ResponseReader(to: request.head.method, limits: limits)
    try await begin(request, until: deadline)
    var isEnd = false
    while true {
      do throws(WireError) {
        if let response = try reader.next(isEnd: isEnd) { return response }
      } catch { throw .wire(error) }
      guard !isEnd else { throw .cutShort }
      isEnd = try await receive(into: &reader, until: deadline)
    }
  }

  /// Sends a request and receives the head of its response; the body comes line by line.
  ///
  /// The stream has the connection to itself: nothing else can be sent until its last line has been read.
  ///
  /// - Parameter longestLine: bytes of a line, which is all that is kept of the body at once.
  /// - Throws: `HTTPClientError`, after which the connection cannot be used again.
  public func stream(
    _ request: Request, longestLine: Int, until deadline: Instant
  ) async throws(HTTPClientError) -> ResponseLines {
    var reader = HTTP1ResponseReader(to: request.head.method, limits: limits)
    try await begin(request, until: deadline)
    while true {
      do throws(WireError) {
        if let head = try reader.nextHead() {
          return ResponseLines(head, reader, of: self, buffer: LineBuffer(longest: longestLine))
        }
      } catch { throw .wire(error) }
      guard try await !receive(into: &reader, until: deadline) else { throw .cutShort }
    }
  }

  private func begin(_ request: Request, until deadline: Instant) async throws(HTTPClientError) {
    do throws(TransportError) {
      try await connection.send(HTTP1Writer.bytes(of: request), until: deadline)
    } catch { throw .transport(error) }
  }

  /// Receives more of a response; true at its end.
  func receive(
    into reader: inout HTTP1ResponseReader, until deadline: Instant,
    endedBy phase: LoopPhase = .aborting
  ) async throws(HTTPClientError) -> Bool {
    do throws(TransportError) {
      reader.buffer.compact()
      switch try await connection.receive(into: &reader.buffer.bytes, until: deadline, endedBy: phase) {
      // Nobody calls a client.
      case .bytes, .called: return false
      case .end: return true
      case .drained: throw .stopped
      }
    } catch { throw .transport(error) }
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
