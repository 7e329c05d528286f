internal import Synchronization
internal import Transport

/// The connections of one server, and how to end one of them to let another in.
final class Room: Sendable {
  /// What became of a newcomer.
  enum Outcome {
    case admitted(Place)
    /// Its address has as many connections as it may.
    case refused
    /// There is no room now.
    case full
  }

  fileprivate struct State {
    var table: ConnectionTable
    /// By the table's slot: how to reach the task that serves the connection.
    var calls: [Call?] = []
  }

  private let metrics: HTTPMetrics
  private let state: Mutex<State>

  init(_ limits: HTTPLimits, metrics: HTTPMetrics) {
    let table = ConnectionTable(most: limits.connections, mostPerAddress: limits.connectionsPerAddress)
    self.metrics = metrics
    state = Mutex(State(table: table))
  }

  /// Lets a newcomer in. If there is no room, a connection that matters less is ended.
  func admit(from address: String) -> Outcome {
    let (admission, dismissed) = state.withLock { $0.admit(from: address) }
    for (use, call) in dismissed {
      metrics.evicted(use)
      // An idle connection gets one last look, as a request may have come. Of others there is nothing to lose.
      if use == .idle { call?() } else { call?.breakOff() }
    }
    return switch admission {
    case .admitted(let slot): .admitted(Place(slot, in: self))
    case .refused: .refused
    case .full: .full
    }
  }

  fileprivate func withTable<Value>(_ body: (inout ConnectionTable) -> Value) -> Value {
    state.withLock { body(&$0.table) }
  }

  /// Remembers how to reach a connection; one that has been told to go meanwhile is told again.
  fileprivate func reach(_ slot: Int, by call: Call) {
    let isLeaving = state.withLock { state in
      state.calls[slot] = call
      return state.table.isLeaving(slot)
    }
    if isLeaving { call.breakOff() }
  }

  fileprivate func leave(_ slot: Int) {
    // Dropping the last reference closes the socket, which should not happen under the lock.
    _ = state.withLock { state in
      state.table.remove(slot)
      defer { state.calls[slot] = nil }
      return state.calls[slot]
    }
  }
}

extension Room.State {
  /// Whether a newcomer is in, and which connections have to go for it.
  fileprivate mutating func admit(
    from address: String
  ) -> (ConnectionTable.Outcome, [(use: ConnectionTable.Use, call: Call?)]) {
    let (admission, leaving) = table.admit(from: address)
    if case .admitted(let slot) = admission, slot == calls.count { calls.append(nil) }
    return (admission, leaving.map { (table.use(of: $0), calls[$0]) })
  }
}

/// The place of one connection among those of its server.
struct Place: Sendable {
  private let slot: Int
  private let room: Room

  fileprivate init(_ slot: Int, in room: Room) { (self.slot, self.room) = (slot, room) }

  /// Whether the connection has to make room for another.
  var isWanted: Bool { room.withTable { $0.isLeaving(slot) } }

  /// How to reach the task that serves the connection.
  func reach(by call: Call) { room.reach(slot, by: call) }

  /// The first byte of a request is there. If the connection has carried one before, it is not ended for another now.
  func begins() { room.withTable { $0.begins(slot) } }

  /// The head of a request is there: the connection is not ended for another until it is answered.
  func carries() { room.withTable { $0.carries(slot) } }

  /// Every request has been answered.
  func rests() { room.withTable { $0.rests(slot) } }

  /// Gives the place back.
  func leave() { room.leave(slot) }
}

/// Counts how long the server accepts no connection because it is full: each pause once, its time while it lasts.
struct AcceptPause {
  private let metrics: HTTPMetrics
  /// When the pause was last counted; `nil` while there is none.
  private var counted: Instant?

  init(metrics: HTTPMetrics) { self.metrics = metrics }

  /// Records whether the server is full.
  mutating func note(isFull: Bool, at now: Instant = .now) {
    if let counted {
      metrics.pausedAccepting(for: counted.duration(to: now))
    } else if isFull {
      metrics.beganAcceptPause()
    }
    counted = isFull ? now : nil
  }
}
