internal import Transport

/// HTTP/1.1: one request after the other on each connection, pipelined or not, answered in order.
struct HTTP1Server: WireProtocol {
  static let name = "http/1.1"

  let context: ServerContext

  func serve(_ connection: Connection, at place: Place) async throws(TransportError) {
    var exchange = HTTP1Exchange(on: connection, at: place, in: context)
    try await exchange.serve()
  }
}
