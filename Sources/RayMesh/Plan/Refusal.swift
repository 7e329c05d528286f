internal import Limits

/// Why a RayCluster is refused: everything that is wrong with it, not just the first.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, at least one.
  public let faults: [PlanFault]

  init(faults: [PlanFault]) { self.faults = faults }

  /// The faults that are told, each as a sentence: no more than a person reads.
  public var told: [String] { faults.prefix(ReviewLimits.faultsTold.value).map(\.description) }

  /// The faults as one text, for `status.message` and for standard error; of very many the first.
  public var description: String {
    let more = faults.count - ReviewLimits.faultsTold.value
    return (more > 0 ? told + ["and \(more) more"] : told).joined(separator: "; ")
  }

  /// The classes of the faults, each once.
  public var faultClasses: Set<PlanFault.Class> {
    var classes: Set<PlanFault.Class> = []
    for fault in faults {
      classes.insert(fault.faultClass)
      if classes.count == PlanFault.Class.allCases.count { break }
    }
    return classes
  }

  /// The same in words, with commas between.
  var classes: String { faultClasses.map(\.rawValue).sorted().joined(separator: ",") }
}
