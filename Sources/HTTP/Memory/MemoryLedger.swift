internal import Limits
internal import Transport

/// The accounts of a server's memory: which request holds how much, and which waits.
///
/// A request claims room for its whole body before the body is read, so an admitted body can always finish. Time is
/// told, not read, and nobody is called from here, so that every decision can be tested as a table.
struct MemoryLedger {
  typealias ID = UInt64

  /// The parts of the budget.
  enum Share: String, CaseIterable, Sendable { case small, large, work }

  /// What a claim's owner may do next.
  enum State: Hashable {
    /// Wait for a call, and ask again.
    case waiting
    case granted
    /// Give up: others wait, and this body or response was slow.
    case cut
  }

  struct Claim {
    enum Phase { case waiting, coming, queued, working, answering }
    enum Cut { case none, told, brokenOff }

    let peer: String
    let call: Call?
    var share: Share
    var bytes: Int
    var phase: Phase
    var since: Instant
    var cut = Cut.none
    /// How much of a body has come, or of a response has gone.
    var passed = 0
  }

  /// What the owner of the ledger does for it.
  enum Effect {
    /// Wakes the owner of a claim, which has a new state.
    case call(ID, Call?)
    /// Ends the connection of a claim: its owner does not react.
    case breakOff(ID, Call?)
  }

  var claims: [ID: Claim] = [:]
  /// Bytes held of each share.
  var held = PerShare { _ in 0 }
  let capacity: PerShare<Int>
  let grace: Duration
  /// Bytes of claims that have been cut and are still held.
  var leaving = PerShare { _ in 0 }
  /// When the last search for claims to cut was: there may be thousands.
  var lastSearch = PerShare<Instant?> { _ in nil }
  var effects: [Effect] = []
  var byPeer: [String: Int] = [:]
  /// Claims that wait for their share, in the order in which they came.
  var waiting = PerShare { _ in [ID]() }
  private var last: ID = 0

  /// - Parameter grace: how long a claim may take in any case, once it is granted.
  init(_ shares: MemoryShares, grace: Duration) {
    capacity = PerShare(shares)
    self.grace = grace
  }

  /// Takes what has to be done.
  mutating func takeEffects() -> [Effect] {
    guard !effects.isEmpty else { return [] }
    defer { effects = [] }
    return effects
  }

  /// The share that bytes of a body or response belong to.
  static func share(of bytes: Int) -> Share { bytes <= PeerLimits.smallBody.value ? .small : .large }

  /// Whether any claim has been cut and is still held.
  var hasCuts: Bool { leaving[.small] + leaving[.large] > 0 }

  func state(of id: ID) -> State {
    guard let claim = claims[id] else { return .cut }
    if claim.cut != .none { return .cut }
    return claim.phase == .waiting || claim.phase == .queued ? .waiting : .granted
  }
}

// MARK: - A request's way

extension MemoryLedger {
  /// Claims room for a body that will come. The claim waits if there is no room, or if others wait.
  mutating func enter(_ share: Share, _ bytes: Int, from peer: String, _ call: Call?, at now: Instant) -> ID {
    last += 1
    claims[last] = Claim(peer: peer, call: call, share: share, bytes: bytes, phase: .waiting, since: now)
    if waiting[share].isEmpty, isFree(bytes, of: share) || makeRoom(for: last, in: share, at: now) {
      hold(bytes, of: share, by: peer)
      claims[last]?.phase = .coming
    } else {
      waiting[share].append(last)
      settle(at: now)
    }
    return last
  }

  /// Takes note of how much of a body has come, or of a response has gone.
  mutating func progress(_ id: ID, _ passed: Int) { claims[id]?.passed = passed }

  /// Takes note that a body has come whole. A large one then waits for its turn to be parsed.
  ///
  /// - Parameter bytes: its size, at most what was claimed; `nil` for all of that.
  mutating func complete(_ id: ID, _ bytes: Int?, at now: Instant) {
    guard var claim = claims[id], claim.phase == .coming else { return }
    let bytes = bytes ?? claim.bytes
    let unused = claim.bytes - bytes
    if claim.cut != .none { leaving[claim.share] -= claim.bytes }
    let isQueued = claim.share == .large && MemoryLedger.share(of: bytes) == .large
    (claim.bytes, claim.phase, claim.cut, claim.since) = (bytes, isQueued ? .queued : .working, .none, now)
    claims[id] = claim
    hold(-unused, of: claim.share, by: claim.peer)
    if isQueued { waiting[.work].append(id) }
    settle(at: now)
  }

  /// Replaces what a request holds by its response; false if there is no room for that, and the claim is gone.
  ///
  /// - Parameter body: a second claim of the request's. All is given back before anybody else is let in: what a request
  ///   held is its response's first.
  mutating func answer(_ id: ID, _ bytes: Int, insteadOf body: ID? = nil, at now: Instant) -> Bool {
    guard let claim = claims[id], claim.phase != .waiting else { return false }
    drop(id)
    if let body { drop(body) }
    defer { settle(at: now) }
    return beginAnswer(id, bytes, to: claim.peer, claim.call, at: now)
  }

  /// Claims room for the response to a request that held none; `nil` if there is none.
  mutating func answer(_ bytes: Int, to peer: String, _ call: Call?, at now: Instant) -> ID? {
    last += 1
    return beginAnswer(last, bytes, to: peer, call, at: now) ? last : nil
  }

  /// Gives back what a claim holds.
  mutating func leave(_ id: ID, at now: Instant) {
    drop(id)
    settle(at: now)
  }

  private mutating func beginAnswer(
    _ id: ID, _ bytes: Int, to peer: String, _ call: Call?, at now: Instant
  ) -> Bool {
    let share = MemoryLedger.share(of: bytes)
    claims[id] = Claim(peer: peer, call: call, share: share, bytes: bytes, phase: .answering, since: now)
    guard isFree(bytes, of: share) || makeRoom(for: id, in: share, at: now) else {
      claims[id] = nil
      return false
    }
    hold(bytes, of: share, by: peer)
    return true
  }

  private mutating func drop(_ id: ID) {
    guard let claim = claims.removeValue(forKey: id) else { return }
    switch claim.phase {
    case .waiting: waiting[claim.share].removeAll { $0 == id }
    case .queued: waiting[.work].removeAll { $0 == id }
    case .working: held[.work] -= work(of: claim)
    case .coming, .answering: break
    }
    if claim.cut != .none { leaving[claim.share] -= claim.bytes }
    if claim.phase != .waiting { hold(-claim.bytes, of: claim.share, by: claim.peer) }
  }

  func isFree(_ bytes: Int, of share: Share) -> Bool { missing(bytes, of: share) <= 0 }

  /// What small claims that have been cut still hold counts as free: it is little, and gone soon.
  func missing(_ bytes: Int, of share: Share) -> Int {
    held[share] - (share == .small ? leaving[share] : 0) + bytes - capacity[share]
  }

  mutating func hold(_ bytes: Int, of share: Share, by peer: String) {
    held[share] += bytes
    let its = byPeer[peer, default: 0] + bytes
    byPeer[peer] = its == 0 ? nil : its
  }

  func work(of claim: Claim) -> Int {
    let isLarge = claim.share == .large && MemoryLedger.share(of: claim.bytes) == .large
    return isLarge ? claim.bytes * MemoryShares.workFactor : 0
  }
}
