internal import JSON
internal import Names
package import RayPlan

/// What a write to a RayCluster asks Raymesh to do. Most writes are told by their metadata alone.
package enum RequestedAction {
  /// Nothing: the object passes unchanged.
  case skip(Reason)
  /// Plan the cluster: it is new, or an update asks for a cluster that was left alone so far.
  case plan
  /// Restore what the update of a managed cluster removed.
  case restore(ManagedRecord)

  /// Why there is nothing to do.
  package enum Reason {
    /// The object only waits for its finalizers.
    case deleted
    /// The user has asked for it.
    case declined
    /// The cluster was made without Raymesh, and nobody asks for it now.
    case unmanaged
  }

  /// - Parameters:
  ///   - metadata: that of the object.
  ///   - old: the object before an update, `nil` if the object is new.
  /// - Throws: `JSONMismatch` if the old object's metadata is not of Kubernetes' form.
  init(_ metadata: ClusterMetadata, after old: JSONElement?) throws(JSONMismatch) {
    if metadata.isBeingDeleted {
      self = .skip(.deleted)
      return
    }
    if metadata.annotation(Annotation.inject) == "false" {
      self = .skip(.declined)
      return
    }
    guard let old else {
      self = .plan
      return
    }
    let before = try ClusterMetadata(of: old)
    if let record = ManagedRecord(of: before) {
      self = .restore(record)
    } else if metadata.annotation(Annotation.inject) == "true", before.annotation(Annotation.inject) != "true" {
      self = .plan
    } else if !metadata.isQueuedByKueue, old.member("spec")?.member("suspend")?.bool == true {
      self = .plan
    } else {
      self = .skip(.unmanaged)
    }
  }
}

extension RayCluster {
  /// Whether each place that a patch adds to is there.
  var isPatchable: Bool { groups.allSatisfy(\.container.isObject) }

  /// Why a cluster that would be planned is left alone all the same.
  var reasonToLeave: PlanNotice.Untouched? {
    if let controller = settings.otherController { return .otherController(controller) }
    return metadata.isOfRayService && !metadata.isOfRecentKubeRay ? .oldKubeRay : nil
  }
}
