internal import Limits

/// What a server takes from a peer, and for how long it waits.
public struct HTTPLimits: Hashable, Sendable {
  /// Bytes of a request's head: far more than kube-apiserver's client sends.
  public var head = 32 * 1024
  /// Header fields of one request.
  public var fields = 100
  /// Bytes of a request's body: an API server sends at most about 7 MiB, two objects of 3 MiB and the envelope.
  public var body = 8 * 1024 * 1024
  /// Memory for bodies, what they are parsed into, and responses, of all connections together.
  public var memory = MemoryShares(of: 256 << 20, largestBody: 8 << 20)

  /// Connections at once. Beyond it a newcomer takes the place of a connection that matters less (`ConnectionTable`), or
  /// waits: a connection with a request in progress is never ended for another.
  public var connections = 1024
  /// Connections at once from one address; `nil` for any number. Three API servers behind one address (NAT, or an agent
  /// of a hosted control plane) with all of their 200 mutating requests under way (kube-apiserver's
  /// `--max-mutating-requests-inflight`) have room, and leave a third of all connections to others.
  public var connectionsPerAddress: Int? = 640
  /// How old a connection gets, give or take a tenth. Its next response is then its last: HTTP keeps a client with the
  /// replica that it met first, and load would never spread.
  public var age = Duration.seconds(300)

  /// For the TLS handshake.
  public var handshake = Duration.seconds(10)
  /// From a request's first byte to the end of its head.
  public var headTime = Duration.seconds(10)
  /// From the end of the head to the end of the body.
  public var bodyTime = Duration.seconds(10)
  /// How long a body or a response may take in any case, once it has memory, also if others wait for that.
  public var memoryGrace = Duration.seconds(PeerLimits.bodyGrace.value)
  /// How long a body waits for memory before its request is turned away: half of the body's own time, so that an API
  /// server can still ask another replica.
  public var memoryTime: Duration { bodyTime / 2 }
  /// Bytes a second that a body comes at, or faster; 0 for any.
  public var bodyRate = 1024
  /// For the peer to take a response.
  public var write = Duration.seconds(10)
  /// Between two requests; longer than the 90 s after which kube-apiserver closes an idle connection itself, or the
  /// two would race and admissions fail.
  public var idle = Duration.seconds(120)
  /// How long, after the last response, bytes are still taken and dropped, so that the response is not lost in a reset.
  public var linger = Duration.seconds(2)
  /// The same once nobody is let in any more, counted from when the server began to leave. An API server does not try a
  /// POST again that was lost in a closing connection: one that is used is used again long before this, and one that is
  /// not has hardly a request on its way. 0 where clients lose nothing.
  public var idleWhenLeaving = Duration.zero

  /// Of a whole HTTP/2 connection.
  public var http2 = HTTP2Limits()

  /// Of how many connections one may be on its way out, to let another in.
  public static let shareLeaving = 16

  /// The limits that fit an API server.
  public init() {}
}
