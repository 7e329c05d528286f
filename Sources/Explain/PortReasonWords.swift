internal import RayPlan

extension PortClaim {
  /// Why the port has its number, in few words.
  public var why: String {
    switch reason {
    case .stated([use.word]): "set in rayStartParams"
    case .stated(let settings): "set by \(settings.joined(separator: " and "))"
    case .standard: "\(author == .kubeRay ? "KubeRay" : "Ray")'s default"
    case .writtenDown: "KubeRay's default"
    case .usual: "the usual number"
    case .moved(let taker): "moved, as \(taker.words)"
    case .recorded: "added before, says raymesh.io/managed"
    case .range(let need, let limit, let taker):
      [need.words, limit.map { "cut short by --maximum-ports \($0)" }, taker.map { "moved, as \($0.words)" }]
        .compactMap(\.self).joined(separator: "; ")
    case .completedUp(let need): "completed from the user's min-worker-port: \(need.words)"
    case .completedDown: "completed from the user's max-worker-port, down to Ray's own 10002"
    case .containerPort: "the container's own port"
    }
  }
}

extension WorkerNeed {
  /// The need, and where it comes from.
  fileprivate var words: String {
    let isStated = cpus.source != .nobody
    let source = isStated ? " (\(cpus.source.rawValue) of \(group.label))" : ", as \(group.label) states none"
    let sum = count < 65535 ? "max(50, 4 * \(cpus.count) + 20) = \(count)" : "all there are"
    return "\(sum) for \(cpus.count) \(cpus.count == 1 ? "CPU" : "CPUs")\(source)"
  }
}

extension PortTaker {
  /// Who has the port.
  fileprivate var words: String {
    let node = group.map { " of \($0.label)" } ?? ""
    return switch use {
    case .component(let component): "\(port) is \(component.servicePortName)\(node)"
    case .workers: "\(port) is a worker port\(node)"
    case .container(let name?): "\(port) is container port \(name)\(node)"
    case .container(nil): "\(port) is a container port\(node)"
    case nil: "\(port) is Istio's proxy's"
    }
  }
}

extension PortUse {
  /// The use in a word that programs can go by: a part of Ray by its Service port's plain name.
  var word: String {
    switch self {
    case .component(let component): component.servicePortName
    case .workers: "worker processes"
    case .container: "container"
    }
  }
}

extension PortReason {
  /// The reason in a word that programs can go by.
  var word: String {
    switch self {
    case .stated: "stated"
    case .standard, .writtenDown: "default"
    case .usual: "usual"
    case .moved: "moved"
    case .recorded: "recorded"
    case .range: "need"
    case .completedUp, .completedDown: "completed"
    case .containerPort: "container port"
    }
  }

  /// The need that a range goes by.
  var need: WorkerNeed? {
    switch self {
    case .range(let need, _, _), .completedUp(let need): need
    default: nil
    }
  }

  /// Who is in the way of another number.
  var taker: PortTaker? {
    switch self {
    case .moved(let taker), .range(_, _, let taker?): taker
    default: nil
    }
  }
}
