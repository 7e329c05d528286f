internal import Kubernetes
internal import Names
internal import RayPlan

/// What to do about a cluster's Service, decided from what the cluster wants and what exists.
enum ServiceDecision: Hashable, Sendable {
  case create(ServiceDraft)
  /// Apply the draft. If something has to go, a merge patch removes it first.
  ///
  /// Apply alone only removes what nobody else owns, and a client that creates or edits an object owns what it has written
  /// (Kubernetes, "Server-Side Apply").
  case apply(ServiceDraft, over: LiveService)
  /// Apply the draft over another owner's Service, who has asked for it.
  case adopt(ServiceDraft, over: LiveService)
  /// Do nothing: the Service is in its desired state. Ports may be waiting, in words.
  case leave(waiting: String?)
  /// Do nothing: another owner's Service has the name.
  case conflict(ServiceConflict)

  /// - Parameters:
  ///   - live: the Service of that name, or `nil` if there is none.
  ///   - oldest: when the oldest of the cluster's pods was created, or `nil` if it has none.
  ///   - now: the current time, from which ports begin to wait.
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
  /// Whether a listed port is removed, or gets another protocol.
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

/// Why Raymesh cannot take over a Service of the right name.
enum ServiceConflict: Hashable, Sendable {
  case foreign
  /// The Service has Raymesh's label, and another owner.
  case owned
  case notHeadless

  /// Returns `nil` if there is no conflict. Raymesh writes a Service if the cluster owns it, or if it is offered: by
  /// the label while nobody else owns it, or by the annotation.
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

  /// Returns the message for the cluster's owner.
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
