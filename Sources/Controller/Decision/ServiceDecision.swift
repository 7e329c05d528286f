internal import Kubernetes
internal import Names
internal import RayPlan

/// What to do about a cluster's Service: a function of what is wanted and what is there.
enum ServiceDecision: Hashable, Sendable {
  case create(ServiceDraft)
  /// Apply, and where something has to go, first take it out by a merge patch: apply only takes away what nobody else
  /// owns, and who has created or edited an object owns what was written (Kubernetes, "Server-Side Apply").
  case apply(ServiceDraft, over: LiveService)
  /// The same over somebody else's, who has asked for it.
  case adopt(ServiceDraft, over: LiveService)
  /// All is as it should be; ports may be waiting, in words.
  case leave(waiting: String?)
  /// Somebody else's Service has the name.
  case conflict(ServiceConflict)

  /// - Parameters:
  ///   - live: the Service of that name, `nil` where there is none.
  ///   - oldest: when the oldest of the cluster's pods was made, `nil` where it has none.
  ///   - now: the time for what begins to wait now.
  init(
    for service: HeadlessService, of cluster: ManagedCluster, live: LiveService?, oldest: RFC3339Time?,
    now: RFC3339Time
  ) {
    let wanted = PortRuns(service.ports)
    guard let live else {
      let transition = PortTransition(to: wanted, from: (.none, nil), oldest: nil, now: now)
      self = .create(ServiceDraft(service, of: cluster, transition))
      return
    }
    if let conflict = ServiceConflict(with: live) {
      self = .conflict(conflict)
      return
    }
    let transition = PortTransition(
      to: wanted, from: (live.ports, live.record), oldest: cluster.isSuspended ? nil : oldest, now: now)
    let draft = ServiceDraft(service, of: cluster, transition)
    if !live.isOurs {
      self = .adopt(draft, over: live)
    } else {
      self = draft.isMet(by: live) ? .leave(waiting: draft.waiting) : .apply(draft, over: live)
    }
  }
}

extension ServiceDecision {
  /// Whether a port that the Service lists is listed no more, or with another protocol.
  var takesPortsAway: Bool {
    switch self {
    case .apply(let draft, let live), .adopt(let draft, let live):
      return live.ports.cut(by: draft.ports).contains { piece, stays in
        stays.map { $0.appProtocol != piece.appProtocol } ?? true
      }
    case .create, .leave, .conflict: return false
    }
  }
}

/// Why a Service of the right name cannot become ours.
enum ServiceConflict: Hashable, Sendable {
  case foreign
  /// It has Raymesh's label, and something else owns it.
  case owned
  case notHeadless

  /// `nil` if it can, or is already. A Service is written if the cluster owns it, or if it is offered: by the label
  /// while nobody else owns it, or by the annotation.
  init?(with live: LiveService) {
    guard live.isOurs || live.asksForAdoption else {
      self = .foreign
      return
    }
    guard live.ownership != .other || live.asksForAdoption else {
      self = .owned
      return
    }
    // `clusterIP` cannot be changed (`ValidateServiceUpdate`).
    guard !live.isHeadless else { return nil }
    self = .notHeadless
  }

  /// What to tell the cluster's owner.
  func message(_ name: String) -> String {
    switch self {
    case .foreign:
      "Service \(name) is not Raymesh's and is left alone; delete it, or annotate it with \(Annotation<String>.adopt)=true"
    case .owned:
      "Service \(name) has an owner that is not its RayCluster and is left alone; delete it, or annotate it with "
        + "\(Annotation<String>.adopt)=true"
    case .notHeadless: "Service \(name) has a clusterIP, which cannot be changed; delete it"
    }
  }
}
