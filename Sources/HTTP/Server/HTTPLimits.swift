internal import Limits
internal import Transport

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

  /// Connections at once. Beyond it a newcomer takes the place of a connection that matters less (`ConnectionTable`),
  /// or waits: a connection with a request in progress is never ended for another.
  public var connections = 1024
  /// Connections at once from one address; `nil` for any number. It has room for three API servers behind one address
  /// (NAT, or an agent of a hosted control plane), each with 200 mutating requests in flight (kube-apiserver's
  /// `--max-mutating-requests-inflight`). A third of all connections is left to others.
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
  /// The time that a body waits for memory before its request is rejected. It is half of the body timeout, so that an
  /// API server can still ask another replica.
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
  /// The same during shutdown, once no connection is accepted, counted from its announcement. An API server does not
  /// retry a POST that was lost in a closing connection. A connection in use is used again long before this, and an
  /// unused one has hardly a request on its way. 0 if clients lose nothing.
  public var idleWhenLeaving = Duration.zero

  /// Of a whole HTTP/2 connection.
  public var http2 = HTTP2Limits()

  /// Of how many connections one may be on its way out, to let another in.
  public static let shareLeaving = 16

  /// The limits that fit an API server.
  public init() {}
}

/// What one HTTP/2 connection may ask of us, beside what `HTTPLimits` says of each of its requests.
public struct HTTP2Limits: Hashable, Sendable {
  /// Streams that are open at once, told to the peer as SETTINGS_MAX_CONCURRENT_STREAMS: the least that RFC 9113
  /// section 6.5.2 recommends. As many requests at most are being answered, also if the peer has reset their streams.
  public var streams = 100
  /// Up to how many times `HTTPLimits.head` a header list is decoded, so that it can be answered with 431 and the
  /// compression's state kept. A longer one ends the connection.
  public var headerListExcess = 4
  /// Entries of one SETTINGS frame: nghttp2's own default; RFC 9113 defines six.
  public var settings = 32
  /// CONTINUATION frames of one header block (CVE-2024-27316): nghttp2's own default. With the first frame they hold
  /// 144 KiB, more than any header list that is taken.
  public var continuations = 8
  /// How many frames a peer may send at once that carry nothing of a request: PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
  /// CONTINUATION, empty DATA (CVE-2019-9511 to 9518). What is answered earns them back, and so does time.
  public var idleFrames = 2000
  /// Idle frames that a second earns: a client sends a handful; ours cost less than 1 ms of processor time.
  public var idleFramesPerSecond = 200
  /// How many idle frames a reset counts for, the peer's (CVE-2023-44487) and those that it makes us do
  /// (CVE-2025-8671).
  public var resetCost = 10
  /// How many idle frames a response earns: as many as a reset costs. A client that takes half of its answers may reset
  /// the other half.
  public var responseEarns = 10
  /// How many idle frames a DATA frame to the peer earns: a WINDOW_UPDATE for the stream and one for the connection.
  public var dataEarns = 2
  /// Resets that nghttp2 lets pass at once, and in a second, its defaults: a second line behind ours.
  public var resets = 1000, resetsPerSecond = 33
  /// Acknowledgements that nghttp2 queues before it ends the connection, a second line too: a single read may hold 1820
  /// SETTINGS frames.
  public var acknowledgements = 2000
  /// How much of a body may come before it is its turn: most reviews are smaller, and never wait.
  public var firstWindow = 64 * 1024
  /// How much of a body whose turn it is may be on its way; more is asked for as it comes.
  public var streamWindow = 256 * 1024
  /// How much may be on its way on the whole connection. The window is opened again for every byte that comes, so that
  /// a body that waits for its turn holds up no other.
  public var window = 1024 * 1024
  /// How many bytes are written at once; more are made once those have gone.
  public var output = 64 * 1024

  /// The limits that fit an honest client.
  public init() {}
}

/// Which part of a request a connection waits for, with its deadline.
enum RequestWait {
  /// Its first byte.
  case idle(since: Instant)
  case head(since: Instant)
  case body(since: Instant)

  var isIdle: Bool { if case .idle = self { true } else { false } }

  /// The part's name in a message.
  var name: String { if case .body = self { "its body" } else { "its head" } }

  /// - Parameter received: how much of the body has come.
  func deadline(_ limits: HTTPLimits, received: Int) -> Instant {
    switch self {
    case .idle(let since): since + limits.idle
    case .head(let since): since + limits.headTime
    case .body(let since):
      since + min(limits.bodyTime, RequestWait.time(for: received, limits))
    }
  }

  /// How long the beginning of a body may take.
  private static func time(for received: Int, _ limits: HTTPLimits) -> Duration {
    guard limits.bodyRate > 0 else { return limits.bodyTime }
    return grace + .seconds(1) * (Double(received) / Double(limits.bodyRate))
  }

  /// How long a body may take to get going before its rate counts.
  private static let grace = Duration.seconds(2)
}
