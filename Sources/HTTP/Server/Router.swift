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
  }

  private var routes: [Route] = []
  private let explain: @Sendable (HTTPResponse.Status, String) -> Response
  private let counts: RequestCounts

  /// A router without routes.
  ///
  /// - Parameters:
  ///   - listener: what its metrics are told apart by, such as `webhook`.
  ///   - explain: how a refusal is told to the client, with a status and a reason for a person.
  public init(
    for listener: String = "",
    explain: @escaping @Sendable (HTTPResponse.Status, String) -> Response = Response.text
  ) {
    self.explain = explain
    counts = RequestCounts(of: listener)
  }

  /// Adds a route. One for GET answers HEAD too.
  public mutating func add(_ method: HTTPRequest.Method, _ path: String, _ endpoint: @escaping Handler) {
    routes.append(Route(method: method, path: path, endpoint: endpoint))
  }

  /// The endpoint's answer; 404 where the path is unknown, 405 with `Allow` where only the method is.
  public func respond(to request: Request) async -> Response {
    let path = request.path
    let known = routes.first { $0.path == path }
    let response = await endpoint(of: request, at: path)
    counts.count(response, on: known?.path)
    return response
  }

  private func endpoint(of request: Request, at path: Substring) async -> Response {
    let method = request.head.method == .head ? .get : request.head.method
    var allowed: [String] = []
    for route in routes where route.path == path {
      if route.method == method { return await route.endpoint(request) }
      allowed.append(route.method.rawValue)
      if route.method == .get { allowed.append(HTTPRequest.Method.head.rawValue) }
    }
    guard !allowed.isEmpty else {
      let known = routes.map { "\($0.method.rawValue) \($0.path)" }.joined(separator: ", ")
      return explain(.notFound, "no such path: \(path); there is \(known)")
    }
    let list = allowed.joined(separator: ", ")
    var response = explain(.methodNotAllowed, "\(request.head.method.rawValue) on \(path); expected \(list)")
    response.head.headerFields[.allow] = list
    return response
  }

  /// The reason, told as the router tells everything.
  public func respond(to error: WireError) -> Response { counted(explain(error.status, error.description)) }

  /// The reason, told as the router tells everything.
  public func respond(to reason: Unavailable) -> Response { counted(reason.response(explain)) }

  private func counted(_ response: Response) -> Response {
    counts.count(response, on: nil)
    return response
  }
}

/// Counts requests by the route that they took and the status that they got.
///
/// Both are from closed sets: routes are the router's own, statuses the server's own.
final class RequestCounts: Sendable {
  static let requests = "raymesh_http_requests_total"

  private struct Key: Hashable {
    let route: String
    let code: Int
  }

  private let listener: String
  private let counters = Mutex<[Key: Counter]>([:])

  init(of listener: String) { self.listener = listener }

  /// - Parameter route: the route's path, `nil` where there was none.
  func count(_ response: Response, on route: String?) {
    let key = Key(route: route ?? "none", code: response.head.status.code)
    let counter = counters.withLock { counters in
      if let known = counters[key] { return known }
      let labels = [("listener", listener), ("route", key.route), ("code", String(key.code))]
      let new = Counter(label: RequestCounts.requests, dimensions: labels)
      counters[key] = new
      return new
    }
    counter.increment()
  }
}
