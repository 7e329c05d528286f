/// The bounds on a RayCluster or a Service, under review or read from the cluster.
public enum ReviewLimits {
  /// Worker groups of a RayCluster.
  public static let workerGroups = Limit(
    "worker groups", 1000,
    because: "what Raymesh adds to so many groups still fits into an object of etcd (1.5 MiB)")

  /// The bounds in the order of the reference.
  public static let all = [workerGroups]
}
