package import HTTP
internal import HTTPTypes
internal import Names

extension Router {
  /// What the admin listener answers: `/livez`, `/readyz` and `/metrics`.
  ///
  /// A probe that is well says `ok`; one that is not says what is wrong, and with `?verbose` each lists every check.
  ///
  /// - Parameters:
  ///   - live: what must be so for the process to go on; made at every `/livez`.
  ///   - ready: what must be so for it to be sent requests; made at every `/readyz`.
  ///   - metrics: the Prometheus text, asked at every `/metrics`.
  package static func admin(
    live: [HealthCheck], ready: [HealthCheck], metrics: @escaping @Sendable () -> String
  ) -> Router {
    var router = Router(for: "admin")
    router.add(.get, ServerPath.livez) { await probe(live, for: $0) }
    router.add(.get, ServerPath.readyz) { await probe(ready, for: $0) }
    router.add(.get, ServerPath.metrics) { _ in
      Response(.ok, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(metrics().utf8))
    }
    return router
  }

  private static func probe(_ checks: [HealthCheck], for request: Request) async -> Response {
    let (isWell, lines) = await checks.made()
    let isVerbose = request.query?.split(separator: "&").contains { $0.prefix { $0 != "=" } == "verbose" } ?? false
    guard !isWell || isVerbose else { return .text(.ok, "ok") }
    return .text(isWell ? .ok : .serviceUnavailable, lines.joined(separator: "\n"))
  }
}

/// A condition for the process to be live or ready.
package struct HealthCheck: Sendable {
  /// Its name in a probe's answer.
  package let name: String
  /// Returns what is wrong; `nil` if nothing is.
  package let problem: @Sendable () async -> String?
  /// Returns a remark for a check that passes; `nil` if there is none.
  package let remark: @Sendable () -> String?

  /// A check.
  package init(
    _ name: String, remark: @escaping @Sendable () -> String? = { nil },
    problem: @escaping @Sendable () async -> String?
  ) {
    self.name = name
    self.remark = remark
    self.problem = problem
  }
}

extension [HealthCheck] {
  /// Runs every check, and returns whether all pass and a line for each, as Kubernetes' own servers write them.
  func made() async -> (isWell: Bool, lines: [String]) {
    var isWell = true
    var lines: [String] = []
    for check in self {
      let problem = await check.problem()
      isWell = isWell && problem == nil
      let well = check.remark().map { "ok, but: \($0)" } ?? "ok"
      lines.append(problem.map { "[-]\(check.name) failed: \($0)" } ?? "[+]\(check.name) \(well)")
    }
    return (isWell, lines)
  }
}
