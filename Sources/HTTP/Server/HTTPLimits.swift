/// What a server takes from a peer, and for how long it waits.
public struct HTTPLimits: Hashable, Sendable {
  /// Bytes of a request's head: twice what kube-apiserver's own client would ever need.
  public var head = 32 * 1024
  /// Header fields of one request.
  public var fields = 100
  /// Bytes of a request's body: an API server sends at most about 7 MiB, two objects of 3 MiB and the envelope.
  public var body = 8 * 1024 * 1024
  /// How much room for a body is made before its bytes have come.
  public var eagerBody = 64 * 1024
  /// For the TLS handshake.
  public var handshake = Duration.seconds(10)
  /// From a request's first byte to the end of its head.
  public var headTime = Duration.seconds(10)
  /// From the end of the head to the end of the body.
  public var bodyTime = Duration.seconds(30)
  /// For the peer to take a response.
  public var write = Duration.seconds(10)
  /// Between two requests; longer than the 90 s after which kube-apiserver closes an idle connection itself, or the
  /// two would race and admissions fail.
  public var idle = Duration.seconds(120)
  /// How long, after the last response, bytes are still taken and dropped, so that the response is not lost in a reset.
  public var linger = Duration.seconds(2)

  /// Of a whole HTTP/2 connection.
  public var http2 = HTTP2Limits()

  /// The limits that fit an API server.
  public init() {}
}
