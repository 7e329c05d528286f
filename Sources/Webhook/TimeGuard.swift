internal import HTTP
internal import HTTPTypes
internal import Metrics
internal import Synchronization

/// Works on a request only where its time is enough; what cannot be done in time is better tried elsewhere.
///
/// An API server says how long it waits: `?timeout=5s` (kube-apiserver, `admission/plugin/webhook`).
final class TimeGuard: Sendable {
  static let budget = "raymesh_request_budget_seconds"
  static let shed = "raymesh_requests_shed_total"

  /// What an API server waits where its configuration does not say (`timeoutSeconds`).
  private static let usualTimeout = Duration.seconds(10)

  private let left = Timer(label: TimeGuard.budget)
  private let shedding: Counter
  /// Seconds that a byte of a request has cost lately.
  private let costPerByte = Mutex(0.0)

  init(_ route: String) { shedding = Counter(label: TimeGuard.shed, dimensions: [("route", route)]) }

  func respond(to request: Request, by work: (Request) -> Response) -> Response {
    let timeout: Duration
    switch TimeGuard.timeout(of: request) {
    case .success(let stated): timeout = stated
    case .failure(let problem): return problem.response
    }
    let start = ContinuousClock.now
    let left = max(.zero, timeout - request.age)
    self.left.record(duration: left)
    guard left > cost(of: request.body.count) else {
      if left > .zero { forget() }
      shedding.increment()
      return Unavailable.overloaded.response(Problem.response)
    }
    let response = work(request)
    learn(start.duration(to: .now), of: request.body.count)
    return response
  }

  private func cost(of bytes: Int) -> Duration { .seconds(costPerByte.withLock { $0 } * Double(bytes)) }

  /// Below this a request's cost is no matter of its bytes: a thread that had to wait over a body of two would be taken
  /// for hours over a large one.
  private static let fewestBytes = 65_536

  /// Nothing more is learned where everything is turned away, and what was learned last may be wrong by now.
  private func forget() { costPerByte.withLock { $0 *= 0.9 } }

  /// A tenth of each new cost counts: one slow request is no trend.
  private func learn(_ duration: Duration, of bytes: Int) {
    let cost = duration / .seconds(1) / Double(max(bytes, TimeGuard.fewestBytes))
    costPerByte.withLock { $0 = $0 * 0.9 + cost * 0.1 }
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
