internal import CLinux
internal import Glibc
internal import HTTP
internal import Limits
internal import Logging

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

/// How the descriptors of the process are shared between the webhook's and the admin listener's connections.
///
/// Without shares a crowd at the webhook's port would take the last descriptor, and nobody could ask whether the process
/// lives.
struct DescriptorShares: Equatable {
  /// Connections that the webhook may have at once.
  let webhook: Int
  /// Connections that the admin listener may have at once.
  let admin: Int

  /// - Parameters:
  ///   - free: descriptors that may still be opened; `nil` for any number.
  ///   - wanted: connections that the webhook should have.
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

  /// Says so if there are fewer than wanted: an operator would look for the reason elsewhere.
  func tell(wanted: Int, _ log: Logger) {
    guard webhook < wanted else { return }
    log.warning(
      "fewer connections than configured, as the process may open too few descriptors",
      metadata: ["connections": "\(webhook)", "configured": "\(wanted)"])
  }

  /// Connections for which so many descriptors are enough: one is in hand while it waits for room, and some are on their
  /// way out.
  private static func connections(in descriptors: Int) -> Int {
    let leavingShare = HTTPLimits.shareLeaving
    return max(least, (descriptors - 1) * leavingShare / (leavingShare + 1))
  }

  /// With fewer a listener is of no use.
  private static let least = 4
}
