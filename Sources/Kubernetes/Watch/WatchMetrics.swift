/// What watches count.
public enum WatchMetrics {
  static let restarts = "raymesh_watch_restarts_total"
  static let skipped = "raymesh_objects_skipped_total"

  /// What their metrics mean, by name.
  public static let help = [
    restarts: "Watches begun again, by resource and why.",
    skipped: "Objects that could not be read, by resource: too large, or not what an API server sends.",
  ]
}
