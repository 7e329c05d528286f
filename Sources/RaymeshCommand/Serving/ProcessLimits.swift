internal import CLinux
internal import Glibc
internal import HTTP
internal import Limits
internal import Logging

/// The limits that a server sets for its own process before anything else.
enum ProcessLimits {
  /// The size from which glibc returns an allocation to the kernel as soon as it is free. This is its default, which it
  /// would raise up to 32 MiB (mallopt(3)). The memory of large reviews would then stay resident.
  private static let mappedBytes: CInt = 128 * 1024

  /// Ignores SIGPIPE, and raises the soft limit of file descriptors to the hard limit.
  ///
  /// The soft limit of 1024, which systemd sets because of select(2), is lower than the connections that are accepted.
  static func raise() {
    _ = signal(SIGPIPE, SIG_IGN)
    clinux_map_allocations(ProcessLimits.mappedBytes)
    var limit = rlimit()
    let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard unsafe getrlimit(descriptors, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(descriptors, &limit)
  }

  /// The number of file descriptors that the process may still open; `nil` if it is unknown.
  static var freeDescriptors: Int? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
      let directory = unsafe opendir("/proc/self/fd")
    else { return nil }
    defer { unsafe _ = closedir(directory) }
    // Two entries are `.` and `..`, and one is the descriptor of the directory.
    var open = -3
    while unsafe readdir(directory) != nil { open += 1 }
    return Int(clamping: limit.rlim_cur) - open
  }
}

/// Shares of the process's file descriptors for the webhook and the admin listener.
///
/// Without shares, connections to the webhook could take the last descriptor, and probes would fail.
struct DescriptorShares: Equatable {
  /// The number of connections that the webhook may have.
  let webhook: Int
  /// The number of connections that the admin listener may have.
  let admin: Int

  /// - Parameters:
  ///   - free: the number of descriptors that may still be opened; `nil` if there is no limit.
  ///   - wanted: the number of connections that the webhook should have.
  init(of free: Int?, wanted: Int) {
    let most = PeerLimits.adminConnections.value
    guard let free else {
      (webhook, admin) = (wanted, most)
      return
    }
    let spare = free - PeerLimits.descriptorsKeptBack.value
    let plenty = most + most / HTTPLimits.shareLeaving + 2
    let share = min(plenty, max(DescriptorShares.least + 2, spare / 8))
    admin = min(most, DescriptorShares.connections(in: share))
    webhook = min(wanted, DescriptorShares.connections(in: spare - share))
  }

  /// Logs a warning if there are fewer connections than configured.
  func tell(wanted: Int, _ log: Logger) {
    guard webhook < wanted else { return }
    log.warning(
      "fewer connections than configured: too few file descriptors",
      metadata: ["connections": "\(webhook)", "configured": "\(wanted)"])
  }

  /// Returns how many connections some descriptors are enough for. One is accepted and waits for room, and some are
  /// closing.
  private static func connections(in descriptors: Int) -> Int {
    let leavingShare = HTTPLimits.shareLeaving
    return max(least, (descriptors - 1) * leavingShare / (leavingShare + 1))
  }

  /// The least number of connections with which a listener is useful.
  private static let least = 4
}
