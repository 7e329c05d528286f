public import JSON

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
  ///   - old: what it was before an update, `nil` where it is new.
  ///   - namespace: its namespace where it does not say.
  public init(_ object: JSONElement, after old: JSONElement? = nil, namespace: String, options: PlanOptions) {
    self.object = object
    self.old = old
    self.namespace = namespace
    self.options = options
  }

  /// What becomes of the write.
  public enum Outcome: Sendable {
    /// The object stays as it is, perhaps for a reason that the user should know.
    case untouched([PlanNotice])
    /// The object gets what the plan has for it, perhaps nothing.
    case planned(PortPlan, JSONPatch, [PlanNotice])
  }

  /// Decides.
  ///
  /// - Throws: `Refusal` where the cluster could not work as it is written, and this very write is to blame for it.
  public func outcome() throws(Refusal) -> Outcome {
    let metadata: ClusterMetadata
    let occasion: Occasion
    do throws(JSONMismatch) {
      metadata = try ClusterMetadata(of: object)
      occasion = try Occasion(metadata, after: old)
    } catch {
      return .untouched(try told([.unreadable(error)]))
    }
    if case .none = occasion { return .untouched([]) }
    let cluster: RayCluster
    do throws(Refusal) { cluster = try RayCluster(reading: object, metadata, namespace: namespace) } catch {
      return .untouched(try told(error.faults))
    }
    switch occasion {
    case .keeping(let record): return try kept(cluster, record)
    case .planning, .none: return try planned(cluster)
    }
  }

  /// What the write is an occasion for.
  ///
  /// - Throws: `JSONMismatch` where the metadata cannot be read.
  func occasion() throws(JSONMismatch) -> Occasion { try Occasion(ClusterMetadata(of: object), after: old) }

  private func planned(_ cluster: RayCluster) throws(Refusal) -> Outcome {
    if let reason = cluster.reasonToLeave { return .untouched([.untouched(reason)]) }
    let plan: PortPlan
    do throws(Refusal) { plan = try PortPlan(for: cluster, options: options) } catch {
      return .untouched(try told(error.faults))
    }
    let takenIn = old == nil ? [] : [PlanNotice.takenIn(recreates: cluster.settings.recreatesPods)]
    return .planned(plan, plan.patch, takenIn + plan.notices)
  }

  /// A managed cluster keeps what is Raymesh's. It does so even where a fault was there before.
  private func kept(_ cluster: RayCluster, _ record: ManagedRecord) throws(Refusal) -> Outcome {
    if let controller = cluster.settings.otherController {
      return .untouched([.untouched(.otherController(controller))])
    }
    guard let before = oldCluster else { return .untouched([]) }
    // Most writers hand on the annotation as it was, and it has been read once.
    let isSame =
      cluster.metadata.annotation(ManagedRecord.annotation) == before.metadata.annotation(ManagedRecord.annotation)
    let seen = isSame ? record : ManagedRecord(of: cluster.metadata)
    let moved = (seen?.moved ?? [:]).filter { name, value in cluster.groups.contains { $0.parameter(name) == value } }
    let own = OwnParameters(of: before, by: record, moved: moved, now: cluster)
    let plan: PortPlan
    do throws(Refusal) { plan = try PortPlan(unchecked: cluster, keeping: own, options: options) } catch {
      return .untouched(try told(error.faults))
    }
    let notices = try told(plan.faults) + plan.changes
    var known = plan.recordOfNewGroups(by: seen)
    known.moved = plan.groups.flatMap(plan.moves).reduce(into: record.moved) { $0[$1.name] = $1.value }
    return .planned(plan, JSONPatch(for: plan, after: known), notices)
  }

  private var oldCluster: RayCluster? { old.flatMap { try? RayCluster($0, namespace: namespace) } }

  /// Says which faults were there before this write.
  ///
  /// - Throws: `Refusal` with those that were not.
  private func told(_ faults: [PlanFault]) throws(Refusal) -> [PlanNotice] {
    guard !faults.isEmpty else { return [] }
    guard let old else { throw Refusal(faults: faults) }
    let known = oldFaults(in: old)
    let new = faults.filter { !known.contains($0.regardlessOfOrigin) }
    guard new.isEmpty else { throw Refusal(faults: new) }
    return faults.map { .oldFault($0) }
  }

  private func oldFaults(in old: JSONElement) -> Set<PlanFault> {
    do throws(Refusal) {
      do throws(JSONMismatch) { _ = try ClusterMetadata(of: old) } catch { return [.unreadable(error)] }
      let cluster = try RayCluster(reading: old, namespace: namespace)
      // As it stands, with what is Raymesh's, and as it would have been planned from the beginning.
      let records = [ManagedRecord(), ManagedRecord(of: cluster.metadata), nil]
      return records.reduce(into: []) { known, record in
        let own = record.map { OwnParameters(of: cluster, by: $0) }
        for fault in faults(of: cluster, keeping: own) { known.insert(fault.regardlessOfOrigin) }
      }
    } catch { return Set(error.faults) }
  }

  private func faults(of cluster: RayCluster, keeping own: OwnParameters?) -> [PlanFault] {
    do throws(Refusal) { return try PortPlan(unchecked: cluster, keeping: own, options: options).faults } catch {
      return error.faults
    }
  }
}

extension RayCluster {
  fileprivate convenience init(
    reading object: JSONElement, _ metadata: ClusterMetadata? = nil, namespace: String
  ) throws(Refusal) {
    do throws(JSONMismatch) { try self.init(object, metadata, namespace: namespace) } catch {
      throw Refusal(faults: [.unreadable(error)])
    }
  }
}

extension PortPlan {
  /// What the object itself says to be Raymesh's in groups that are new: a webhook may be asked about one write twice.
  fileprivate func recordOfNewGroups(by stated: ManagedRecord?) -> ManagedRecord {
    var record = ManagedRecord()
    let new = groups.filter(\.stance.isComplete)
    guard !new.isEmpty, let stated else { return record }
    for plan in new {
      record[plan.group.role] = stated[plan.group.role].filter { plan.group.parameter($0) != nil }
    }
    return record
  }

  /// The parameters of a group's that had to get another value.
  fileprivate func moves(of group: GroupPlan) -> [(name: String, before: String, value: String)] {
    group.ownParameters.compactMap { parameter in
      guard let before = group.stance.own?[parameter.name], before != parameter.value else { return nil }
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
    if groups.contains(where: \.stance.isComplete) { notices += unlisted }
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
