public import HTTPTypes
internal import Metrics
internal import Synchronization

/// Finds the endpoint for a request by its path and method.
public struct Router: Responder {
  /// Answers one method on one path.
  public typealias Handler = @Sendable (Request) async -> Response

  private struct Route {
    let method: HTTPRequest.Method
    let path: String
    let endpoint: Handler
    let counts: RequestCounts
  }

  private var routes: [Route] = []
  private let listener: String
  private let explain: @Sendable (HTTPResponse.Status, String) -> Response
  /// Counts the requests that have no route.
  private let others: RequestCounts

  /// A router without routes.
  ///
  /// - Parameters:
  ///   - listener: the value of the label `listener` in its metrics, such as `webhook`.
  ///   - explain: how a rejection is told to the client, with a status and a reason for a person.
  public init(
    for listener: String = "",
    explain: @escaping @Sendable (HTTPResponse.Status, String) -> Response = Response.text
  ) {
    self.listener = listener
    self.explain = explain
    others = RequestCounts(of: listener, on: "none")
  }

  /// Adds a route. One for GET answers HEAD too.
  public mutating func add(_ method: HTTPRequest.Method, _ path: String, _ endpoint: @escaping Handler) {
    let counts = routes.first { $0.path == path }?.counts ?? RequestCounts(of: listener, on: path)
    routes.append(Route(method: method, path: path, endpoint: endpoint, counts: counts))
  }

  /// The endpoint's answer; 404 if no route has the path, 405 with `Allow` if one has it for other methods.
  public func respond(to request: Request) async -> Response {
    let path = request.path
    let method = request.head.method == .head ? .get : request.head.method
    guard let route = routes.first(where: { $0.method == method && $0.path == path }) else {
      return reject(request, at: path)
    }
    let response = await route.endpoint(request)
    route.counts.count(response)
    return response
  }

  private func reject(_ request: Request, at path: Substring) -> Response {
    let known = routes.filter { $0.path == path }
    guard let counts = known.first?.counts else {
      let paths = routes.map { "\($0.method.rawValue) \($0.path)" }.joined(separator: ", ")
      return counted(explain(.notFound, "no such path: \(path); there is \(paths)"))
    }
    let methods = known.flatMap { $0.method == .get ? [$0.method, .head] : [$0.method] }
    let list = methods.map(\.rawValue).joined(separator: ", ")
    var response = explain(.methodNotAllowed, "\(request.head.method.rawValue) on \(path); expected \(list)")
    response.head.headerFields[.allow] = list
    counts.count(response)
    return response
  }

  /// The reason, told as the router tells everything.
  public func respond(to error: WireError) -> Response { counted(explain(error.status, error.description)) }

  /// The reason, told as the router tells everything.
  public func respond(to reason: Unavailable) -> Response { counted(reason.response(explain)) }

  private func counted(_ response: Response) -> Response {
    others.count(response)
    return response
  }
}

/// Counts the requests of one route by the status that they got. Both are from closed sets.
final class RequestCounts: Sendable {
  static let requests = "raymesh_http_requests_total"

  private let listener: String
  private let route: String
  /// A route gives few statuses, so a look at each is cheaper than a table.
  private let counters = Mutex<[(code: Int, counter: Counter)]>([])

  /// - Parameter route: the route's path, or `none`.
  init(of listener: String, on route: String) { (self.listener, self.route) = (listener, route) }

  func count(_ response: Response) { counter(of: response.head.status.code).increment() }

  /// The counter of a status, whose series is there from its first response on.
  private func counter(of code: Int) -> Counter {
    counters.withLock { counters in
      if let known = counters.first(where: { $0.code == code }) { return known.counter }
      let labels = [("listener", listener), ("route", route), ("code", String(code))]
      let new = Counter(label: RequestCounts.requests, dimensions: labels)
      counters.append((code, new))
      return new
    }
  }
}
