internal import HTTP
internal import HTTPTypes
internal import Metrics
internal import RayPlan
internal import Synchronization
internal import Transport

/// Works on a request only while its client waits; what cannot be done in time is better tried elsewhere.
///
/// An API server says how long it waits: `?timeout=5s` (kube-apiserver, `admission/plugin/webhook`). Work is not begun if
/// requests like this one have taken longer lately, and it ends when the time is over.
final class TimeGuard: Sendable {
  static let budget = "raymesh_request_budget_seconds"
  static let shed = "raymesh_requests_shed_total"

  /// What an API server waits where its configuration does not say (`timeoutSeconds`).
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
    guard left > .zero, left > costs.withLock({ $0.expected(bytes: request.body.count, at: start) }) ?? .zero else {
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
