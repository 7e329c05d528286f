/// What watches count.
public enum WatchMetrics {
  static let restarts = "raymesh_watch_restarts_total"

  /// What their metrics mean, by name.
  public static let help = [restarts: "Watches begun again, by resource and why."]
}
