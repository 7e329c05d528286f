internal import Names

/// The bounds on what the controller and the doctor read back from a cluster. Any user who may create a RayCluster or a
/// Service in one namespace can have written it.
public enum ClusterLimits {
  /// Bytes of one answer of the API server.
  public static let answer = Limit(
    "answer of the API server", 4 << 20, "bytes",
    because: "more than an API server takes (3 MiB) and etcd keeps (1.5 MiB) of one object; parsed, 64 MiB at most")
  /// Bytes that a page of a list should have.
  public static let page = Limit(
    "page of a list", 1 << 20, "bytes",
    because: "parsing takes up to 15 times a text, and a container has 256 MiB")
  /// Objects in a page of a list.
  public static let pageObjects = Limit(
    "objects in a page", 500, because: "what client-go asks for; large objects make pages smaller")
  /// Runs of ports that are kept of a Service.
  public static let portRuns = Limit(
    "port runs of a Service", 2048, because: "more than a plan makes of a list of worker ports")
  /// Ports that are kept for pods of an older plan.
  public static let keptPorts = Limit(
    "ports kept for older pods", 10_000,
    because: "Ray's default worker range, and no more than a Service can list")
  /// Bytes of the annotation raymesh.io/ports.
  public static let portRecord = Limit(
    Annotation.ports, 65_536, "bytes", because: "a run for each port kept; annotations have 256 KiB together")
  /// Bytes of what the annotation says that a run of ports speaks.
  public static let portProtocol = Limit(
    "protocol in raymesh.io/ports", 317, "bytes",
    because: "the longest `appProtocol` that Kubernetes takes; every port of a run is written with it")
  /// Keys of a Service's selector.
  public static let selectors = Limit(
    "selectors of a Service", 64, because: "Raymesh's has one; the others are removed in turns")
  /// Bytes of an Event's message.
  public static let message = Limit(
    "message of an Event", 1000, "bytes", because: "an API server takes 1,024")

  /// The bounds in the order of the reference.
  public static let all = [
    answer, page, pageObjects, portRuns, keptPorts, portRecord, portProtocol, selectors, message,
  ]
}
