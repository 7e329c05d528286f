internal import CLinux
internal import HTTP
internal import Limits
internal import Logging
internal import Transport

/// How much of the process's memory request bodies and their parsed form may use.
struct MemoryPlan: Hashable {
  /// The bytes for all of them together.
  let budget: Int
  /// The largest body that fits into the budget, and is allowed.
  let largestBody: Int
  /// The bytes that the process may use; `nil` if the budget is set by a flag.
  let limit: Int?
  /// The source of the limit, or of the budget.
  let source: String

  /// Creates the plan of a server.
  ///
  /// - Parameters:
  ///   - stated: the budget that the flag sets; `nil` if it follows from the limit.
  ///   - group: the limit of the control group; `nil` if there is none.
  ///   - machine: the memory of the machine.
  init(
    stated: Int?, for limits: HTTPLimits, isControlling: Bool,
    group: ControlGroupMemory? = .current, machine: Int? = ControlGroupMemory.machine
  ) {
    if let stated {
      (budget, limit, source) = (stated, nil, "--memory-budget")
    } else {
      let unlimited = min(PeerLimits.unlimitedMemory.value, (machine ?? .max) / 2)
      let limit = group?.limit ?? unlimited
      budget = max(limit - MemoryPlan.base(of: limit, limits, isControlling: isControlling), limit / 4)
      (self.limit, source) = (limit, group?.source ?? "no control group's limit")
    }
    largestBody = min(limits.body, MemoryShares.largestBody(in: budget))
  }

  /// Returns the memory for everything else: the process, the controller and connections. Connections get a quarter at
  /// most: if there are many, each uses less on average.
  private static func base(of limit: Int, _ limits: HTTPLimits, isControlling: Bool) -> Int {
    let connections = limits.connections.multipliedReportingOverflow(by: PeerLimits.connection.value)
    return PeerLimits.process.value + (isControlling ? PeerLimits.controller.value : 0)
      + min(connections.overflow ? .max : connections.partialValue, limit / 4)
  }

  /// Returns the limits with the budget divided into shares.
  func divided(_ allowed: HTTPLimits) -> HTTPLimits {
    var limits = allowed
    limits.body = largestBody
    limits.memory = MemoryShares(of: budget, largestBody: largestBody)
    return limits
  }

  /// Logs the plan, and a warning if large bodies do not fit.
  func tell(_ log: Logger, allowed: Int) {
    var facts: Logger.Metadata = [
      "budget": "\(budget)", "largest-body": "\(largestBody)", "source": "\(source)",
    ]
    if let limit { facts["limit"] = "\(limit)" }
    log.notice("memory budget", metadata: facts)
    guard largestBody < allowed else { return }
    facts["maximum-body"] = "\(allowed)"
    log.warning("memory limit too low for the largest bodies", metadata: facts)
  }
}

/// Returns free memory to the kernel.
///
/// glibc itself returns only memory at the end of its arenas (malloc_trim(3)). After some large reviews at once, the rest
/// would stay resident: up to 80 MiB beside 22 MiB in use.
struct FreeMemory {
  /// The least free memory to return: less is soon needed again.
  private static let leastBytes = 12 << 20
  /// The time between two checks.
  private static let pause = Duration.seconds(5)

  /// Runs until its task is canceled.
  func run() async {
    while (try? await Task.sleep(for: FreeMemory.pause)) != nil {
      if clinux_free_heap() > FreeMemory.leastBytes { clinux_trim_heap() }
    }
  }
}
