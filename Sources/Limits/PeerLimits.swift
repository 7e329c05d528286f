/// The bounds on what a peer can send over the network, and on the work that it causes.
public enum PeerLimits {
  /// Steps of TLS handshakes that an event loop takes before its other connections have their turn.
  public static let handshakesAtWork = Limit(
    "handshake steps per turn of an event loop", 16,
    because: "many new clients delay a request by at most 16 key exchanges, and even a busy loop accepts them")

  /// Connections that have been told to make room for others and have not ended yet.
  public static let connectionsLeaving = Limit(
    "connections that make room at once", 64,
    because: "each keeps a descriptor until its task has ended, which takes one turn of its event loop")

  /// Descriptors that are kept back from connections: for listeners, files, and calls of the API server.
  public static let descriptorsKeptBack = Limit(
    "descriptors kept back", 32,
    because: "certificates, watches of the cluster and signals need them, however many connections there are")

  /// Connections of the admin listener.
  public static let adminConnections = Limit(
    "connections of the admin listener", 128,
    because: "kubelet and Prometheus need a handful, and each takes a descriptor from the webhook")

  /// Bytes of a body, or of a response, that counts as small.
  public static let smallBody = Limit(
    "small body", 64 * 1024, "bytes",
    because: "most reviews are smaller; they never wait for large ones, and their parser fits into what a thread keeps")

  /// Bytes that one byte of a large body takes while it is reviewed.
  public static let parsedBytes = Limit(
    "memory of a body's byte", 16, "bytes",
    because: "measured: 14 for a text of numbers (it, a copy, index and tape), 15.7 for short annotations")

  /// Seconds that a body or a response has to itself, once admitted, before it is cut for one that waits.
  public static let bodyGrace = Limit(
    "pace while others wait", 1, "s",
    because: "an API server sends the largest body in less; a client that takes longer cannot keep others out")

  /// Bytes a second of a body that is not slow.
  public static let bodyPace = Limit(
    "pace among a peer's own bodies", 256 * 1024, "bytes a second",
    because: "many large bodies of one API server share its connection; below this a body does not come in its time")

  /// Bytes that each connection may hold besides bodies.
  public static let connection = Limit(
    "memory of a connection", 64 * 1024, "bytes",
    because: "a TLS session, a head of 32 KiB and the pieces that are read and written at once")

  /// Bytes that one stream of HTTP/2 takes besides its head and its body.
  public static let stream = Limit(
    "memory of an HTTP/2 stream", 2 * 1024, "bytes", because: "nghttp2's state of a stream, and ours")

  /// Bytes of the process itself.
  public static let process = Limit(
    "memory of the process", 40 << 20, "bytes",
    because: "28 MiB under any number of small reviews, and what the heap keeps for the next ones")

  /// Bytes of the controller beside the webhook.
  public static let controller = Limit(
    "memory of the controller", 32 << 20, "bytes", because: "2,000 RayClusters and their Services")

  /// Bytes that are taken for the limit if no control group sets one.
  public static let unlimitedMemory = Limit(
    "memory without a limit", 1 << 30, "bytes", because: "a machine is shared, and no client needs more at once")

  /// Bytes of all chunk extensions of a body.
  public static let chunkExtensions = Limit(
    "chunk extensions", 16 * 1024, "bytes",
    because: "nobody who calls a webhook sends any; without a bound a body of few bytes never ends (CVE-2023-39326)")

  /// The bounds in the order of the reference.
  public static let all = [
    handshakesAtWork, connectionsLeaving, descriptorsKeptBack, adminConnections, smallBody, parsedBytes, bodyGrace,
    bodyPace, connection, stream, process, controller, unlimitedMemory, chunkExtensions,
  ]
}
