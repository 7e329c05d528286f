internal import Kubernetes
internal import Synchronization

/// What is known of the objects of one kind, as far as their watch has come.
final class ObjectStore<Slice: Sendable>: Sendable {
  private struct State {
    var slices: [ObjectKey: Slice] = [:]
    var isComplete = false
  }

  private let state = Mutex(State())

  /// Whether a whole list has come since the start.
  var isComplete: Bool { state.withLock { $0.isComplete } }
  var count: Int { state.withLock { $0.slices.count } }
  var keys: [ObjectKey] { state.withLock { Array($0.slices.keys) } }

  subscript(key: ObjectKey) -> Slice? { state.withLock { $0.slices[key] } }

  /// Puts one in the place of what was known of it, `nil` where there is none any more; gives what was known.
  @discardableResult
  func update(_ key: ObjectKey, to slice: Slice?) -> Slice? {
    state.withLock { state in
      defer { state.slices[key] = slice }
      return state.slices[key]
    }
  }

  /// Puts what a write has answered in the place of what was known before it. Where the watch has told something else
  /// meanwhile, that stays: it is newer, or this comes after it.
  func replace(_ old: Slice?, of key: ObjectKey, by new: Slice) where Slice: Equatable {
    state.withLock { state in if state.slices[key] == old { state.slices[key] = new } }
  }

  /// Takes a whole list for all there is; gives what was known and is not in it.
  func complete(with listed: Set<ObjectKey>) -> [ObjectKey: Slice] {
    state.withLock { state in
      let gone = state.slices.filter { !listed.contains($0.key) }
      for key in gone.keys { state.slices[key] = nil }
      state.isComplete = true
      return gone
    }
  }
}
