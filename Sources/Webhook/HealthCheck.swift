/// One thing that must be so for the process to live, or to be sent requests.
public struct HealthCheck: Sendable {
  /// Its name in a probe's answer.
  public let name: String
  /// What is wrong, `nil` where nothing is.
  public let problem: @Sendable () async -> String?
  /// What is to be said where nothing is wrong; `nil` where nothing is.
  public let remark: @Sendable () -> String?

  /// A check.
  public init(
    _ name: String, remark: @escaping @Sendable () -> String? = { nil },
    problem: @escaping @Sendable () async -> String?
  ) {
    self.name = name
    self.remark = remark
    self.problem = problem
  }
}

extension [HealthCheck] {
  /// Makes every check: whether all is well, and a line for each as Kubernetes' own servers write them.
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
