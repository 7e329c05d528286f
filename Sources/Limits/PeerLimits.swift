/// The bounds on what a peer can send over the network, and on the work that it causes.
public enum PeerLimits {
  /// Steps of TLS handshakes that an event loop takes before its other connections have their turn.
  public static let handshakesAtWork = Limit(
    "handshake steps per turn of an event loop", 16,
    because: "a crowd of newcomers delays a request by so many key exchanges at most, and is let in by a busy loop too")

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

  /// The bounds in the order of the reference.
  public static let all = [handshakesAtWork, connectionsLeaving, descriptorsKeptBack, adminConnections]
}
