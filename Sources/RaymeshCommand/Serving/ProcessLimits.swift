internal import CLinux
internal import Glibc

/// What a process that serves asks of the kernel before anything else.
enum ProcessLimits {
  /// Allocations that the kernel has back as soon as they are free: glibc's own bound, which it would raise up to 32 MiB
  /// by itself (mallopt(3)). What large reviews take would then stay, beside what the next ones take.
  private static let mappedBytes: CInt = 128 * 1024

  /// Goes on without a reader of its log, and has as many descriptors as it may.
  ///
  /// A soft limit of 1024, which systemd gives for the sake of select(2), is fewer than the connections that are let in.
  static func raise() {
    _ = signal(SIGPIPE, SIG_IGN)
    clinux_map_allocations(ProcessLimits.mappedBytes)
    var limit = rlimit()
    let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(descriptors, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(descriptors, &limit)
  }

  /// How many descriptors the process may open besides those that are open; `nil` if the kernel does not say.
  static var freeDescriptors: Int? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
      let directory = unsafe opendir("/proc/self/fd")
    else { return nil }
    defer { unsafe _ = closedir(directory) }
    // Two entries are the directory's own, and one is the descriptor that reads it.
    var open = -3
    while unsafe readdir(directory) != nil { open += 1 }
    return Int(clamping: limit.rlim_cur) - open
  }
}
