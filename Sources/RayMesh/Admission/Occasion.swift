internal import JSON

/// What a write to a RayCluster is an occasion for: told by the metadata alone wherever that is enough.
enum Occasion {
  /// Nothing: the object passes as it is.
  case none(Reason)
  /// To plan a cluster from the beginning: one that is made, or by an update one that was left alone so far.
  case planning
  /// To put back what the writer of a managed cluster has dropped.
  case keeping(ManagedRecord)

  /// Why there is nothing to do.
  enum Reason {
    /// The object only waits for its finalizers.
    case deleted
    /// The user has asked for it.
    case declined
    /// The cluster was made without Raymesh, and nobody asks for it now.
    case unmanaged
  }

  /// - Parameters:
  ///   - metadata: that of the object.
  ///   - old: the object before an update, `nil` where the object is new.
  /// - Throws: `JSONMismatch` where the old object's metadata is not of Kubernetes' form.
  init(_ metadata: ClusterMetadata, after old: JSONElement?) throws(JSONMismatch) {
    if metadata.isBeingDeleted {
      self = .none(.deleted)
      return
    }
    if metadata.annotation(UserWish.inject) == "false" {
      self = .none(.declined)
      return
    }
    guard let old else {
      self = .planning
      return
    }
    let before = try ClusterMetadata(of: old)
    if let record = ManagedRecord(of: before) {
      self = .keeping(record)
    } else if metadata.annotation(UserWish.inject) == "true", before.annotation(UserWish.inject) != "true" {
      self = .planning
    } else if !metadata.isQueuedByKueue, old.member("spec")?.member("suspend")?.bool == true {
      self = .planning
    } else {
      self = .none(.unmanaged)
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
