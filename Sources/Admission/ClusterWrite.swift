public import JSON
internal import Names
public import RayPlan

/// A RayCluster that somebody writes, and what Raymesh makes of it.
///
/// The reviewer and the command line both decide here, so that both give the same answer.
public struct ClusterWrite {
  private let object: JSONElement
  private let old: JSONElement?
  private let namespace: String
  private let options: PlanOptions

  /// - Parameters:
  ///   - object: the RayCluster.
  ///   - old: what it was before an update, `nil` if it is new.
  ///   - namespace: its namespace if it does not say.
  public init(_ object: JSONElement, after old: JSONElement? = nil, namespace: String, options: PlanOptions) {
    self.object = object
    self.old = old
    self.namespace = namespace
    self.options = options
  }

  /// What Raymesh answers, and the plan of the cluster if there is one.
  public typealias Decision = (answer: AdmissionAnswer, plan: PortPlan?)

  /// Decides what becomes of the write: the cluster is denied if it cannot work as it is written, and this write is to
  /// blame for that.
  public func decision() -> Decision {
    var budget = WorkBudget()
    return decision(within: &budget)
  }

  /// Decides within a budget of work. A new cluster that takes more is denied, but an update passes as it is, so that
  /// operators can go on.
  func decision(within budget: inout WorkBudget) -> Decision {
    let decision: Decision
    do throws(Refusal) { decision = try decide(within: &budget) } catch { decision = (.deny(error), nil) }
    guard budget.isSpent else { return decision }
    guard old == nil else { return ClusterWrite.untouched([.untouched(.tooMuchWork)]) }
    return (.deny(Refusal(faults: [.unreadable(budget.end)])), nil)
  }

  private static func untouched(_ notices: [PlanNotice]) -> Decision { (.allow(notices), nil) }

  private static func planned(_ plan: PortPlan, _ patch: JSONPatch, _ notices: [PlanNotice]) -> Decision {
    (patch.isEmpty ? .allow(notices) : .patch(patch, notices), plan)
  }

  private func decide(within budget: inout WorkBudget) throws(Refusal) -> Decision {
    let metadata: ClusterMetadata
    let action: RequestedAction
    do throws(JSONMismatch) {
      metadata = try ClusterMetadata(of: object)
      action = try RequestedAction(metadata, after: old)
    } catch {
      return ClusterWrite.untouched(try told([.unreadable(error)], &budget))
    }
    if case .skip = action { return ClusterWrite.untouched([]) }
    let cluster: RayCluster
    do throws(Refusal) { cluster = try read(object, metadata, &budget) } catch {
      return ClusterWrite.untouched(try told(error.faults, &budget))
    }
    // Whatever the schema is against the API server says; nothing could be added there.
    guard cluster.isPatchable else { return ClusterWrite.untouched([]) }
    switch action {
    case .restore(let record): return try kept(cluster, record, &budget)
    case .plan, .skip: return try planned(cluster, &budget)
    }
  }

  /// What the write asks for.
  ///
  /// - Throws: `JSONMismatch` if the metadata cannot be read.
  package func requestedAction() throws(JSONMismatch) -> RequestedAction {
    try RequestedAction(ClusterMetadata(of: object), after: old)
  }

  private func planned(_ cluster: RayCluster, _ budget: inout WorkBudget) throws(Refusal) -> Decision {
    if let reason = cluster.reasonToLeave { return ClusterWrite.untouched([.untouched(reason)]) }
    let plan: PortPlan
    do throws(Refusal) { plan = try PortPlan(for: cluster, options: options, within: &budget) } catch {
      return ClusterWrite.untouched(try told(error.faults, &budget))
    }
    let takenIn = old == nil ? [] : [PlanNotice.takenIn(recreates: cluster.settings.recreatesPods)]
    return ClusterWrite.planned(plan, plan.patch, takenIn + plan.notices)
  }

  /// A managed cluster keeps what is Raymesh's. It does so even if a fault was there before.
  private func kept(
    _ cluster: RayCluster, _ record: ManagedRecord, _ budget: inout WorkBudget
  ) throws(Refusal) -> Decision {
    if let controller = cluster.settings.otherController {
      return ClusterWrite.untouched([.untouched(.otherController(controller))])
    }
    guard let old, let before = try? read(old, nil, &budget) else { return ClusterWrite.untouched([]) }
    // Most writers hand on the annotation as it was, and it has been read once.
    let isSame =
      cluster.metadata.annotation(Annotation.managed) == before.metadata.annotation(Annotation.managed)
    let seen = isSame ? record : ManagedRecord(of: cluster.metadata)
    let moved = (seen?.moved ?? [:]).filter { name, value in cluster.groups.contains { $0.parameter(name) == value } }
    let own = OwnParameters(of: before, by: record, moved: moved, now: cluster)
    let plan: PortPlan
    do throws(Refusal) {
      plan = try PortPlan(unchecked: cluster, keeping: own, options: options, within: &budget)
    } catch {
      return ClusterWrite.untouched(try told(error.faults, &budget))
    }
    let notices = try told(plan.faults, &budget) + plan.changes
    var known = plan.recordOfNewGroups(by: seen)
    known.moved = plan.groups.flatMap(plan.moves).reduce(into: record.moved) { $0[$1.name] = $1.value }
    return ClusterWrite.planned(plan, JSONPatch(for: plan, after: known), notices)
  }

  /// Says which faults were there before this write.
  ///
  /// - Throws: `Refusal` with those that were not.
  private func told(_ faults: [PlanFault], _ budget: inout WorkBudget) throws(Refusal) -> [PlanNotice] {
    guard !faults.isEmpty else { return [] }
    let new = old.map { self.faults(faults, newSince: $0, &budget) } ?? faults
    guard new.isEmpty else { throw Refusal(faults: new) }
    return faults.map { .oldFault($0) }
  }

  /// Those that the cluster did not have before: neither as it stood, nor with what is Raymesh's, nor as it would have
  /// been planned from the beginning.
  private func faults(
    _ faults: [PlanFault], newSince old: JSONElement, _ budget: inout WorkBudget
  ) -> [PlanFault] {
    var new = faults
    do throws(Refusal) {
      do throws(JSONMismatch) { _ = try ClusterMetadata(of: old) } catch {
        throw Refusal(faults: [.unreadable(error)])
      }
      let cluster = try read(old, nil, &budget)
      for record in [ManagedRecord(), ManagedRecord(of: cluster.metadata), nil] where !new.isEmpty {
        let own = record.map { OwnParameters(of: cluster, by: $0) }
        new.drop(knownFrom: self.faults(of: cluster, keeping: own, &budget))
      }
    } catch { new.drop(knownFrom: error.faults) }
    return new
  }

  private func faults(of cluster: RayCluster, keeping own: OwnParameters?, _ budget: inout WorkBudget) -> [PlanFault] {
    do throws(Refusal) {
      return try PortPlan(unchecked: cluster, keeping: own, options: options, within: &budget).faults
    } catch { return error.faults }
  }

  private func read(
    _ object: JSONElement, _ metadata: ClusterMetadata?, _ budget: inout WorkBudget
  ) throws(Refusal) -> RayCluster {
    do throws(JSONMismatch) {
      return try RayCluster(object, metadata, namespace: namespace, within: &budget)
    } catch { throw Refusal(faults: [.unreadable(error)]) }
  }
}

extension [PlanFault] {
  /// Removes the faults that are among others, regardless of the origins of their numbers.
  fileprivate mutating func drop(knownFrom others: [PlanFault]) {
    let known = Set(others.lazy.map(\.regardlessOfOrigin))
    removeAll { known.contains($0.regardlessOfOrigin) }
  }
}

extension PortPlan {
  /// What the object itself says to be Raymesh's in groups that are new: a webhook may be asked about one write twice.
  fileprivate func recordOfNewGroups(by stated: ManagedRecord?) -> ManagedRecord {
    var record = ManagedRecord()
    let new = groups.filter(\.mode.isComplete)
    guard !new.isEmpty, let stated else { return record }
    for plan in new {
      record[plan.group.role] = stated[plan.group.role].filter { plan.group.parameter($0) != nil }
    }
    return record
  }

  /// The parameters of a group's that had to get another value.
  fileprivate func moves(of group: GroupPlan) -> [(name: String, before: String, value: String)] {
    group.ownParameters.compactMap { parameter in
      guard let before = group.mode.own?[parameter.name], before != parameter.value else { return nil }
      return (parameter.name, before, parameter.value)
    }
  }

  /// What had to change in a cluster that runs, and what there is to say about groups that are new.
  fileprivate var changes: [PlanNotice] {
    var notices: [PlanNotice] = []
    for group in groups {
      notices += moves(of: group).map { .moved(parameter: $0.name, from: $0.before, to: $0.value) }
      notices += group.removedParameters.map { .removed(parameter: $0.name) }
      notices += group.notices(need: need)
    }
    if groups.contains(where: \.mode.isComplete) { notices += unlisted }
    return notices.uniqued
  }
}

extension [PlanNotice] {
  /// Each notice once, where it first stands.
  fileprivate var uniqued: [PlanNotice] {
    var seen: Set<PlanNotice> = []
    return filter { seen.insert($0).inserted }
  }
}
