internal import Limits
internal import Transport

/// What a connection holds of the server's memory: room for the body that comes, then for the response.
///
/// A request whose body has come with its head needs no claim: it is part of what a connection may hold.
extension HTTP1Exchange {
  /// Waits for room for a body; false if there is none in time. Of a body that does not say its length a small part is
  /// let in at first.
  mutating func admitBody(of head: HTTP1RequestHead) async throws(TransportError) -> Bool {
    let bytes =
      switch head.framing {
      case .length(let length): length
      case .chunked, .untilClose: min(PeerLimits.smallBody.value, context.limits.body)
      }
    return try await admit(bytes)
  }

  /// Waits for room for the rest of a body that does not say its length.
  mutating func admitMore() async throws(TransportError) -> Bool {
    let old = claim
    defer { if let old { context.memory.leave(old, at: .now) } }
    let isAdmitted = try await admit(context.limits.body)
    wait = .body(since: .now)
    return isAdmitted
  }

  /// Waits until a large body may be worked on.
  mutating func awaitTurn(_ bytes: Int) async throws(TransportError) {
    guard let claim else { return }
    context.memory.complete(claim, bytes, at: .now)
    _ = try await isGranted(claim, until: nil)
  }

  /// Whether its body has been cut, as others wait.
  var isCut: Bool {
    guard case .body = wait, let claim, context.memory.state(of: claim, at: .now) == .cut else { return false }
    context.memory.turnedAway(.slowBody)
    return true
  }

  /// Makes the claim one for the response; without room the client is told so instead.
  mutating func admit(_ response: Response) -> Response {
    let bytes = response.body.count
    if let claim {
      if context.memory.answer(claim, bytes, at: .now) { return response }
      self.claim = nil
    } else {
      guard bytes > HTTP1Exchange.ownResponse else { return response }
      claim = charged.answer(bytes, at: .now)
      if claim != nil { return response }
    }
    return context.responder.respond(to: .full)
  }

  /// Gives back all that it holds.
  mutating func leaveMemory() {
    guard let claim else { return }
    context.memory.leave(claim, at: .now)
    self.claim = nil
  }

  private mutating func admit(_ bytes: Int) async throws(TransportError) -> Bool {
    let id = charged.enter(bytes, at: .now)
    claim = id
    guard try await isGranted(id, until: .now + context.limits.memoryTime) else {
      context.memory.turnedAway(.noRoom)
      return false
    }
    reader.admit(bytes)
    return true
  }

  /// Waits for a claim; nothing is read meanwhile.
  private func isGranted(_ id: MemoryBudget.ID, until deadline: Instant?) async throws(TransportError) -> Bool {
    while true {
      let now = Instant.now
      switch context.memory.state(of: id, at: now) {
      case .granted: return true
      case .cut: return false
      case .waiting:
        if let deadline, deadline <= now { return false }
        try await connection.pause(until: min(deadline ?? now + MemoryAccount.look, now + MemoryAccount.look))
      }
    }
  }

  private var charged: MemoryAccount {
    mutating get {
      if let account { return account }
      let new = MemoryAccount(budget: context.memory, peer: connection.peer.host, call: connection.call)
      account = new
      return new
    }
  }

  /// Bytes of a response that a connection may hold without a claim.
  private static let ownResponse = 16 * 1024
}
