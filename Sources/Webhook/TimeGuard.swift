internal import HTTP
internal import HTTPTypes
internal import Metrics
internal import RayPlan
internal import Synchronization
internal import Transport

/// Works on a request only while its client waits; what cannot be done in time is better tried elsewhere.
///
/// An API server says how long it waits: `?timeout=5s` (kube-apiserver, `admission/plugin/webhook`). Work is not begun
/// if requests like this one have taken longer lately, and it ends when the time is over.
final class TimeGuard: Sendable {
  static let budget = "raymesh_request_budget_seconds"
  static let shed = "raymesh_requests_shed_total"

  /// What an API server waits if its configuration does not say (`timeoutSeconds`).
  private static let usualTimeout = Duration.seconds(10)

  private let left = Timer(label: TimeGuard.budget)
  private let shedding: Counter
  private let costs = Mutex(RecentCosts())
  private let now: @Sendable () -> Instant

  /// - Parameter now: tells the time.
  init(_ route: String, now: @escaping @Sendable () -> Instant = { .now }) {
    shedding = Counter(label: TimeGuard.shed, dimensions: [("route", route)])
    self.now = now
  }

  func respond(to request: Request, by work: (Request, inout WorkBudget) -> Response) -> Response {
    let timeout: Duration
    switch TimeGuard.timeout(of: request) {
    case .success(let stated): timeout = stated
    case .failure(let problem): return problem.response
    }
    let start = now()
    let end = request.arrival + timeout
    let left = max(.zero, start.duration(to: end))
    self.left.record(duration: left)
    guard left > .zero, costs.withLock({ $0.allows(left, bytes: request.body.count, at: start) }) else {
      shedding.increment()
      return Unavailable.overloaded.response(Problem.response)
    }
    var budget = WorkBudget { [now] in end < now() }
    let response = work(request, &budget)
    let done = now()
    costs.withLock { $0.record(start.duration(to: done), bytes: request.body.count, at: done) }
    if budget.isLate { shedding.increment() }
    return response
  }

  /// The value of the query's first `timeout`. Goes by bytes: characters cost ten times as much.
  private static func stated(in query: Substring) -> Substring? {
    var rest = query.utf8
    while !rest.starts(with: name.utf8) {
      guard let end = rest.firstIndex(of: UInt8(ascii: "&")) else { return nil }
      rest = rest[rest.index(after: end)...]
    }
    return Substring(rest.dropFirst(name.utf8.count).prefix { $0 != UInt8(ascii: "&") })
  }

  private static let name = "timeout="

  private struct BadTimeout: Error { let response: Response }

  private static func timeout(of request: Request) -> Result<Duration, BadTimeout> {
    guard let stated = request.query.flatMap(stated(in:)) else { return .success(usualTimeout) }
    if let timeout = GoDuration(stated) { return .success(timeout.duration) }
    return .failure(
      BadTimeout(response: Problem.response(.badRequest, "?timeout: found \(stated), expected a duration such as 5s")))
  }
}

/// The latest costs of requests, by size.
///
/// The next request is expected to cost what requests of about its size did. The median counts, so a few that were
/// slow, or a process that was stopped for a while, change nothing. Every cost is forgotten after a while, as nothing
/// new is learned while requests are rejected.
struct RecentCosts {
  /// Bytes of a request of the smallest kind. Each kind has twice the bytes of the one before.
  private static let smallest = 65_536
  /// How many costs of each kind are kept, and how many are needed to expect anything.
  private static let kept = 9
  private static let needed = 5
  /// How long a cost is kept.
  private static let age = Duration.seconds(30)

  private var kinds: [[Cost]] = []

  private struct Cost {
    let duration: Duration
    let end: Instant
  }

  /// Whether a request of a size can be expected to end in a time: the median of the costs is less, or too few are
  /// known.
  func allows(_ time: Duration, bytes: Int, at now: Instant) -> Bool {
    let kind = RecentCosts.kind(of: bytes)
    guard kinds.indices.contains(kind) else { return true }
    let fresh = kinds[kind].drop { $0.end + RecentCosts.age <= now }
    return fresh.count < RecentCosts.needed || fresh.count { $0.duration < time } > fresh.count / 2
  }

  /// Records what a request of a size has cost.
  mutating func record(_ duration: Duration, bytes: Int, at now: Instant) {
    let kind = RecentCosts.kind(of: bytes)
    while kinds.count <= kind { kinds.append([]) }
    kinds[kind].append(Cost(duration: duration, end: now))
    if kinds[kind].count > RecentCosts.kept { kinds[kind].removeFirst() }
  }

  private static func kind(of bytes: Int) -> Int {
    Int.bitWidth - (max(bytes - 1, 0) / smallest).leadingZeroBitCount
  }
}

/// A length of time as Go writes it (`time.ParseDuration`, Go 1.22): `5s`, `1m30s`, `500ms`, `1.5h`. Kubernetes has
/// them in queries, flags and files.
package struct GoDuration: Hashable, Sendable {
  /// The length.
  package let duration: Duration

  /// Reads a length; `nil` for anything else, a negative one too.
  package init?(_ text: some StringProtocol) {
    var rest = Substring(text).utf8
    guard !rest.isEmpty else { return nil }
    var sum = Duration.zero
    if rest.elementsEqual("0".utf8) { rest = rest.dropFirst() }
    while !rest.isEmpty {
      guard let part = GoDuration.part(&rest) else { return nil }
      sum += part
    }
    duration = sum
  }

  /// Takes a decimal number and its unit.
  private static func part(_ rest: inout Substring.UTF8View) -> Duration? {
    let whole = take(&rest, while: isDigit)
    var fraction = rest[..<rest.startIndex]
    if rest.first == point {
      rest = rest.dropFirst()
      fraction = take(&rest, while: isDigit)
    }
    let name = take(&rest) { !isDigit($0) && $0 != point }
    guard !whole.isEmpty || !fraction.isEmpty, let unit = unit(named: Substring(name)),
      let count = whole.isEmpty ? 0 : Int(Substring(whole)), count <= largest
    else { return nil }
    return fraction.isEmpty ? unit * count : unit * count + unit * (Double("0.\(Substring(fraction))") ?? 0)
  }

  private static func take(
    _ rest: inout Substring.UTF8View, while condition: (UInt8) -> Bool
  ) -> Substring.UTF8View {
    let taken = rest.prefix(while: condition)
    rest = rest[taken.endIndex...]
    return taken
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func unit(named name: Substring) -> Duration? {
    switch name {
    case "s": .seconds(1)
    case "ms": .milliseconds(1)
    case "m": .seconds(60)
    case "h": .seconds(3600)
    case "us", "µs": .microseconds(1)
    case "ns": .nanoseconds(1)
    default: nil
    }
  }

  private static let point = UInt8(ascii: ".")
  /// More hours than that nobody means.
  private static let largest = 1_000_000_000
}
