/// What one HTTP/2 connection may ask of us, beside what `HTTPLimits` says of each of its requests.
public struct HTTP2Limits: Hashable, Sendable {
  /// Streams that are open at once, told to the peer as SETTINGS_MAX_CONCURRENT_STREAMS: the least that RFC 9113 section
  /// 6.5.2 recommends. As many requests at most are being answered, also where the peer has reset their streams.
  public var streams = 100
  /// Up to how many times `HTTPLimits.head` a header list is decoded, so that it can be answered with 431 and the
  /// compression's state kept. A longer one ends the connection.
  public var headerListExcess = 4
  /// Entries of one SETTINGS frame: nghttp2's own default; RFC 9113 defines six.
  public var settings = 32
  /// CONTINUATION frames of one header block (CVE-2024-27316): nghttp2's own default. With the first frame they hold 144
  /// KiB, more than any header list that is taken.
  public var continuations = 8
  /// How many frames a peer may send at once that carry nothing of a request: PING, SETTINGS, PRIORITY, WINDOW_UPDATE,
  /// CONTINUATION, empty DATA (CVE-2019-9511 to 9518). What is answered earns them back, and so does time.
  public var idleFrames = 2000
  /// Idle frames that a second earns: a client sends a handful; ours cost less than 1 ms of processor time.
  public var idleFramesPerSecond = 200
  /// How many idle frames a reset counts for, the peer's (CVE-2023-44487) and those that it makes us do (CVE-2025-8671).
  public var resetCost = 10
  /// How many idle frames a response earns: as many as a reset costs, so that whoever takes half of its answers may give
  /// up the other half.
  public var responseEarns = 10
  /// How many idle frames a DATA frame of ours earns: whoever takes it may open the stream's window and the connection's.
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
  /// How much may be on its way on the whole connection; more is asked for as it comes, whatever becomes of it, so that
  /// a body that waits for its turn holds up no other.
  public var window = 1024 * 1024
  /// How much is written at once; nothing more is made before that has gone.
  public var output = 64 * 1024

  /// The limits that fit an honest client.
  public init() {}
}
