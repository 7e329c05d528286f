internal import Limits
internal import Transport

/// Decides which claim is granted next, and which claims are cut for it.
extension MemoryLedger {
  /// Grants every claim that fits, and cuts slow ones if others wait.
  mutating func settle(at now: Instant) {
    for share in [Share.small, .large] {
      while let id = next(for: share), let claim = claims[id] {
        guard isFree(claim.bytes, of: share) || makeRoom(for: id, in: share, at: now) else { break }
        waiting[share].removeAll { $0 == id }
        hold(claim.bytes, of: share, by: claim.peer)
        advance(id, to: .coming, at: now)
      }
    }
    while let id = next(for: .work), let claim = claims[id] {
      guard held[.work] == 0 || isFree(work(of: claim), of: .work) else { break }
      waiting[.work].removeAll { $0 == id }
      held[.work] += work(of: claim)
      advance(id, to: .working, at: now)
    }
  }

  private mutating func advance(_ id: ID, to phase: Claim.Phase, at now: Instant) {
    claims[id]?.phase = phase
    claims[id]?.since = now
    effects.append(.call(id, claims[id]?.call))
  }

  /// The peer that holds least goes first, and of its claims the oldest.
  private func next(for share: Share) -> ID? {
    waiting[share].min { (standing($0), $0) < (standing($1), $1) }
  }

  private func standing(_ id: ID) -> Int { claims[id].map { byPeer[$0.peer, default: 0] } ?? 0 }
}

extension MemoryLedger {
  /// Cuts bodies and responses for a claim: those of the peer that holds most, and of these the oldest. True if the
  /// claim need not wait until they are gone.
  mutating func makeRoom(for id: ID, in share: Share, at now: Instant) -> Bool {
    guard let claim = claims[id], maySearch(share, at: now) else { return false }
    breakOffOverdue(in: share, at: now)
    var missing = held[share] - leaving[share] + claim.bytes - capacity[share]
    if share == .small { missing += capacity[share] / MemoryLedger.batch }
    let victims = claims.filter { $1.share == share && mayBeCut($1, for: claim, at: now) }.keys
    for victim in victims.sorted(by: { (-standing($0), $0) < (-standing($1), $1) }) where missing > 0 {
      missing -= cut(victim, at: now)
    }
    return share == .small && isFree(claim.bytes, of: share)
  }

  private mutating func maySearch(_ share: Share, at now: Instant) -> Bool {
    if let last = lastSearch[share], now < last + MemoryLedger.searchPause { return false }
    lastSearch[share] = now
    return true
  }

  private mutating func cut(_ id: ID, at now: Instant) -> Int {
    guard let claim = claims[id] else { return 0 }
    claims[id]?.cut = .told
    claims[id]?.since = now
    leaving[claim.share] += claim.bytes
    effects.append(.call(id, claim.call))
    return claim.bytes
  }

  private mutating func breakOffOverdue(in share: Share, at now: Instant) {
    guard leaving[share] > 0 else { return }
    for (id, claim) in claims where claim.share == share && claim.cut == .told && isOverdue(claim, at: now) {
      claims[id]?.cut = .brokenOff
      effects.append(.breakOff(id, claim.call))
    }
  }

  /// Whether a claim can be cut for another: it has had its grace, and it is slow or its peer holds more. A small claim
  /// can also be cut if its peer holds half of the share: an honest peer never holds that much.
  private func mayBeCut(_ claim: Claim, for other: Claim, at now: Instant) -> Bool {
    guard claim.cut == .none, claim.phase == .coming || claim.phase == .answering else { return false }
    let isGreedy =
      claim.share == .small && claim.peer != other.peer
      && byPeer[claim.peer, default: 0] > capacity[claim.share] / 2
    guard !isGreedy, isOverdue(claim, at: now) else { return isGreedy }
    let holdsMore = byPeer[claim.peer, default: 0] > byPeer[other.peer, default: 0]
    return claim.peer != other.peer && holdsMore || isSlow(claim, at: now)
  }

  /// Whether a body or a response is slow by any standard. Its own peer's others do not cut one that gets on.
  private func isSlow(_ claim: Claim, at now: Instant) -> Bool {
    let due = Double(PeerLimits.bodyPace.value) * (claim.since.duration(to: now) / .seconds(1))
    return Double(claim.passed) < due
  }

  private func isOverdue(_ claim: Claim, at now: Instant) -> Bool { claim.since + grace <= now }

  /// The part of the small share that is made free at once.
  private static let batch = 8
  private static let searchPause = Duration.milliseconds(20)
}
