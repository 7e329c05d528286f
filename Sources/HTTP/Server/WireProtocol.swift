internal import Dates
internal import Glibc
internal import Synchronization
internal import Transport

/// One version of HTTP: serves a connection from its first byte to its last.
///
/// Which one a connection speaks is what ALPN agreed on; a version that is added here is offered there.
protocol WireProtocol: Sendable {
  /// The name that ALPN knows it by (RFC 7301 section 6).
  static var name: String { get }

  /// Serves the connection until either side ends it, or its place is wanted.
  ///
  /// - Throws: `TransportError` if it breaks; there is nobody left to tell.
  func serve(_ connection: Connection, at place: Place) async throws(TransportError)
}

/// HTTP/1.1: one request after the other on each connection, pipelined or not, answered in order.
struct HTTP1Server: WireProtocol {
  static let name = "http/1.1"

  let context: ServerContext

  func serve(_ connection: Connection, at place: Place) async throws(TransportError) {
    var exchange = HTTP1Exchange(on: connection, at: place, in: context)
    try await exchange.serve()
  }
}

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

/// What the connections of one server share.
struct ServerContext: Sendable {
  let responder: any Responder
  let limits: HTTPLimits
  let date = HTTPDate()
  let end = ServerEnd()
  let room: Room
  let memory: MemoryBudget
  let metrics: HTTPMetrics

  init(responder: any Responder, limits: HTTPLimits, metrics: HTTPMetrics, memory: MemoryMetrics) {
    self.responder = responder
    self.limits = limits
    self.metrics = metrics
    room = Room(limits, metrics: metrics)
    self.memory = MemoryBudget(limits, metrics: memory)
  }

  /// When a connection that begins now has lived long enough: not all at once, or they would all come back at once.
  func ageLimit() -> Instant { .now + limits.age * Double.random(in: 0.9...1.1) }
}

/// The time as HTTP writes it (`IMF-fixdate`, RFC 9110 section 5.6.7). The text is made once a second.
final class HTTPDate: Sendable {
  private struct Written {
    var second = -1
    var text = ""
  }

  private let written = Mutex(Written())

  /// The current time.
  var now: String {
    var second = time_t()
    unsafe time(&second)
    return written.withLock { written in
      if written.second != second {
        written = Written(second: second, text: UTCTime(secondsSince1970: second).httpDate)
      }
      return written.text
    }
  }
}
