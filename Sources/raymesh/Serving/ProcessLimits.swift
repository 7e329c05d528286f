internal import Glibc

/// What a process that serves asks of the kernel before anything else.
enum ProcessLimits {
  /// Goes on without a reader of its log, and has as many descriptors as it may.
  ///
  /// A soft limit of 1024, which systemd gives for the sake of select(2), is fewer than the connections that are let in.
  static func raise() {
    _ = signal(SIGPIPE, SIG_IGN)
    var limit = rlimit()
    let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(descriptors, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(descriptors, &limit)
  }
}
