public import JSON

/// Gives a RayCluster its headless Service: the other half of what `Reviewer` does, from the same plan.
public struct Companion: Sendable {
  /// What the operator decided about plans.
  public let options: PlanOptions

  /// A companion that plans as the reviewer with the same options does.
  public init(options: PlanOptions = .standard) { self.options = options }

  /// The Service of a RayCluster manifest.
  ///
  /// - Parameter namespace: the namespace where the manifest does not say.
  /// - Throws: `Refusal` where it is no RayCluster, cannot be read, has no name, or cannot work as it is written.
  public func service(of manifest: JSONElement, namespace: String) throws(Refusal) -> HeadlessService {
    var budget = WorkBudget()
    return try service(of: manifest, namespace: namespace, within: &budget)
  }

  /// The Service of a RayCluster manifest.
  ///
  /// - Parameters:
  ///   - namespace: the namespace where the manifest does not say.
  ///   - budget: how much work it may be.
  /// - Throws: `Refusal` as above, and if it takes more.
  public func service(
    of manifest: JSONElement, namespace: String, within budget: inout WorkBudget
  ) throws(Refusal) -> HeadlessService {
    let plan = try plan(of: manifest, namespace: namespace, within: &budget)
    do throws(JSONMismatch) { return try HeadlessService(for: plan) } catch {
      throw Refusal(faults: [.unreadable(error)])
    }
  }

  private func plan(
    of manifest: JSONElement, namespace: String, within budget: inout WorkBudget
  ) throws(Refusal) -> PortPlan {
    let cluster: RayCluster
    do throws(JSONMismatch) {
      cluster = try RayCluster(manifest: manifest, namespace: namespace, within: &budget)
    } catch { throw Refusal(faults: [.unreadable(error)]) }
    return try PortPlan(stored: cluster, options: options, within: &budget)
  }
}
