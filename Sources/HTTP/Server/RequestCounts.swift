internal import HTTPTypes
internal import Metrics
internal import Synchronization

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
