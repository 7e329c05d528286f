internal import HTTP
internal import Limits
internal import Logging

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
