internal import CLinux
internal import HTTP
internal import Limits
internal import Logging
internal import ServiceLifecycle
internal import Transport

/// How much of the process' memory goes to request bodies and what they are parsed into.
struct MemoryPlan: Hashable {
  /// Bytes for all of them together.
  let budget: Int
  /// The largest body that fits in the budget, at most the one that is allowed anyway.
  let largestBody: Int
  /// Bytes that the process may take; `nil` if the budget is stated.
  let limit: Int?
  /// Where the limit, or else the budget, comes from.
  let source: String

  /// A plan for a process that serves.
  ///
  /// - Parameters:
  ///   - stated: the budget that the flag states, `nil` if it follows from the limit.
  ///   - group: the limit of the control group, `nil` if there is none.
  ///   - machine: the machine's memory.
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

  /// What the process takes besides: itself, the controller, and what connections hold. These have a quarter at most:
  /// if there are more, each holds less on average.
  private static func base(of limit: Int, _ limits: HTTPLimits, isControlling: Bool) -> Int {
    let connections = limits.connections.multipliedReportingOverflow(by: PeerLimits.connection.value)
    return PeerLimits.process.value + (isControlling ? PeerLimits.controller.value : 0)
      + min(connections.overflow ? .max : connections.partialValue, limit / 4)
  }

  /// The limits with the budget divided.
  func divided(_ allowed: HTTPLimits) -> HTTPLimits {
    var limits = allowed
    limits.body = largestBody
    limits.memory = MemoryShares(of: budget, largestBody: largestBody)
    return limits
  }

  /// Says what came of it, and what is turned away for it.
  func tell(_ log: Logger, allowed: Int) {
    var facts: Logger.Metadata = [
      "budget": "\(budget)", "largest-body": "\(largestBody)", "source": "\(source)",
    ]
    if let limit { facts["limit"] = "\(limit)" }
    log.notice("memory budget", metadata: facts)
    guard largestBody < allowed else { return }
    facts["maximum-body"] = "\(allowed)"
    log.warning("memory is too little for the largest bodies", metadata: facts)
  }
}

/// Gives memory back to the kernel that is free again.
///
/// glibc by itself gives back only what lies at the end of its arenas (malloc_trim(3)). After some large reviews at once
/// the rest would stay resident for good, beside 22 MiB in use as much as 80.
struct FreeMemory: Service {
  /// Less is soon needed again.
  private static let leastBytes = 12 << 20
  /// Between two looks.
  private static let pause = Duration.seconds(5)

  func run() async {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: FreeMemory.pause)) != nil {
        if clinux_free_heap() > FreeMemory.leastBytes { clinux_trim_heap() }
      }
    }
  }
}
