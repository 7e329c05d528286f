internal import Kubernetes
internal import Synchronization

/// What is known of the objects of one kind, as far as their watch has come.
final class ObjectStore<Slice: Sendable>: Sendable {
  private struct State {
    var slices: [ObjectKey: Slice] = [:]
    /// Those of which the watch has told nothing since a write of them began.
    var writes: Set<ObjectKey> = []
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
      state.writes.remove(key)
      defer { state.slices[key] = slice }
      return state.slices[key]
    }
  }

  /// Takes note that one is about to be written.
  func beginWrite(of key: ObjectKey) { state.withLock { _ = $0.writes.insert(key) } }

  /// Puts what a write has answered in the place of what was known. Where the watch has told anything meanwhile, that
  /// stays: it is newer, or this comes after it. To compare what is known would not do: it may have come and gone.
  func endWrite(of key: ObjectKey, with slice: Slice) {
    state.withLock { state in if state.writes.remove(key) != nil { state.slices[key] = slice } }
  }

  /// Takes a whole list for all there is; gives what was known and is not in it.
  func complete(with listed: Set<ObjectKey>) -> [ObjectKey: Slice] {
    state.withLock { state in
      let gone = state.slices.filter { !listed.contains($0.key) }
      for key in gone.keys { state.slices[key] = nil }
      state.writes = []
      state.isComplete = true
      return gone
    }
  }
}
