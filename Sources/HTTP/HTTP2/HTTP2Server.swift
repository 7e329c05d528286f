internal import Transport

/// HTTP/2: many requests at once on each connection, each answered as soon as its answer is there.
struct HTTP2Server: WireProtocol {
  static let name = "h2"

  let context: ServerContext

  func serve(_ connection: Connection, at place: Place) async throws(TransportError) {
    var exchange = try HTTP2Exchange(on: connection, at: place, in: context)
    defer { exchange.releaseMemory() }
    let outcome: Result<Void, TransportError> = await withDiscardingTaskGroup { group in
      // However it ends, nobody waits for the rest of the answers.
      defer { group.cancelAll() }
      do throws(TransportError) {
        return .success(try await exchange.serve(&group))
      } catch { return .failure(error) }
    }
    try outcome.get()
  }
}
