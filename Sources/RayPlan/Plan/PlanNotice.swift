internal import JSON

/// Something that the user should know though nothing is refused: what was left out or moved, why, and what to do.
public enum PlanNotice: Hashable, Sendable {
  /// Groups go without a node address, and so the Service says no protocols.
  case noAddress(group: String, GroupAddress.Reason)
  /// The user's own address is none under the Service.
  case foreignAddress(group: String)
  /// The user's address has the guide's `$(hostname -I …)`, which starts no Ray.
  case guideAddress(group: String)
  /// Raymesh leaves a group's parameters alone.
  case leftAlone(group: String, GroupMode.Reason)
  /// A group has fewer worker ports than its largest node needs.
  case fewWorkerPorts(group: String, count: Int, need: Int)
  /// The Service leaves worker ports out, as it would list more than the operator wants.
  case unlistedWorkerPorts(PortRanges, limit: Int)
  /// The Service leaves worker ports out that Istio's proxy has in every pod.
  case proxyPorts(PortRanges)
  /// The Service leaves ports of components or containers out, as it would list more than the operator wants.
  case unlistedPorts(PortRanges, limit: Int)
  /// What a parameter of a group comes to nobody knows before its pods run.
  case hidden(group: String, name: String, HiddenReason)
  /// `dashboard-grpc-port` is no option of this Ray.
  case dashboardGRPC
  /// A container's own port and Ray's say different protocols of one number.
  case disputedPort(Port)
  /// An environment variable has Ray Serve open ports that no Service can list.
  case servePorts(variable: String)
  /// A number of Raymesh's had to move in a cluster that runs.
  case moved(parameter: String, from: String, to: String)
  /// A parameter of Raymesh's had to go in a cluster that runs.
  case removed(parameter: String)
  /// A running cluster was taken in.
  case takenIn(recreates: Bool)
  /// The cluster is left alone.
  case untouched(Untouched)
  /// A fault that was there before.
  case oldFault(PlanFault)

  /// Why nobody knows a parameter, and what a plan goes without.
  public enum HiddenReason: Hashable, Sendable {
    /// Ray chooses the port, or worker ports.
    case randomPort
    /// Only the pod knows the port, or worker ports.
    case unknownPort
    /// Only the pod knows the number of CPUs.
    case unknownCPUs
    /// Only the pod knows the name of the nodes.
    case unknownAddress
  }

  /// Why a cluster is left alone.
  public enum Untouched: Hashable, Sendable {
    case otherController(String)
    case oldKubeRay
    case tooMuchWork
  }

  /// The kinds of notices, each in a word: a key for audit annotations, and what they are counted by.
  public enum Kind: String, CaseIterable, Sendable {
    case nodeAddress = "node-address"
    case leftAlone = "left-alone"
    case workerPorts = "worker-ports"
    case ports
    case dashboardGRPC = "dashboard-grpc-port"
    case appProtocol = "protocol"
    case servePorts = "serve-ports"
    case changed
    case takenIn = "taken-in"
    case untouched
    case oldFault = "old-fault"
  }

  /// The notice's kind.
  public var kind: Kind {
    switch self {
    case .noAddress, .foreignAddress, .guideAddress, .hidden(_, _, .unknownAddress): .nodeAddress
    case .leftAlone: .leftAlone
    case .fewWorkerPorts, .hidden(_, _, .unknownCPUs): .workerPorts
    case .unlistedWorkerPorts, .proxyPorts, .unlistedPorts, .hidden: .ports
    case .dashboardGRPC: .dashboardGRPC
    case .disputedPort: .appProtocol
    case .servePorts: .servePorts
    case .moved, .removed: .changed
    case .takenIn: .takenIn
    case .untouched: .untouched
    case .oldFault: .oldFault
    }
  }
}

extension PlanNotice {
  /// The notice as `kubectl` prints it: one line of less than 120 characters, as Kubernetes asks for.
  public var warning: String { PlanNotice.cut("raymesh: \(sentence)") }

  /// The notice without limits.
  public var sentence: String {
    switch self {
    case .noAddress(let group, let why): "no node address in \(group): \(why.words); the Service says no protocols"
    case .foreignAddress(let group): "node-ip-address of \(group) is not under the Service, which says no protocols"
    case .guideAddress(let group): "node-ip-address of \(group): $(hostname -I) starts no Ray; leave the line out"
    case .leftAlone(let group, let reason): "\(group) is left alone: \(reason.words)"
    case .fewWorkerPorts(let group, let count, let need):
      "\(group) has \(count) worker ports, its largest node may need \(need): Ray would hang silently"
    case .unlistedWorkerPorts(let ports, let limit):
      "worker ports \(ports.spelled) are above the limit of \(limit), not in the Service: STRICT refuses calls there"
    case .proxyPorts(let ports):
      "worker ports \(ports.spelled) are the Istio proxy's, not in the Service: STRICT refuses calls there"
    case .unlistedPorts(let ports, let limit):
      "ports \(ports.spelled) are above the limit of \(limit), not in the Service: STRICT refuses calls there"
    case .hidden(let group, let name, let why): why.sentence(of: name, in: group)
    case .dashboardGRPC: "dashboard-grpc-port is no option of Ray 2.48 and later, which will not start: take it out"
    case .disputedPort(let port): "port \(port) is Ray's and a container's with another protocol; the Service says none"
    case .servePorts(let variable): "\(variable): Serve calls replicas at ports that the Service does not list"
    case .moved, .removed, .takenIn: changeSentence
    case .untouched(let reason): "untouched: \(reason.words)"
    case .oldFault(let fault): "not changed by this update, but wrong: \(fault)"
    }
  }

  /// What a cluster that runs is told.
  private var changeSentence: String {
    switch self {
    case .moved(let name, let from, let to): "\(name) moved from \(from.told) to \(to); running pods keep the old"
    case .removed(let parameter): "\(parameter) taken out, this Ray refuses it; running pods keep it"
    case .takenIn(recreates: true): "now managed: the upgrade strategy restarts all pods"
    default: "now managed: only new pods follow"
    }
  }
}

extension PlanNotice.HiddenReason {
  fileprivate func sentence(of name: String, in group: String) -> String {
    switch self {
    case .randomPort: "\(name) of \(group) has Ray choose at random: not in the Service, so STRICT refuses calls there"
    case .unknownPort:
      "\(name) of \(group) is known in the pod only: not in the Service, so STRICT refuses calls to it"
    case .unknownCPUs: "\(name) of \(group) is known in the pod only: its worker ports go by its resources"
    case .unknownAddress: "\(name) of \(group) is known in the pod only; the Service says no protocols"
    }
  }
}

extension PlanNotice {
  /// Cut to what a warning may be, without a control character, for which the API server would drop the warning.
  private static func cut(_ text: String) -> String {
    // Nearly all are so, and Unicode's tables are slow.
    if text.utf8.count <= longest, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
    let plain = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.isControl ? "?" : $0 }))
    return plain.unicodeScalars.count <= longest
      ? plain : String(String.UnicodeScalarView(plain.unicodeScalars.prefix(longest - 3))) + "..."
  }

  private static let longest = 119
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control }
}

extension PlanNotice.Untouched {
  /// Why, and what to do.
  package var words: String {
    switch self {
    case .otherController(let name): "spec.managedBy is \(name.told)"
    case .tooMuchWork: "an object this large is too much work to review"
    case .oldKubeRay: "this KubeRay would recreate it for ever; upgrade KubeRay to 1.3 or later"
    }
  }
}

extension GroupAddress.Reason {
  /// Why, in few words.
  public var words: String {
    switch self {
    case .asked: "asked by annotation"
    case .overwrittenCommand: "the command is overwritten"
    case .rayTLS: "Ray's own TLS needs IPs"
    case .autoscaler1: "autoscaler v1 needs IPs, use v2"
    case .hostNetwork: "hostNetwork"
    case .podNames: "podFQDN"
    case .ownRayStart: "its command starts Ray"
    case .longName: "the name may not fit"
    case .running: "its pods run without"
    }
  }
}

extension GroupMode.Reason {
  /// Why, and what to do.
  public var words: String {
    switch self {
    case .ownRayStart: "its command runs ray start; set the ports there"
    case .hostNetwork: "hostNetwork; raymesh.io/inject: \"true\" sets its ports all the same"
    }
  }
}
