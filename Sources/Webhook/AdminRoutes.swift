public import HTTP
internal import HTTPTypes

/// Whether the process should get requests.
public enum Readiness: Hashable, Sendable {
  case ready
  /// Not now, and why.
  case notReady(String)
}

extension Router {
  /// What the admin listener answers: `/livez`, `/readyz` and `/metrics`.
  ///
  /// - Parameters:
  ///   - readiness: asked at every `/readyz`.
  ///   - metrics: the Prometheus text, asked at every `/metrics`.
  public static func admin(
    readiness: @escaping @Sendable () -> Readiness, metrics: @escaping @Sendable () -> String
  ) -> Router {
    var router = Router(explain: Response.text)
    router.add(.get, "/livez") { _ in .text(.ok, "ok") }
    router.add(.get, "/readyz") { _ in
      switch readiness() {
      case .ready: .text(.ok, "ok")
      case .notReady(let reason): .text(.serviceUnavailable, reason)
      }
    }
    router.add(.get, "/metrics") { _ in
      Response(.ok, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics().utf8))
    }
    return router
  }
}
