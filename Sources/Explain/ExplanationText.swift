internal import JSON
internal import RayPlan

/// Writes an explanation as text, a hundred characters wide.
package struct ExplanationText {
  private let style: TextStyle

  package init(in style: TextStyle) { self.style = style }

  /// Returns the text of an explanation.
  ///
  /// - Parameter title: the name of the cluster, and its place in a file.
  package func text(of explanation: Explanation, title: (cluster: String, place: String)) -> String {
    let cluster = style.text(title.cluster.withoutControls, .title)
    let place = style.text("(\(title.place.withoutControls))", .faint)
    let blocks =
      switch explanation {
      case .untouched(let reasons):
        [reasons.flatMap { "Left unchanged: \($0).".withoutControls.wrapped(to: TextTable.width) }]
      case .planned(let plan):
        [facts(plan), ports(plan), addresses(plan), omissions(plan), warnings(plan)].filter { !$0.isEmpty }
      }
    return ([["\(cluster) \(place)"]] + blocks).map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private func facts(_ plan: PlanExplanation) -> [String] {
    let name = plan.service.name.map { $0.contains("$") ? "\($0), once the cluster has its name" : $0 }
    let protocols = plan.service.saysProtocols ? "with their protocols" : "without protocols"
    return [
      "Service  \(name ?? "unknown: its name may be too long for DNS")",
      "Ports    \(plan.service.portCount), \(protocols)",
      "Ray      \(plan.rayVersion?.description ?? "unknown version")",
    ]
  }

  private func ports(_ plan: PlanExplanation) -> [String] {
    var table = TextTable([
      "PORT": 11, "NAME": 63, "SPEAKS": 6, "GROUPS": 12, "SET BY": 7, "WHY THIS NUMBER": 0,
    ])
    for port in plan.ports {
      for (index, claim) in port.claims.enumerated() {
        let own = claim.ports == port.ports ? "" : "\(claim.ports.spelled): "
        table.add(
          .init(index == 0 ? port.ports.spelled : ""), .init(index == 0 ? port.spelledName : ""),
          .init(index == 0 ? port.speaks : ""), .init(plan.label(of: claim.groups)), .init(by: claim.author),
          .init(own + claim.why))
      }
    }
    return table.lines(in: style)
  }

  private func addresses(_ plan: PlanExplanation) -> [String] {
    var table = TextTable(["GROUPS": 24, "SET BY": 7, "NODE ADDRESS": 0])
    var addresses: [ExplainedGroup.Address] = []
    for group in plan.groups where !addresses.contains(group.address) { addresses.append(group.address) }
    for address in addresses {
      let groups = plan.groups.indices.filter { plan.groups[$0].address == address }
      switch address {
      case .value(let value, let author, let isUnderService):
        let remark = isUnderService ? "" : " (not a name under the Service)"
        table.add(.init(plan.label(of: groups)), .init(by: author), .init(value + remark))
      case .leftOut(let reason):
        table.add(.init(plan.label(of: groups)), .init("-"), .init("left out: \(reason.explanation)"))
      }
    }
    return table.lines(in: style)
  }

  private func omissions(_ plan: PlanExplanation) -> [String] {
    guard !plan.omissions.isEmpty else { return [] }
    var table = TextTable(["LEFT OUT": 30, "GROUPS": 24, "WHY": 0])
    for omission in plan.omissions {
      table.add(.init(omission.subject), .init(plan.label(of: omission.groups)), .init(omission.reason))
    }
    return table.lines(in: style)
  }

  private func warnings(_ plan: PlanExplanation) -> [String] {
    guard !plan.notices.isEmpty else { return [] }
    let lines = plan.notices.flatMap { notice in
      let lines = notice.sentence.withoutControls.wrapped(to: TextTable.width - 2)
      return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + style.text($1, .warning) }
    }
    return [style.text("WARNINGS", .title)] + lines
  }
}

extension TextTable.Cell {
  fileprivate init(by author: Author) {
    switch author {
    case .user: self.init("user", .user)
    case .raymesh: self.init("Raymesh", .raymesh)
    case .both: self.init("both", .raymesh)
    case .ray: self.init("Ray", .faint)
    case .kubeRay: self.init("KubeRay", .faint)
    }
  }
}

extension ExplainedPort {
  fileprivate var spelledName: String { name == lastName ? name : "\(name) to \(lastName)" }

  /// The application protocol in the Service; the transport protocol if that is not TCP.
  fileprivate var speaks: String { appProtocol?.rawValue ?? (transport == .tcp ? "-" : transport.rawValue) }
}

extension ClosedRange<Port> {
  fileprivate var spelled: String { lowerBound == upperBound ? "\(lowerBound)" : "\(lowerBound)-\(upperBound)" }
}

extension PlanExplanation {
  /// Names some of the groups in few words.
  fileprivate func label(of indices: [Int]) -> String {
    if indices.count == groups.count, groups.count > 1 { return "all" }
    if groups.count > 2, indices.count == groups.count - 1, !indices.contains(0) { return "workers" }
    return indices.map { groups[$0].name }.joined(separator: ", ")
  }
}
