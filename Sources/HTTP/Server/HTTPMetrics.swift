internal import Metrics
internal import TLS
internal import Transport

/// What is counted about one server's connections. Every series is there from the start, so that a rate can be told.
public struct HTTPMetrics: Sendable {
  private let handshaking: Meter
  private let idle: Meter
  private let active: Meter
  private let protocols: [String: Counter]
  private let failures: [TLSFailure: Counter]
  private let unreadable: [WireError.Kind: Counter]
  private let received: Counter
  private let sent: Counter
  private let floods: Counter
  private let refused: Counter
  private let evictedUnused: Counter
  private let evictedIdle: Counter
  private let pauses: Counter
  private let paused: FloatingPointCounter

  static let connections = "raymesh_connections"
  static let established = "raymesh_connections_total"
  static let handshakeFailures = "raymesh_tls_handshake_failures_total"
  static let unreadableRequests = "raymesh_http_unreadable_requests_total"
  static let http2Floods = "raymesh_http2_floods_total"
  static let bytes = "raymesh_connection_bytes_total"
  static let refusedConnections = "raymesh_connections_refused_total"
  static let evictedConnections = "raymesh_connections_evicted_total"
  static let acceptPauses = "raymesh_accept_pauses_total"
  static let acceptPaused = "raymesh_accept_paused_seconds_total"

  /// - Parameter server: the value of the label `listener`.
  init(of server: String) {
    let own = [("listener", server)]
    let counter = { (name: String, labels: [(String, String)]) in Counter(label: name, dimensions: own + labels) }
    let state = { (name: String) in Meter(label: HTTPMetrics.connections, dimensions: own + [("state", name)]) }
    (handshaking, idle, active) = (state("handshake"), state("idle"), state("active"))
    protocols = HTTPMetrics.each(HTTPServer.protocols(http2: true)) {
      counter(HTTPMetrics.established, [("protocol", $0)])
    }
    failures = HTTPMetrics.each(TLSFailure.allCases) {
      counter(HTTPMetrics.handshakeFailures, [("kind", $0.rawValue)])
    }
    unreadable = HTTPMetrics.each(WireError.Kind.allCases) {
      counter(HTTPMetrics.unreadableRequests, [("kind", $0.rawValue)])
    }
    floods = counter(HTTPMetrics.http2Floods, [])
    received = counter(HTTPMetrics.bytes, [("direction", "received")])
    sent = counter(HTTPMetrics.bytes, [("direction", "sent")])
    refused = counter(HTTPMetrics.refusedConnections, [])
    evictedUnused = counter(HTTPMetrics.evictedConnections, [("use", "unused")])
    evictedIdle = counter(HTTPMetrics.evictedConnections, [("use", "idle")])
    pauses = counter(HTTPMetrics.acceptPauses, [])
    paused = FloatingPointCounter(label: HTTPMetrics.acceptPaused, dimensions: own)
  }

  /// What each metric means, by name.
  public static let help = ofConnections.merging(MemoryMetrics.help) { own, _ in own }

  private static let ofConnections = [
    connections: "Connections now: in their TLS handshake, idle between requests, or active at one.",
    established: "Connections that came to speak HTTP, by protocol.",
    handshakeFailures:
      "TLS handshakes that failed, by why: unknown-authority and bad-certificate mean a wrong caBundle.",
    unreadableRequests: "Requests that could not be read, by why.",
    http2Floods: "HTTP/2 connections ended with ENHANCE_YOUR_CALM: the peer asked for too much, or did not go on.",
    bytes: "Bytes over all connections, as TLS has them.",
    refusedConnections: "Connections closed at once, as their address had too many with a request in progress.",
    evictedConnections: "Connections ended to let others in: unused ones that carried no request, or idle ones.",
    acceptPauses: "Times that a newcomer had to wait, as every connection had a request in progress.",
    acceptPaused: "Seconds that newcomers have waited for that, also of a wait that goes on.",
    RequestCounts.requests: "Requests answered, by route and status; route none is what no route was found for.",
  ]

  func opened() { handshaking.increment() }

  /// The handshake is done, or there was none.
  func established(_ name: String) {
    handshaking.decrement()
    active.increment()
    protocols[name]?.increment()
  }

  func failedHandshake(_ error: TransportError) {
    handshaking.decrement()
    failures[error.tlsFailure]?.increment()
  }

  /// A connection that was at a request waits for the next.
  func becameIdle() {
    active.decrement()
    idle.increment()
  }

  /// The first byte of a request is there, or the connection ends.
  func becameActive() {
    idle.decrement()
    active.increment()
  }

  /// A connection that was active has ended.
  func closed() { active.decrement() }

  func count(_ traffic: Traffic) {
    received.increment(by: traffic.received)
    sent.increment(by: traffic.sent)
  }

  func count(_ error: WireError) { unreadable[error.kind]?.increment() }
  func endedFlood() { floods.increment() }
  func refusedConnection() { refused.increment() }
  func evicted(_ use: ConnectionTable.Use) { (use == .idle ? evictedIdle : evictedUnused).increment() }
  func beganAcceptPause() { pauses.increment() }
  func pausedAccepting(for time: Duration) { paused.increment(by: time / .seconds(1)) }

  private static func each<Key: Hashable>(_ keys: [Key], _ make: (Key) -> Counter) -> [Key: Counter] {
    Dictionary(keys.map { ($0, make($0)) }) { first, _ in first }
  }
}
