internal import Limits
internal import Transport

/// What the requests of an HTTP/2 connection hold of the server's memory.
///
/// Every stream holds its head and its first window. A longer body stops there until its turn: the bodies of a
/// connection line up, and the first in the line claims room for all of it.
struct HTTP2Bodies {
  private struct Holding {
    /// For the head and the first window, later for the response.
    var own: MemoryBudget.ID
    /// For a body that is longer.
    var body: MemoryBudget.ID?
  }

  private struct Waiting {
    let stream: Int32
    let length: Int
    let since: Instant
  }

  private let account: MemoryAccount
  private var holdings: [Int32: Holding] = [:]
  private var line: [Waiting] = []

  init(_ account: MemoryAccount) { self.account = account }

  /// Claims room for a request; false if there is none now: what the peer sends cannot be held back.
  ///
  /// - Parameter bytes: of its head, and of its body as much as may come at once.
  mutating func enter(_ stream: Int32, _ bytes: Int, at now: Instant) -> Bool {
    let id = account.enter(bytes + PeerLimits.stream.value, as: .small, at: now)
    guard account.budget.state(of: id, at: now) == .granted else {
      account.budget.leave(id, at: now)
      account.budget.turnedAway(.noRoom)
      return false
    }
    holdings[stream] = Holding(own: id)
    return true
  }

  /// Lines a body up.
  ///
  /// - Parameter length: as long as it is, or may become.
  mutating func lineUp(_ stream: Int32, _ length: Int, at now: Instant) {
    line.append(Waiting(stream: stream, length: length, since: now))
  }

  /// The next stream whose body may come whole, and which has room from now on; with the size of that.
  mutating func letIn(at now: Instant) -> (stream: Int32, length: Int)? {
    guard let next = line.first, holdings[next.stream] != nil else { return nil }
    let id = holdings[next.stream]?.body ?? account.enter(next.length, as: .large, at: now)
    holdings[next.stream]?.body = id
    guard account.budget.state(of: id, at: now) == .granted else { return nil }
    line.removeFirst()
    return (next.stream, next.length)
  }

  /// Whether a body waits for its turn.
  var areWaiting: Bool { !line.isEmpty }

  /// Since when the one has waited that came first.
  var waitingSince: Instant? { line.first?.since }

  /// The streams that have waited since an instant or longer.
  func waiting(since instant: Instant) -> [Int32] { line.prefix { $0.since <= instant }.map(\.stream) }

  /// Takes note of how much of a body has come.
  func progress(_ stream: Int32, received: Int) {
    if let body = holdings[stream]?.body { account.budget.progress(body, received) }
  }

  /// Takes note of how much of a response has gone.
  func progress(_ stream: Int32, sent: Int) {
    if let own = holdings[stream]?.own { account.budget.progress(own, sent) }
  }

  /// Takes note that a body is whole.
  mutating func complete(_ stream: Int32, _ bytes: Int, at now: Instant) {
    line.removeAll { $0.stream == stream }
    guard let holding = holdings[stream] else { return }
    if let body = holding.body, bytes > PeerLimits.smallBody.value {
      account.budget.complete(body, bytes, at: now)
    } else if let body = holding.body {
      account.budget.leave(body, at: now)
      holdings[stream]?.body = nil
    }
    account.budget.complete(holding.own, nil, at: now)
  }

  /// Whether the request may be worked on: a large body waits for its turn to be parsed.
  func mayBeWorkedOn(_ stream: Int32, at now: Instant) -> Bool {
    guard let body = holdings[stream]?.body else { return true }
    return account.budget.state(of: body, at: now) != .waiting
  }

  /// Makes the holding one for the response; false if there is no room for that, and all is given back.
  mutating func answer(_ stream: Int32, _ bytes: Int, at now: Instant) -> Bool {
    guard let holding = holdings[stream] else { return true }
    let size = bytes + PeerLimits.stream.value
    let isAdmitted = account.budget.answer(holding.own, size, insteadOf: holding.body, at: now)
    holdings[stream] = isAdmitted ? Holding(own: holding.own) : nil
    return isAdmitted
  }

  /// The streams that should be given up, as others wait.
  func cut(at now: Instant) -> [Int32] {
    guard account.budget.hasCuts else { return [] }
    return holdings.filter { _, holding in
      [holding.own, holding.body].contains { $0.map { account.budget.state(of: $0, at: now) == .cut } ?? false }
    }.keys.sorted()
  }

  /// Gives back what a stream holds.
  mutating func release(_ stream: Int32, at now: Instant) {
    guard let holding = holdings.removeValue(forKey: stream) else { return }
    line.removeAll { $0.stream == stream }
    if let body = holding.body { account.budget.leave(body, at: now) }
    account.budget.leave(holding.own, at: now)
  }

  /// Gives back everything.
  mutating func releaseAll(at now: Instant) { for stream in holdings.keys { release(stream, at: now) } }
}
