internal import Synchronization

/// How many connections a server has, in all and from each address.
final class Room: Sendable {
  private struct State {
    var count = 0
    var byAddress: [String: Int] = [:]
  }

  private let most: Int
  private let mostPerAddress: Int?
  private let state = Mutex(State())

  init(_ limits: HTTPLimits) { (most, mostPerAddress) = (limits.connections, limits.connectionsPerAddress) }

  /// Whether nobody else fits in.
  var isFull: Bool { state.withLock { $0.count >= most } }

  /// Counts a connection in; false where its address has as many as it may.
  func enter(from address: String) -> Bool {
    state.withLock { state in
      if let mostPerAddress {
        guard state.byAddress[address, default: 0] < mostPerAddress else { return false }
        state.byAddress[address, default: 0] += 1
      }
      state.count += 1
      return true
    }
  }

  /// Counts out a connection that had been counted in.
  func leave(from address: String) {
    state.withLock { state in
      state.count -= 1
      guard let left = state.byAddress[address] else { return }
      state.byAddress[address] = left > 1 ? left - 1 : nil
    }
  }
}
